import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { HubError } from '../domain/errors.ts';
import { type AwsFailure, mayHaveHappened, readAwsFailure, retryAfterMs } from '../platform/aws-failure.ts';
import { toSqsBody } from './json-body.ts';
import type { Queue } from './queue.ts';

export interface SqsQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/** Limits of SQS ("Amazon SQS message quotas"). */
const MAX_BODY_BYTES = 1_048_576;
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;

/** Errors that say that the message is no longer ours: it was deleted, or its visibility ran out. */
const NOT_OURS = new Set(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']);

function unavailable(queueUrl: string, failure: AwsFailure, error: unknown): HubError {
  return new HubError(
    'queue.unavailable',
    `SQS did not take the request for ${queueUrl} (${failure.name}); it is tried again, check the queue and the function's rights if this stays.`,
    {
      retry: { afterMs: retryAfterMs(failure) },
      done: mayHaveHappened(failure) ? 'unknown' : 'no',
      cause: error,
      context: { cause: failure.name },
    },
  );
}

/** One queue in SQS. `send` also throws HubError `queue.too-large` (never) beyond 1 MiB. */
export function createSqsQueue({ client, queueUrl }: SqsQueueOptions): Queue {
  return {
    async send(json, { delaySeconds = 0 } = {}) {
      const body = toSqsBody(json);
      if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
        throw new HubError('queue.too-large', 'The message is larger than 1 MiB; put large content into a file.', {
          retry: 'never',
        });
      }
      const delay = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds)));
      try {
        await client.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: body,
            ...(delay === 0 ? {} : { DelaySeconds: delay }),
          }),
        );
      } catch (error) {
        throw unavailable(queueUrl, readAwsFailure(error), error);
      }
    },
    async changeVisibility(receiptHandle, seconds) {
      // Never 0: the embedded queue would lose the message, and nobody is in such a hurry.
      const timeout = Math.min(MAX_VISIBILITY_SECONDS, Math.max(1, Math.ceil(seconds)));
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: timeout,
          }),
        );
      } catch (error) {
        const failure = readAwsFailure(error);
        if (!NOT_OURS.has(failure.name)) throw unavailable(queueUrl, failure, error);
      }
    },
  };
}
