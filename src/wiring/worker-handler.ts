import type { SQSEvent } from 'aws-lambda';
import { oneLookAtATime } from '../flows/one-look-at-a-time.ts';
import type { LeaseParts } from '../flows/parts.ts';
import { readWakeUp } from '../flows/wake-up.ts';
import type { Environment } from '../platform/environment.ts';
import type { Handler } from '../platform/handler.ts';
import { type BatchHandlerOptions, createBatchHandler } from '../queue/batch.ts';
import type { Queue } from '../queue/queue.ts';
import { queueNamed } from './core-parts.ts';

/** One queue object per event source: a retry changes the visibility of the message where it came from. */
function queuesBySource(environment: Environment): (eventSourceArn: string) => Queue {
  const queues = new Map<string, Queue>();
  return (eventSourceArn) => {
    const name = eventSourceArn.split(':').at(-1) ?? '';
    const known = queues.get(name) ?? queueNamed(environment, name);
    queues.set(name, known);
    return known;
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

/** A worker: for every wake-up, see to it that what the deal owes is done. */
export function createWorkerHandler<Parts extends LeaseParts>(
  environment: Environment,
  parts: Parts,
  ensure: (dealId: string, traceId: string, parts: Parts) => Promise<void>,
): Handler {
  const look = oneLookAtATime((dealId, traceId) => ensure(dealId, traceId, parts));
  return createQueueHandler(environment, {
    log: parts.log,
    handle: (body) => {
      const { dealId, traceId } = readWakeUp(body);
      return look(dealId, traceId);
    },
  });
}
