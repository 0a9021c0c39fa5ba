import { describe, expect, it } from 'vitest';
import { createSqsClient } from '../platform/aws/sqs-client.ts';
import { createSqsQueue } from './sqs-queue.ts';

const URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/inbox';

function queueAnswering(statusCode: number, body: object) {
  const requests: Record<string, unknown>[] = [];
  const client = createSqsClient({
    variables: {},
    clock: { nowMs: () => 0 },
    awsRequestHandler: () => ({
      async handle(request: { body: Uint8Array }) {
        requests.push(JSON.parse(new TextDecoder().decode(request.body)));
        const bytes = new TextEncoder().encode(JSON.stringify(body));
        return { response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: bytes } };
      },
    }),
  });
  return { queue: createSqsQueue({ client, queueUrl: URL }), requests };
}

describe('a queue in SQS', () => {
  it.each([
    [0, 1],
    [0.2, 1],
    [1.01, 2],
    [90, 90],
    [50_000, 43_200],
  ])('makes a visibility of %f seconds %i', async (asked, sent) => {
    const { queue, requests } = queueAnswering(200, {});
    await queue.changeVisibility('r-1', asked);
    expect(requests).toEqual([{ QueueUrl: URL, ReceiptHandle: 'r-1', VisibilityTimeout: sent }]);
  });

  it.each([
    [0, undefined],
    [-5, undefined],
    [0.4, 1],
    [900, 900],
    [4_000, 900],
  ])('makes a delay of %f seconds %s', async (asked, sent) => {
    const { queue, requests } = queueAnswering(200, { MD5OfMessageBody: '99914b932bd37a50b983c5e7c90ae93b' });
    await queue.send('{}', { delaySeconds: asked });
    expect(requests.map((request) => request['DelaySeconds'])).toEqual([sent]);
  });

  it.each([
    [500, 'InternalError', 'unknown', 1_000],
    [400, 'AccessDenied', 'no', 30_000],
    [400, 'QueueDoesNotExist', 'no', 30_000],
  ])('turns %i %s into queue.unavailable, done: %s', async (status, type, done, afterMs) => {
    const { queue } = queueAnswering(status, { __type: `com.amazonaws.sqs#${type}`, message: 'm' });
    await expect(queue.send('{}')).rejects.toMatchObject({ code: 'queue.unavailable', done, retry: { afterMs } });
  });
});
