import { toSqsBody } from '../../queue/json-body.ts';
import type { Topology } from '../../topology.ts';
import { type AwsAnswer, type AwsEndpoint, jsonAnswer, jsonError, jsonOf, operationOf } from './aws-call.ts';
import { type CloudQueue, createCloudQueue } from './cloud-queue.ts';
import type { FauxqsParts, FauxqsSqsStore } from './fauxqs-parts.ts';
import { type CloudSwitches, reorderDelaySeconds } from './switches.ts';

export const EMBEDDED_REGION = 'us-east-1';
export const EMBEDDED_ACCOUNT = '000000000000';

export interface QueueEngine {
  readonly endpoint: AwsEndpoint;
  readonly queues: ReadonlyMap<string, CloudQueue>;
  /** Throws Error for a queue that the topology does not have. */
  queue(name: string): CloudQueue;
}

function queueArn(name: string): string {
  return `arn:aws:sqs:${EMBEDDED_REGION}:${EMBEDDED_ACCOUNT}:${name}`;
}

/** Creates what is missing and brings the rest up to date; creating an existing queue again would erase its messages. */
function ensureQueue(store: FauxqsSqsStore, name: string, attributes: Readonly<Record<string, string>>): void {
  const existing = store.getQueueByName(name);
  if (existing === undefined) {
    // As AWS builds it, so that the client finds nothing odd about it; nobody connects to it.
    const url = `https://sqs.${EMBEDDED_REGION}.amazonaws.com/${EMBEDDED_ACCOUNT}/${name}`;
    store.createQueue(name, url, queueArn(name), attributes);
    return;
  }
  const changed = Object.entries(attributes).some(([key, value]) => existing.attributes[key] !== value);
  if (changed) existing.setAttributes(attributes);
}

function ensureQueues(store: FauxqsSqsStore, topology: Topology): void {
  const day = 86_400;
  for (const name of topology.deadLetterQueues) ensureQueue(store, name, { MessageRetentionPeriod: String(14 * day) });
  for (const spec of topology.queues) {
    ensureQueue(store, spec.name, {
      VisibilityTimeout: String(spec.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(spec.retentionDays * day),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(spec.deadLetterQueue),
        maxReceiveCount: spec.maxReceiveCount,
      }),
    });
  }
}

function failureOf(error: unknown): AwsAnswer {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  const message = error instanceof Error ? error.message : 'The queue failed.';
  return typeof status === 'number' && typeof code === 'string'
    ? jsonError(status, code, message)
    : jsonError(500, 'InternalError', message);
}

/** SQS in this process, on fauxqs' stores; `call` counts what would be a request on AWS. */
export function createQueueEngine(
  parts: FauxqsParts,
  store: FauxqsSqsStore,
  topology: Topology,
  options: { switches: CloudSwitches; random: () => number; call: (operation: string) => void },
): QueueEngine {
  const { switches, random, call } = options;
  ensureQueues(store, topology);

  async function act(operation: string, body: unknown): Promise<unknown> {
    const action = parts.sqsActions.get(operation);
    if (action === undefined) throw new Error(`This cloud has no ${operation}.`);
    return action(body, store, { headers: {} });
  }

  /** Sends as the switches want it: twice, or late. */
  async function send(body: Record<string, unknown>): Promise<unknown> {
    const late = random() < switches.reorderMessages;
    const asked = typeof body['DelaySeconds'] === 'number' ? body['DelaySeconds'] : 0;
    const message = late ? { ...body, DelaySeconds: asked + reorderDelaySeconds(random) } : body;
    const answer = await act('SendMessage', message);
    if (random() < switches.duplicateMessages) await act('SendMessage', message);
    return answer;
  }

  const queues = new Map<string, CloudQueue>();
  for (const queue of store.allQueues()) {
    const sendTo = (body: string, delaySeconds: number) =>
      send({
        QueueUrl: queue.url,
        MessageBody: toSqsBody(body),
        ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
      });
    queues.set(queue.name, createCloudQueue(store, queue, sendTo, call));
  }

  return {
    queues,
    queue(name) {
      const found = queues.get(name);
      if (found === undefined) throw new Error(`There is no queue "${name}"; the topology lists the queues.`);
      return found;
    },
    async endpoint(request) {
      const operation = operationOf(request);
      try {
        const body = await jsonOf(request);
        if (operation === 'SendMessage') return jsonAnswer(200, await send(body));
        // With 0, fauxqs forgets the message until it is started again.
        const safe =
          operation === 'ChangeMessageVisibility' && body['VisibilityTimeout'] === 0
            ? { ...body, VisibilityTimeout: 1 }
            : body;
        return jsonAnswer(200, await act(operation, safe));
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}
