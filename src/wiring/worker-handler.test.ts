import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../test/fakes/fake-clock.ts';
import { createMemoryWorld } from '../../test/fakes/memory-world.ts';
import { HubError } from '../domain/errors.ts';
import type { LeaseParts } from '../flows/parts.ts';
import type { Environment } from '../platform/environment.ts';
import { silentLog } from '../platform/log.ts';
import { createWorkerHandler } from './worker-handler.ts';

/** Answers SQS calls with nothing, and keeps what was asked. */
function standIn() {
  const calls: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
  const clock = createFakeClock(1_000_000);
  const environment: Environment = {
    clock,
    variables: { QUEUE_URL_SEND_CONTRACT: 'https://sqs.eu-central-1.amazonaws.com/1/acme-send-contract-hubspot' },
    awsRequestHandler: () => ({
      handle: async (request: { headers: Record<string, string>; body: string }) => {
        calls.push({
          operation: (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '',
          input: JSON.parse(request.body) as Record<string, unknown>,
        });
        // The client compares the digest of what it sent with the one that SQS answers.
        const text = String((JSON.parse(request.body) as { MessageBody?: string }).MessageBody ?? '');
        const MD5OfMessageBody = createHash('md5').update(text).digest('hex');
        const body = new Blob([JSON.stringify({ MessageId: '1', MD5OfMessageBody })]).stream();
        return { response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body } };
      },
    }),
  };
  const parts: LeaseParts = { ...createMemoryWorld().parts(), clock, log: silentLog };
  return { calls, environment, parts };
}

function eventOf(body: unknown, receiveCount: number) {
  return {
    Records: [
      {
        messageId: 'm1',
        receiptHandle: 'r1',
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: String(receiveCount) },
        eventSourceARN: 'arn:aws:sqs:eu-central-1:1:acme-send-contract-hubspot',
      },
    ],
  };
}

const look = { v: 1, dealId: 'crm-main.42', traceId: 't', firstSeenAtMs: 400_000, attempt: 15 };
const limited = new HubError('crm.rate-limited', 'too many calls', { retry: { afterMs: 10_000 } });

describe('a worker whose provider asks to wait', () => {
  it('makes the same message visible later, at the queue that it came from', async () => {
    const { calls, environment, parts } = standIn();
    const handler = createWorkerHandler(environment, parts, () => Promise.reject(limited));
    expect(await handler(eventOf(look, 3))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(calls.map(({ operation, input }) => [operation, input['VisibilityTimeout'], input['QueueUrl']])).toEqual([
      ['ChangeMessageVisibility', 10, 'https://sqs.eu-central-1.amazonaws.com/1/acme-send-contract-hubspot'],
    ]);
  });

  it('goes on in a delayed message of its own before the receives are used up, and says since when', async () => {
    const { calls, environment, parts } = standIn();
    const handler = createWorkerHandler(environment, parts, () => Promise.reject(limited));
    expect(await handler(eventOf(look, 15))).toEqual({ batchItemFailures: [] });
    const [sent] = calls;
    expect(sent?.operation).toBe('SendMessage');
    expect(sent?.input['DelaySeconds']).toBe(10);
    expect(JSON.parse(String(sent?.input['MessageBody']))).toEqual({
      v: 1,
      dealId: 'crm-main.42',
      traceId: 't',
      firstSeenAtMs: 400_000,
      attempt: 30,
    });
  });

  it('lets what trying again cannot mend run into the dead-letter queue', async () => {
    const { environment, parts } = standIn();
    const fatal = new HubError('connection.unknown', 'gone', { retry: 'never' });
    const handler = createWorkerHandler(environment, parts, () => Promise.reject(fatal));
    expect(await handler(eventOf(look, 40))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });
});
