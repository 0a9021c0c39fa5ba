import type { Log } from '../../platform/log.ts';
import type { CloudMessage, CloudQueue } from '../cloud/cloud-queue.ts';
import { succeededMessages, toSqsEvent } from './sqs-event.ts';

export interface PollerOptions {
  readonly queue: CloudQueue;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  /** Runs the function with the batch; a rejection fails the whole batch. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  readonly log: Log;
}

export interface Poller {
  /** Batches that are being worked on. */
  running(): number;
  /** Takes nothing more; resolves when what runs has ended. */
  stop(): Promise<void>;
}

/** Feeds a queue to a function as Lambda's event source mapping does; what fails becomes visible again by itself. */
export function startPoller({ queue, batchSize, maxConcurrency, invoke, log }: PollerOptions): Poller {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  async function work(messages: readonly CloudMessage[]): Promise<void> {
    try {
      const answer = await invoke(toSqsEvent(queue.arn, messages));
      queue.delete(succeededMessages(messages, answer).map(({ receiptHandle }) => receiptHandle));
    } catch (error) {
      log('error', 'host.batch-failed', {
        key: queue.name,
        count: messages.length,
        code: error instanceof Error ? error.name : 'unknown',
      });
    }
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (running.size >= maxConcurrency) {
        await Promise.race(running);
        continue;
      }
      const messages = await queue.receive(batchSize, stopping.signal);
      if (messages.length === 0) continue;
      const batch: Promise<void> = work(messages).finally(() => running.delete(batch));
      running.add(batch);
    }
  }

  const polling = poll();
  return {
    running: () => running.size,
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}
