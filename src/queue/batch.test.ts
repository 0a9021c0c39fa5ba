import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { HubError } from '../domain/errors.ts';
import type { LogFields } from '../platform/log.ts';
import { type BatchHandlerOptions, createBatchHandler, retrySeconds } from './batch.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:inbox';

function batch(...bodies: readonly string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m-${index}`,
      receiptHandle: `r-${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: '3',
        SentTimestamp: '0',
        SenderId: 's',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: ARN,
      awsRegion: 'us-east-1',
    })),
  };
}

function setUp(handle: BatchHandlerOptions['handle'], changeVisibility?: () => Promise<void>) {
  const visibilities: [string, string, number][] = [];
  const lines: [string, string, LogFields | undefined][] = [];
  const run = createBatchHandler({
    handle,
    queueFor: (arn) => ({
      send: async () => {},
      changeVisibility:
        changeVisibility ?? (async (receipt, seconds) => void visibilities.push([arn, receipt, seconds])),
    }),
    log: (level, step, fields) => void lines.push([level, step, fields]),
  });
  return { run, visibilities, lines };
}

describe('a batch of messages', () => {
  it('is done when every message is done', async () => {
    const seen: unknown[] = [];
    const { run, visibilities } = setUp(async (body, message) => void seen.push([body, message]));
    expect(await run(batch('{"a":1}'))).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([
      ['{"a":1}', { messageId: 'm-0', receiptHandle: 'r-0', receiveCount: 3, eventSourceArn: ARN }],
    ]);
    expect(visibilities).toEqual([]);
  });

  it('brings back only the message that failed, when its error says', async () => {
    const { run, visibilities, lines } = setUp(async (body) => {
      if (body === 'bad')
        throw new HubError('crm.rate-limited', 'later', {
          retry: { afterMs: 10_200 },
          context: { connectionId: 'crm-main' },
        });
    });
    expect(await run(batch('good', 'bad', 'good'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(visibilities).toEqual([[ARN, 'r-1', 11]]);
    expect(lines).toEqual([
      ['warn', 'message.failed', { key: 'm-1', attempt: 3, code: 'crm.rate-limited', connectionId: 'crm-main' }],
    ]);
  });

  it('says which secret is missing, and nothing that it would hold', async () => {
    const { run, lines } = setUp(async () => {
      const context = { secret: 'stagepost/crm-main', cause: 'ResourceNotFoundException' };
      throw new HubError('secrets.missing', 'no secret', { retry: 'never', context });
    });
    await run(batch('one'));
    expect(lines).toEqual([
      ['warn', 'message.failed', { key: 'm-0', attempt: 3, code: 'secrets.missing', secret: 'stagepost/crm-main' }],
    ]);
  });

  it.each([
    ['an error without a time', new Error('boom'), 30],
    ['an error that says never', new HubError('x.broken', 'no', { retry: 'never' }), 30],
    // The third receive: no sooner than after 3 to 4 seconds, whatever it asks for.
    ['an error that says at once', new HubError('x.busy', 'soon', { retry: { afterMs: 0 } }), 4],
    ['something that is no error', 'text', 30],
  ])('waits after %s for %#', async (_name, error, seconds) => {
    const { run, visibilities } = setUp(async () => {
      throw error;
    });
    expect((await run(batch('x'))).batchItemFailures).toHaveLength(1);
    expect(visibilities).toEqual([[ARN, 'r-0', seconds]]);
  });

  it('brings back a message that asks for another look, without calling it an error', async () => {
    const { run, visibilities, lines } = setUp(async () => ({ retryAfterSeconds: 89.2 }));
    expect((await run(batch('x'))).batchItemFailures).toEqual([{ itemIdentifier: 'm-0' }]);
    expect(visibilities).toEqual([[ARN, 'r-0', 90]]);
    expect(lines).toEqual([]);
  });

  it('answers even when the visibility cannot be changed', async () => {
    const { run, lines } = setUp(
      async () => ({ retryAfterSeconds: 5 }),
      async () => {
        throw new HubError('queue.unavailable', 'no', { retry: { afterMs: 1 } });
      },
    );
    expect((await run(batch('x'))).batchItemFailures).toEqual([{ itemIdentifier: 'm-0' }]);
    expect(lines.map(([, step]) => step)).toEqual(['message.visibility-failed']);
  });
});

describe('the wait of a message that failed', () => {
  const busy = new HubError('store.unavailable', 'soon', { retry: { afterMs: 1_000 } });
  const limited = new HubError('crm.rate-limited', 'later', { retry: { afterMs: 600_000 } });

  it.each([
    [busy, 1, 0, 1],
    [busy, 2, 0.999, 2],
    [busy, 4, 0, 6],
    [busy, 4, 0.999, 8],
    [busy, 9, 0, 192],
    [busy, 9, 0.999, 256],
    [busy, 11, 0.999, 900],
    [busy, 60, 0, 675],
    [busy, 60, 0.999, 900],
    [limited, 1, 0.5, 600],
    [limited, 11, 0.999, 900],
    [new Error('boom'), 1, 0.5, 30],
    [new Error('boom'), 11, 0.999, 900],
  ])('%s grows with receive %i (jitter %f): %i s', (error, receives, share, seconds) => {
    expect(retrySeconds(error, receives, share)).toBe(seconds);
  });

  it('lets ten minutes of trouble use few of the 60 receives, at the shortest jitter', () => {
    let waited = 0;
    let receives = 0;
    while (waited < 600) {
      receives += 1;
      waited += retrySeconds(busy, receives, 0);
    }
    expect(receives).toBe(10);
  });

  it('lets the rest of a taken lease, 90 seconds, use few receives', () => {
    const taken = new HubError('lease.held', 'busy', { retry: { afterMs: 3_000 } });
    let waited = 0;
    let receives = 0;
    while (waited < 90) {
      receives += 1;
      waited += retrySeconds(taken, receives, 0);
    }
    expect(receives).toBe(7);
  });

  it('does not grow where waiting cannot help, so that a person sees it in the dead-letter queue within half an hour', () => {
    const never = new HubError('message.unreadable', 'no', { retry: 'never' });
    expect([1, 20, 60].map((receives) => retrySeconds(never, receives, 0.5))).toEqual([30, 30, 30]);
  });

  it('is taken from the chance that was given', async () => {
    const visibilities: number[] = [];
    const run = createBatchHandler({
      handle: (): Promise<void> => Promise.reject(busy),
      queueFor: () => ({
        send: async () => {},
        changeVisibility: async (_receipt, seconds) => void visibilities.push(seconds),
      }),
      log: () => {},
      random: () => 0,
    });
    await run(batch('x'));
    expect(visibilities).toEqual([3]);
  });
});
