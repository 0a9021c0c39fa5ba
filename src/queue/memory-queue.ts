import { HubError } from '../domain/errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queue } from './queue.ts';

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
}

export interface MemoryQueue extends Queue {
  /** Visible messages, oldest first, which become invisible for `visibilitySeconds`. */
  receive(max: number, visibilitySeconds: number): readonly ReceivedMessage[];
  delete(receiptHandle: string): void;
  /** Everything not deleted, visible or not. */
  bodies(): readonly string[];
}

/** A queue without a service: for fast tests. Throws HubError `queue.too-large` (never) like the real one. */
export function createMemoryQueue(clock: Clock): MemoryQueue {
  let given = 0;
  const nextId = () => `m-${++given}`;
  const messages: { id: string; body: string; visibleAtMs: number; receipt?: string; count: number }[] = [];
  return {
    async send(body, { delaySeconds = 0 } = {}) {
      if (Buffer.byteLength(body) > 1_048_576) {
        throw new HubError('queue.too-large', 'The message is larger than 1 MiB; put large content into a file.', {
          retry: 'never',
        });
      }
      messages.push({ id: nextId(), body, visibleAtMs: clock.nowMs() + delaySeconds * 1000, count: 0 });
    },
    async changeVisibility(receiptHandle, seconds) {
      const message = messages.find(({ receipt }) => receipt === receiptHandle);
      if (message !== undefined) message.visibleAtMs = clock.nowMs() + Math.max(1, Math.ceil(seconds)) * 1000;
    },
    receive(max, visibilitySeconds) {
      const nowMs = clock.nowMs();
      return messages
        .filter((message) => message.visibleAtMs <= nowMs)
        .slice(0, max)
        .map((message) => {
          const receiptHandle = nextId();
          message.count += 1;
          message.receipt = receiptHandle;
          message.visibleAtMs = nowMs + visibilitySeconds * 1000;
          return { messageId: message.id, receiptHandle, body: message.body, receiveCount: message.count };
        });
    },
    delete(receiptHandle) {
      const index = messages.findIndex(({ receipt }) => receipt === receiptHandle);
      if (index >= 0) messages.splice(index, 1);
    },
    bodies: () => messages.map(({ body }) => body),
  };
}
