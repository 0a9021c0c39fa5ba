import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cloud, startCloud } from '../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../src/local/cloud/switches.ts';
import { createSqsClient } from '../../src/platform/aws/sqs-client.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createMemoryQueue } from '../../src/queue/memory-queue.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { createSqsQueue } from '../../src/queue/sqs-queue.ts';
import { createTopology } from '../../src/topology.ts';

interface Received {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
}

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({
    folder: undefined,
    topology: createTopology(['one', 'two']),
    clock: systemClock,
    random: () => 0.5,
    switches: calmSwitches(),
  });
});
afterAll(() => cloud.stop());

// Both queues look at the clock when they are asked, so a second passes without waiting for it.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

let used = 0;

const implementations: readonly [
  string,
  () => { queue: Queue; receive: () => Promise<readonly Received[]>; remove: (receiptHandle: string) => void },
][] = [
  [
    'memory',
    () => {
      const queue = createMemoryQueue(systemClock);
      return { queue, receive: async () => queue.receive(10, 30), remove: (handle) => queue.delete(handle) };
    },
  ],
  [
    'SQS over the embedded cloud',
    () => {
      // A queue of its own for every test.
      used += 1;
      const inner = [...cloud.queues.values()][used];
      if (inner === undefined) throw new Error('more tests than queues');
      const client = createSqsClient({ variables: {}, clock: systemClock, awsRequestHandler: cloud.requestHandler });
      return {
        queue: createSqsQueue({ client, queueUrl: inner.url }),
        receive: () => inner.receive(10, AbortSignal.timeout(40)),
        remove: (handle) => inner.delete([handle]),
      };
    },
  ],
];

describe.each(implementations)('a queue: %s', (_, create) => {
  it('gives a message once, and not again while it is invisible', async () => {
    const { queue, receive } = create();
    await queue.send('{"deal":"hs.1"}');
    expect((await receive()).map(({ body, receiveCount }) => ({ body, receiveCount }))).toEqual([
      { body: '{"deal":"hs.1"}', receiveCount: 1 },
    ]);
    expect(await receive()).toEqual([]);
  });

  it('carries every character of JSON text, also those that SQS refuses in plain text', async () => {
    const { queue, receive } = create();
    const value = { name: 'Müller 👍 \uffff \ud800', empty: '' };
    await queue.send(JSON.stringify(value));
    const [message] = await receive();
    expect(JSON.parse(message?.body ?? '')).toEqual({ name: 'Müller 👍 \uffff \ud800', empty: '' });
  });

  it('shows a message again when its visibility was shortened, counting the receives', async () => {
    const { queue, receive } = create();
    await queue.send('{"n":1}');
    const [first] = await receive();
    await queue.changeVisibility(first?.receiptHandle ?? '', 0);
    vi.setSystemTime(Date.now() + 900);
    expect(await receive()).toEqual([]);
    vi.setSystemTime(Date.now() + 100);
    const [second] = await receive();
    expect(second).toMatchObject({ messageId: first?.messageId, body: '{"n":1}', receiveCount: 2 });
  });

  it('holds a delayed message back', async () => {
    const { queue, receive } = create();
    await queue.send('{"later":true}', { delaySeconds: 1 });
    expect(await receive()).toEqual([]);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await receive()).toHaveLength(1);
  });

  it('takes the change of visibility of a message that is gone as done', async () => {
    const { queue, receive, remove } = create();
    await queue.send('{"n":1}');
    const [message] = await receive();
    remove(message?.receiptHandle ?? '');
    await expect(queue.changeVisibility(message?.receiptHandle ?? '', 5)).resolves.toBeUndefined();
  });

  it('refuses a message beyond 1 MiB with a sentence', async () => {
    const { queue } = create();
    await expect(queue.send(JSON.stringify('x'.repeat(1_048_576)))).rejects.toMatchObject({
      code: 'queue.too-large',
      retry: 'never',
    });
  });
});
