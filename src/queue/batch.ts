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
  /** From 0 to below 1, for the jitter. Without it messages are spread by their ids. */
  readonly random?: () => number;
}

/** For errors that say nothing about when to try again. */
const DEFAULT_RETRY_SECONDS = 30;
/** The longest wait of our own accord; 60 receives then last for half a day. */
const MAX_BACK_OFF_SECONDS = 900;

/**
 * How long a failed message stays away, in whole seconds: what its error asks for, but at least a wait that doubles
 * with every receive. So ten minutes of trouble use about ten of a queue's 60 receives, however soon the errors ask for
 * another try. A part of the wait is jitter, so that what failed together does not come back together.
 *
 * `never` keeps a steady pace instead: waiting longer cannot mend it, and the dead-letter queue shows it to a person.
 *
 * @param share from 0 to below 1: how much of the jitter is taken
 */
export function retrySeconds(error: unknown, receiveCount: number, share: number): number {
  if (isHubError(error) && error.retry === 'never') return DEFAULT_RETRY_SECONDS;
  const asked = isHubError(error) && error.retry !== 'never' ? error.retry.afterMs / 1000 : DEFAULT_RETRY_SECONDS;
  const backOff = Math.min(MAX_BACK_OFF_SECONDS, 2 ** (Math.max(1, receiveCount) - 1));
  return Math.max(1, Math.ceil(asked), Math.ceil(backOff * (0.75 + share / 4)));
}

/** A share from 0 to below 1 that is the same for the same message: FNV-1a over its id. */
function shareOf(messageId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(messageId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash / 2 ** 32;
}

/**
 * Handles each message of a batch alone and reports the ones that must come back ("Implementing partial batch
 * responses with Lambda and Amazon SQS"). A throw would bring the whole batch back, so there is none.
 */
export function createBatchHandler({ handle, queueFor, log, random }: BatchHandlerOptions) {
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
          retryAfterSeconds = retrySeconds(error, fields.attempt, random?.() ?? shareOf(record.messageId));
          const code = isHubError(error) ? error.code : error instanceof Error ? error.name : 'unknown';
          const { connectionId, secret } = isHubError(error) ? error.context : {};
          log('warn', 'message.failed', {
            ...fields,
            code,
            ...(typeof connectionId === 'string' ? { connectionId } : {}),
            ...(typeof secret === 'string' ? { secret } : {}),
          });
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
