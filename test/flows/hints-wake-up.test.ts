import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSeenRecord } from '../../src/flows/refresh/read-seen-record.ts';
import { drain } from '../../src/flows/refresh/test-reconcile.ts';
import { readWakeUp } from '../../src/flows/wake-up.ts';
import type { Environment } from '../../src/platform/environment.ts';
import { createWorkerHandler } from '../../src/wiring/worker-handler.ts';
import { createMemoryWorld, DEAL_ID, START_MS } from '../fakes/memory-world.ts';

const record = { connectionId: 'crm-main', recordId: '42', sinceMs: START_MS };
const meta = { v: 1, id: 'r/1/record.seen', traceId: 'trace-1', atMs: START_MS };

/** An event of ours as EventBridge hands it to a queue. */
function onTheBus(detail: object): string {
  const head = { version: '0', id: '0c6f', 'detail-type': 'record.seen', source: 'stagepost', resources: [] };
  return JSON.stringify({ ...head, time: '2026-11-02T09:00:00Z', detail });
}

describe('a wake-up for a record', () => {
  it('is read out of the event that a hint became', () => {
    const body = onTheBus({ meta, crm: 'hubspot', wants: ['refresh'], record });
    expect(readWakeUp(body)).toEqual({ record, traceId: 'trace-1' });
  });

  it('is read out of the delayed look that follows when it had to wait too often', () => {
    const body = JSON.stringify({ v: 1, record, traceId: 'trace-1', firstSeenAtMs: 7, attempt: 15 });
    expect(readWakeUp(body)).toEqual({ record, traceId: 'trace-1', firstSeenAtMs: 7, attempt: 15 });
  });

  it('may name none', () => {
    const nameless = { connectionId: 'crm-main', sinceMs: START_MS };
    expect(readWakeUp(onTheBus({ meta, record: nameless }))).toEqual({ record: nameless, traceId: 'trace-1' });
    expect(readWakeUp(JSON.stringify({ record: nameless }))).toEqual({ record: nameless, traceId: '-' });
  });

  it('is one for a deal where it names a deal', () => {
    expect(readWakeUp(onTheBus({ meta, dealId: DEAL_ID, record }))).toEqual({ dealId: DEAL_ID, traceId: 'trace-1' });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"detail":null}',
    '{"record":null}',
    '{"record":"42"}',
    '{"record":{"recordId":"42","sinceMs":1}}',
    '{"record":{"connectionId":"","recordId":"42","sinceMs":1}}',
    '{"record":{"connectionId":["crm-main"],"recordId":"42","sinceMs":1}}',
    '{"record":{"connectionId":"crm-main","recordId":"42"}}',
    '{"record":{"connectionId":"crm-main","recordId":"42","sinceMs":"1"}}',
    '{"record":{"connectionId":"crm-main","recordId":"42","sinceMs":null}}',
    '{"record":{"connectionId":"crm-main","recordId":"42","sinceMs":1e999}}',
    '{"dealId":42}',
  ])('is not %s: that goes to the dead-letter queue', (body) => {
    expect(() => readWakeUp(body)).toThrow(expect.objectContaining({ code: 'message.unreadable', retry: 'never' }));
  });
});

describe('the worker that reads records', () => {
  /** Its handler on a world whose CRM lets hints cause one read a minute, and the messages that it sent. */
  function worker() {
    const world = createMemoryWorld();
    const port = { ...world.crm.port, capabilities: { ...world.crm.port.capabilities, hintReads: oneAMinute } };
    const sent: { readonly body: string; readonly delaySeconds: unknown }[] = [];
    const environment: Environment = {
      clock: world.clock,
      variables: { QUEUE_URL_REFRESH: 'https://sqs.us-east-1.amazonaws.com/1/refresh-hubspot' },
      awsRequestHandler: () => ({
        handle: async (request: { headers: Record<string, string>; body: string }) => {
          const asked: Record<string, unknown> = JSON.parse(request.body);
          const text = String(asked['MessageBody'] ?? '');
          if (text !== '') sent.push({ body: text, delaySeconds: asked['DelaySeconds'] });
          // The client compares the digest of what it sent with the one that SQS answers.
          const MD5OfMessageBody = createHash('md5').update(text).digest('hex');
          const body = new Blob([JSON.stringify({ MessageId: '1', MD5OfMessageBody })]).stream();
          return { response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body } };
        },
      }),
    };
    const parts = { ...world.parts(), crm: () => port };
    const handler = createWorkerHandler(environment, parts, async () => {}, readSeenRecord);
    const deliver = (body: string, receiveCount: number) =>
      handler({
        Records: [
          {
            ...{ messageId: 'm1', receiptHandle: 'r1', body },
            ...{ attributes: { ApproximateReceiveCount: String(receiveCount) } },
            eventSourceARN: 'arn:aws:sqs:us-east-1:1:refresh-hubspot',
          },
        ],
      });
    return { world, sent, deliver };
  }
  const oneAMinute = { perHour: 60, burst: 1 };
  const done = { batchItemFailures: [] };
  const comesBack = { batchItemFailures: [{ itemIdentifier: 'm1' }] };

  it('puts what the CRM says through the inbox', async () => {
    const { world, deliver } = worker();
    expect(await deliver(onTheBus({ meta, record }), 1)).toEqual(done);
    expect((await drain(world)).map(({ id }) => id)).toEqual(['o/crm-main/42/1793610000000']);
    expect((await world.store.loadDeal(DEAL_ID))?.leading).toEqual({ connectionId: 'crm-main', recordId: '42' });
  });

  it('keeps a hint that waits for the budget, however long that takes', async () => {
    const { world, sent, deliver } = worker();
    await deliver(onTheBus({ meta, record: { ...record, recordId: '7' } }), 1);
    expect(await deliver(onTheBus({ meta, record }), 14)).toEqual(comesBack);
    expect(sent).toEqual([]);
    expect(await deliver(onTheBus({ meta, record }), 15)).toEqual(done);
    const [follows, ...others] = sent;
    expect(others).toEqual([]);
    expect(follows?.delaySeconds).toBe(60);
    expect(readWakeUp(follows?.body ?? '')).toEqual({
      ...{ record, traceId: 'trace-1' },
      ...{ firstSeenAtMs: START_MS, attempt: 15 },
    });
    world.clock.advance(60_000);
    expect(await deliver(follows?.body ?? '', 1)).toEqual(done);
    expect(await world.store.loadRecordMark('crm-main', '42')).toEqual({ sinceMs: START_MS, atMs: START_MS + 60_000 });
  });

  it('is the only one: every other worker refuses to look at a record', async () => {
    const world = createMemoryWorld();
    const environment: Environment = { clock: world.clock, variables: {} };
    const steps: unknown[] = [];
    const parts = {
      ...world.parts(),
      log: (_: unknown, step: string, fields: unknown) => void steps.push([step, fields]),
    };
    const handler = createWorkerHandler(environment, parts, async () => {});
    const message = { messageId: 'm1', receiptHandle: 'r1', body: onTheBus({ meta, record }), eventSourceARN: 'x' };
    expect(await handler({ Records: [{ ...message, attributes: { ApproximateReceiveCount: '1' } }] })).toEqual(
      comesBack,
    );
    expect(steps[0]).toEqual(['message.failed', { key: 'm1', attempt: 1, code: 'message.unreadable' }]);
  });
});
