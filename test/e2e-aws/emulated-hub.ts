import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { currentStage } from '../../src/domain/entries.ts';
import type { LocalHub } from '../../src/local/hub.ts';
import type { Sandbox } from '../../src/local/sandbox/sandbox.ts';
import { createDynamoClient } from '../../src/platform/aws/dynamo-client.ts';
import { createSqsClient } from '../../src/platform/aws/sqs-client.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Environment } from '../../src/platform/environment.ts';
import { createDynamoTable } from '../../src/store/dynamo-table.ts';
import { createHubStore, type HubStore } from '../../src/store/hub-store.ts';
import { createTopology } from '../../src/topology.ts';
import { aws } from './aws.ts';

const QUIET_LOOKS = 3;
const LOOK_EVERY_MS = 250;

/** The deployed hub, in the shape in which the plays of the demo know a hub. */
export interface EmulatedHub extends LocalHub {
  /** Messages that wait, are delayed or are being worked on, by the queue's name in the topology; those with none are left out. */
  messagesIn(queues: readonly string[]): Promise<Readonly<Record<string, number>>>;
}

/**
 * Reads the deployed table and queues with the caller's rights, and calls functions through Lambda.
 * Throws an Error when the table holds no configuration.
 */
export async function createEmulatedHub(options: {
  readonly url: string;
  readonly prefix: string;
  readonly sandbox: Sandbox;
  /** For what a function answers. */
  readonly folder: string;
}): Promise<EmulatedHub> {
  const { url, prefix, sandbox, folder } = options;
  const environment: Environment = { variables: process.env, clock: systemClock };
  const store = storeOf(environment, prefix);
  const config = await store.latestConfig();
  if (config === undefined) throw new Error(`The table ${prefix} holds no configuration; the deployment applies it.`);
  const sqs = createSqsClient(environment);
  const topology = createTopology();
  const working = topology.queues.map(({ name }) => name);

  async function messagesIn(queues: readonly string[]): Promise<Record<string, number>> {
    const counts = await Promise.all(
      queues.map(async (name) => [name, await messagesOf(sqs, `${prefix}-${name}`)] as const),
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  async function invoke(functionArn: string, payload: string): Promise<unknown> {
    const file = join(folder, 'answer.json');
    const said = await aws(...['lambda', 'invoke', '--function-name', functionArn, '--payload', payload], file);
    const answer = await readFile(file, 'utf8');
    if (typeof said === 'object' && said !== null && 'FunctionError' in said) throw new Error(answer);
    return JSON.parse(answer);
  }

  return {
    url,
    sandbox,
    store,
    config,
    messagesIn,
    get cloud(): never {
      throw new Error('There is no embedded cloud here, but an emulator.');
    },
    host: {
      invoke: (name, event) => invoke(`${prefix}-${name}`, JSON.stringify(event)),
      /** Calls what the deployed schedule would call, with what it would say. */
      async fire(schedule) {
        const { Target } = (await aws('scheduler', 'get-schedule', '--name', schedule, '--group-name', prefix)) as {
          readonly Target: { readonly Arn: string; readonly Input: string };
        };
        return invoke(Target.Arn, Target.Input);
      },
      isQuiet(): never {
        throw new Error('Whether queues at AWS are empty has to be asked: use whenQuiet.');
      },
      async whenQuiet(timeoutMs) {
        let quiet = 0;
        for (let waitedMs = 0; quiet < QUIET_LOOKS; waitedMs += LOOK_EVERY_MS) {
          const waiting = await messagesIn(working);
          quiet = Object.keys(waiting).length === 0 ? quiet + 1 : 0;
          if (waitedMs > timeoutMs) throw new Error(`The queues do not become empty: ${JSON.stringify(waiting)}`);
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        }
      },
      stop: async () => {},
    },
    stop: async () => {},
  };
}

/** The store over a deployed table, with the caller's rights. */
export function storeOf(environment: Environment, tableName: string): HubStore {
  const client = createDynamoClient(environment);
  return createHubStore({
    table: createDynamoTable({ client, tableName, clock: environment.clock }),
    stageOf: currentStage,
  });
}

async function messagesOf(sqs: SQSClient, queueName: string): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
}
