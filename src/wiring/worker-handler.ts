import type { SQSEvent } from 'aws-lambda';
import { HubError, isHubError } from '../domain/errors.ts';
import type { RecordToRead } from '../domain/events.ts';
import { oneLookAtATime } from '../flows/one-look-at-a-time.ts';
import type { LeaseParts } from '../flows/parts.ts';
import { readWakeUp, type WakeUp } from '../flows/wake-up.ts';
import { createSqsClient } from '../platform/aws/sqs-client.ts';
import type { Environment } from '../platform/environment.ts';
import type { Handler } from '../platform/handler.ts';
import { type BatchHandlerOptions, createBatchHandler } from '../queue/batch.ts';
import type { Queue } from '../queue/queue.ts';
import { createSqsQueue } from '../queue/sqs-queue.ts';
import { createTracedStore } from '../store/traced-store.ts';

/**
 * The queue that a message came from, found by its name among the queue URLs of the environment: a deployment may put a
 * prefix before the topology's names, and then ARN and URL carry it both.
 */
export function queuesBySource(environment: Environment): (eventSourceArn: string) => Queue {
  const client = createSqsClient(environment);
  const queues = new Map<string, Queue>();
  for (const [name, url] of Object.entries(environment.variables)) {
    if (!name.startsWith('QUEUE_URL_') || url === undefined) continue;
    queues.set(url.split('/').at(-1) ?? '', createSqsQueue({ client, queueUrl: url }));
  }
  return (eventSourceArn) => {
    const queue = queues.get(eventSourceArn.split(':').at(-1) ?? '');
    if (queue !== undefined) return queue;
    throw new HubError('queue.unknown', `no variable QUEUE_URL_... is for ${eventSourceArn}; deploy again`, {
      retry: 'never',
    });
  };
}

/** A function that is invoked by queues and by nothing else: the topology says so, and Lambda keeps to it. */
export function createQueueHandler(
  environment: Environment,
  options: Pick<BatchHandlerOptions, 'log' | 'handle'>,
): Handler {
  const handleBatch = createBatchHandler({ ...options, queueFor: queuesBySource(environment) });
  return (event) => handleBatch(event as SQSEvent);
}

/**
 * After so many receives a message that only has to wait is replaced by a delayed one: waiting is no failure, and must
 * not end in the dead-letter queue. Far below the queues' `maxReceiveCount`.
 */
const RECEIVES_BEFORE_CHAINING = 15;
/** Longest delay of an SQS message ("Amazon SQS message timers"). */
const MAX_DELAY_SECONDS = 900;

/**
 * A worker: for every wake-up, see to it that what the deal owes is done.
 *
 * @param readRecord for the one worker that is also told of records; the others are never
 */
export function createWorkerHandler<Parts extends LeaseParts>(
  environment: Environment,
  parts: Parts,
  ensure: (dealId: string, traceId: string, parts: Parts) => Promise<void>,
  readRecord?: (record: RecordToRead, traceId: string, parts: Parts) => Promise<void>,
): Handler {
  const look = oneLookAtATime((dealId, traceId) =>
    ensure(dealId, traceId, { ...parts, store: createTracedStore(parts.store, traceId) }),
  );
  const queueFor = queuesBySource(environment);
  const handleBatch = createBatchHandler({
    queueFor,
    log: parts.log,
    handle: async (body, message) => {
      const wakeUp = readWakeUp(body);
      try {
        if ('dealId' in wakeUp) await look(wakeUp.dealId, wakeUp.traceId);
        else if (readRecord !== undefined) await readRecord(wakeUp.record, wakeUp.traceId, parts);
        else throw notForThisWorker();
      } catch (error) {
        if (!isHubError(error) || error.retry === 'never' || message.receiveCount < RECEIVES_BEFORE_CHAINING)
          throw error;
        await chain(wakeUp, error.retry.afterMs, message.receiveCount, queueFor(message.eventSourceArn), parts);
      }
    },
  });
  return (event) => handleBatch(event as SQSEvent);
}

function notForThisWorker(): HubError {
  return new HubError('message.unreadable', 'this worker looks at deals, and was told of a record', { retry: 'never' });
}

async function chain(
  wakeUp: WakeUp,
  afterMs: number,
  receives: number,
  queue: Queue,
  parts: LeaseParts,
): Promise<void> {
  const { traceId } = wakeUp;
  const about = 'dealId' in wakeUp ? { dealId: wakeUp.dealId } : { record: wakeUp.record };
  const attempt = (wakeUp.attempt ?? 0) + receives;
  const firstSeenAtMs = wakeUp.firstSeenAtMs ?? parts.clock.nowMs();
  const delaySeconds = Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(afterMs / 1000)));
  await queue.send(JSON.stringify({ v: 1, ...about, traceId, firstSeenAtMs, attempt }), { delaySeconds });
  const shown = 'dealId' in wakeUp ? { dealId: wakeUp.dealId } : { connectionId: wakeUp.record.connectionId };
  parts.log('warn', 'look.chained', { ...shown, traceId, attempt, ms: parts.clock.nowMs() - firstSeenAtMs });
}
