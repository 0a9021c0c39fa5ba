import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { CloudMessage } from '../cloud/cloud-queue.ts';

/** The batch as Lambda hands it to a function ("Using Lambda with Amazon SQS", example event). */
export function toSqsEvent(queueArn: string, messages: readonly CloudMessage[]): SQSEvent {
  return {
    Records: messages.map(
      (message): SQSRecord => ({
        messageId: message.messageId,
        receiptHandle: message.receiptHandle,
        body: message.body,
        attributes: {
          ApproximateReceiveCount: String(message.receiveCount),
          SentTimestamp: String(message.sentAtMs),
          SenderId: 'embedded',
          ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
        },
        messageAttributes: {},
        md5OfBody: message.md5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion: queueArn.split(':')[3] ?? '',
      }),
    ),
  };
}

/**
 * Which messages a function's answer lets go: all when it names no failures; none when the answer makes no sense, as
 * Lambda treats it ("Implementing partial batch responses", success and failure conditions).
 */
export function succeededMessages(messages: readonly CloudMessage[], answer: unknown): readonly CloudMessage[] {
  if (answer === undefined || answer === null) return messages;
  const failures: unknown = typeof answer === 'object' ? Reflect.get(answer, 'batchItemFailures') : undefined;
  if (failures === undefined || failures === null) return messages;
  if (!Array.isArray(failures)) return [];
  const failed = new Set<unknown>(
    failures.map((each: unknown) =>
      typeof each === 'object' && each !== null ? Reflect.get(each, 'itemIdentifier') : undefined,
    ),
  );
  const known = new Set<unknown>(messages.map(({ messageId }) => messageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter(({ messageId }) => !failed.has(messageId));
}
