import { randomUUID } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { AwsService, Environment } from '../../platform/environment.ts';
import { queueUrlVariable, type Topology, VARIABLES } from '../../topology.ts';
import { type AwsEndpoint, operationOf, toRequestHandler } from './aws-call.ts';
import type { CloudQueue } from './cloud-queue.ts';
import { type DynamoEngine, openDynamoEngine } from './dynamo-engine.ts';
import { type BusEvent, createEventEngine } from './event-engine.ts';
import { openFauxqsEngine } from './fauxqs-engine.ts';
import { createFileEngine } from './file-engine.ts';
import { openCloudFolder } from './folder.ts';
import { createQueueEngine } from './queue-engine.ts';
import { createSecretEngine } from './secret-engine.ts';
import { makeListingsStale } from './stale-listing.ts';
import type { CloudSwitches } from './switches.ts';
import { makeUnreliable } from './unreliable.ts';

const TABLE_NAME = 'stagepost';
const BUS_NAME = 'stagepost';
const BUCKET_NAME = 'stagepost-files';

export interface CloudOptions {
  /** Where the state is kept; undefined: in memory. */
  readonly folder: string | undefined;
  readonly topology: Topology;
  readonly clock: Clock;
  /** Number in [0, 1); seeded in tests so that a run can be repeated. */
  readonly random: () => number;
  /** Read at every occasion, so they may be turned while the cloud runs. */
  readonly switches: CloudSwitches;
  /** Secrets by name, as objects or JSON texts; asked at every read. */
  readonly secrets?: () => Readonly<Record<string, unknown>>;
}

/** DynamoDB, SQS, EventBridge, S3 and Secrets Manager in this process, without a socket. */
export interface Cloud {
  readonly requestHandler: NonNullable<Environment['awsRequestHandler']>;
  /** Names of table, bus, bucket and queue URLs, as a function finds them in its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Another one at every start: leases of an earlier life are free. */
  readonly epoch: string;
  readonly queues: ReadonlyMap<string, CloudQueue>;
  /** Throws Error for a queue that the topology does not have. */
  queue(name: string): CloudQueue;
  /** The latest 1,000 events that the bus accepted, oldest first. */
  events(): readonly BusEvent[];
  /** What a provider's partner event source sends; see `EventEngine.deliverPartnerEvent`. */
  deliverPartnerEvent(text: string): Promise<void>;
  /** How often each operation was called, e.g. `dynamodb.PutItem`; receives that brought nothing are not counted. */
  calls(): Readonly<Record<string, number>>;
  /** Closes the files. Calls after this fail. */
  stop(): Promise<void>;
}

async function openTables(options: CloudOptions): Promise<DynamoEngine> {
  const { folder, clock } = options;
  if (folder === undefined) return openDynamoEngine(undefined, TABLE_NAME, clock.nowMs());
  const place = openCloudFolder(folder);
  try {
    const engine = await openDynamoEngine(place.tables, TABLE_NAME, clock.nowMs());
    place.claim();
    return {
      ...engine,
      async close() {
        await engine.close();
        place.release();
      },
    };
  } catch (error) {
    throw place.explain(error);
  }
}

/**
 * Starts the embedded cloud and creates what the topology lists. What is on disk survives the death of the process.
 * Throws HubError `local.folder-in-use` (never) when another process has the folder.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { folder, topology, clock, random, switches, secrets = () => ({}) } = options;
  const tables = await openTables(options);
  const fauxqs = await openFauxqsEngine(folder === undefined ? undefined : openCloudFolder(folder).queues).catch(
    async (error: unknown) => {
      await tables.close();
      throw error;
    },
  );
  const calls = new Map<string, number>();
  const call = (name: string) => void calls.set(name, (calls.get(name) ?? 0) + 1);

  const queues = createQueueEngine(fauxqs.parts, fauxqs.sqs, topology, { switches, random, call });
  const { rules, partnerRules } = topology;
  const events = createEventEngine({ rules, partnerRules, busName: BUS_NAME, queues, clock, switches, random });
  const endpoints: Readonly<Record<AwsService, AwsEndpoint>> = {
    dynamodb: makeListingsStale(tables.endpoint, switches, random),
    sqs: queues.endpoint,
    eventbridge: events.endpoint,
    s3: createFileEngine(fauxqs, BUCKET_NAME).endpoint,
    secretsmanager: createSecretEngine(secrets).endpoint,
  };
  const counted =
    (service: AwsService, endpoint: AwsEndpoint): AwsEndpoint =>
    (request) => {
      call(`${service}.${service === 's3' ? request.method : operationOf(request)}`);
      return endpoint(request);
    };

  return {
    requestHandler: (service) =>
      toRequestHandler(counted(service, makeUnreliable(service, endpoints[service], switches, random))),
    variables: {
      [VARIABLES.table]: TABLE_NAME,
      [VARIABLES.bus]: BUS_NAME,
      [VARIABLES.bucket]: BUCKET_NAME,
      ...Object.fromEntries([...queues.queues.values()].map(({ name, url }) => [queueUrlVariable(name), url])),
    },
    epoch: randomUUID(),
    queues: queues.queues,
    queue: queues.queue,
    events: events.events,
    deliverPartnerEvent: events.deliverPartnerEvent,
    calls: () => Object.fromEntries(calls),
    async stop() {
      await fauxqs.close();
      await tables.close();
    },
  };
}
