import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { isHubError } from '../domain/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Queue } from './queue.ts';

export interface BatchMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** 1 for the first time. */
  readonly receiveCount: number;
  readonly eventSourceArn: string;
}

/** The message is not done and not failed: it wants to be seen again after a while. */
export interface LookAgain {
  readonly retryAfterSeconds: number;
}

export interface BatchHandlerOptions {
  /** Does the work of one message. Throws, or asks for another look: then the message comes back. */
  readonly handle: (body: string, message: BatchMessage) => Promise<void> | Promise<LookAgain | undefined>;
  /** The queue that a message came from, so that its visibility can be set. */
  readonly queueFor: (eventSourceArn: string) => Queue;
  readonly log: Log;
}

/** For errors that say nothing about when to try again. */
const DEFAULT_RETRY_SECONDS = 30;

/** What the error says about when; `never` comes back too, until the dead-letter queue shows it to a person. */
function retrySecondsOf(error: unknown): number {
  if (!isHubError(error) || error.retry === 'never') return DEFAULT_RETRY_SECONDS;
  return Math.max(1, Math.ceil(error.retry.afterMs / 1000));
}

/**
 * Handles each message of a batch alone and reports the ones that must come back ("Implementing partial batch
 * responses with Lambda and Amazon SQS"). A throw would bring the whole batch back, so there is none.
 */
export function createBatchHandler({ handle, queueFor, log }: BatchHandlerOptions) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(
      event.Records.map(async (record) => {
        const fields = { key: record.messageId, attempt: Number(record.attributes.ApproximateReceiveCount) };
        let retryAfterSeconds: number;
        try {
          const message = {
            messageId: record.messageId,
            receiptHandle: record.receiptHandle,
            receiveCount: fields.attempt,
            eventSourceArn: record.eventSourceARN,
          };
          const again: LookAgain | undefined = (await handle(record.body, message)) ?? undefined;
          if (again === undefined) return [];
          retryAfterSeconds = Math.max(1, Math.ceil(again.retryAfterSeconds));
        } catch (error) {
          retryAfterSeconds = retrySecondsOf(error);
          const code = isHubError(error) ? error.code : error instanceof Error ? error.name : 'unknown';
          log('warn', 'message.failed', { ...fields, code });
        }
        try {
          await queueFor(record.eventSourceARN).changeVisibility(record.receiptHandle, retryAfterSeconds);
        } catch (error) {
          // The queue's own visibility time-out brings the message back, only later.
          log('warn', 'message.visibility-failed', { ...fields, code: isHubError(error) ? error.code : 'unknown' });
        }
        return [{ itemIdentifier: record.messageId }];
      }),
    );
    return { batchItemFailures: failures.flat() };
  };
}
