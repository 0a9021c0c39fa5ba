import type { FauxqsQueue, FauxqsSqsStore } from './fauxqs-parts.ts';

/** A message as a poller gets it. */
export interface CloudMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly receiveCount: number;
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
}

/** One queue for the host and for tests; functions talk to it through the SDK. */
export interface CloudQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  send(body: string, delaySeconds?: number): Promise<void>;
  /** Waits until there is something, `signal` is aborted (then nothing is taken) or 20 s have passed. */
  receive(max: number, signal: AbortSignal): Promise<readonly CloudMessage[]>;
  delete(receiptHandles: readonly string[]): void;
  counts(): { readonly ready: number; readonly delayed: number; readonly inFlight: number };
  /** Bodies of everything that is not deleted, whatever its state. */
  bodies(): readonly string[];
}

const LONG_POLL_SECONDS = 20;

export function createCloudQueue(
  store: FauxqsSqsStore,
  queue: FauxqsQueue,
  send: (body: string, delaySeconds: number) => Promise<unknown>,
  call: (operation: string) => void,
): CloudQueue {
  function take(max: number): readonly CloudMessage[] {
    return queue
      .dequeue(max, undefined, (arn) => store.getQueueByArn(arn))
      .map((taken) => {
        const message = queue.inflightMessages.get(taken.ReceiptHandle)?.message;
        const sentAtMs = message?.sentTimestamp ?? 0;
        return {
          messageId: taken.MessageId,
          receiptHandle: taken.ReceiptHandle,
          body: taken.Body,
          md5OfBody: taken.MD5OfBody,
          receiveCount: message?.approximateReceiveCount ?? 1,
          sentAtMs,
          firstReceivedAtMs: message?.approximateFirstReceiveTimestamp ?? sentAtMs,
        };
      });
  }

  /** Resolves when a message may be there; a waiter left behind by an abort only wakes up and takes nothing. */
  function wake(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      queue.waitForMessages(LONG_POLL_SECONDS).then(done, done);
    });
  }

  return {
    name: queue.name,
    url: queue.url,
    arn: queue.arn,
    async send(body, delaySeconds = 0) {
      await send(body, delaySeconds);
    },
    async receive(max, signal) {
      if (signal.aborted) return [];
      let messages = take(max);
      if (messages.length === 0) {
        await wake(signal);
        messages = signal.aborted ? [] : take(max);
      }
      // Empty receives are counted out: on AWS they depend on the pollers, not on the work.
      if (messages.length > 0) call('sqs.ReceiveMessage');
      return messages;
    },
    delete(receiptHandles) {
      if (receiptHandles.length > 0) call('sqs.DeleteMessageBatch');
      for (const handle of receiptHandles) queue.deleteMessage(handle);
    },
    counts() {
      const { ready, delayed, inflight } = queue.inspectMessages();
      return { ready: ready.length, delayed: delayed.length, inFlight: inflight.length };
    },
    bodies() {
      const { ready, delayed, inflight } = queue.inspectMessages();
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ body }) => body);
    },
  };
}
