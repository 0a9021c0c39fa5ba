import type { SQSEvent } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSqsClient } from '../../platform/aws/sqs-client.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/handler.ts';
import { silentLog } from '../../platform/log.ts';
import { createBatchHandler } from '../../queue/batch.ts';
import { createSqsQueue } from '../../queue/sqs-queue.ts';
import { createTopology, type Topology } from '../../topology.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { calmSwitches } from '../cloud/switches.ts';
import { createFunctionEnvironment } from './function-environment.ts';
import { type Host, startHost } from './host.ts';

const topology = createTopology(['hubspot']);
const open: { cloud: Cloud; host: Host }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { host, cloud } of open.splice(0)) {
    await host.stop(50);
    await cloud.stop();
  }
});

async function start(handlers: Record<string, Handler>, changed: Topology = topology) {
  const cloud = await startCloud({
    folder: undefined,
    topology: changed,
    clock: systemClock,
    random: () => 0.5,
    switches: calmSwitches(),
  });
  const host = startHost({
    topology: changed,
    cloud,
    handlers,
    clock: systemClock,
    log: silentLog,
    runSchedules: false,
  });
  open.push({ cloud, host });
  return { cloud, host };
}

/** The topology with another time-out for `record`. */
function withTimeout(timeoutSeconds: number): Topology {
  return {
    ...topology,
    functions: topology.functions.map((each) => (each.name === 'record' ? { ...each, timeoutSeconds } : each)),
  };
}

/** A promise and the function that resolves it. */
function signal<T = void>() {
  let done: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

describe('the embedded host', () => {
  it('hands a message to its function as Lambda does, and deletes it on success', async () => {
    const got = signal<SQSEvent>();
    const { cloud, host } = await start({
      record: async (event) => {
        got.done(event as SQSEvent);
        return { batchItemFailures: [] };
      },
    });
    await cloud.queue('inbox').send('{"n":1}');
    const { Records } = await got.promise;
    expect(Records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: '{"n":1}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: 'embedded',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {},
        md5OfBody: '082c26c8a6bc75226a31da5495cc9292',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:inbox',
        awsRegion: 'us-east-1',
      },
    ]);
    await host.whenQuiet(2_000);
    expect(cloud.queue('inbox').bodies()).toEqual([]);
  });

  it('batches what waits, up to the batch size of the trigger', async () => {
    const sizes: number[] = [];
    const { cloud, host } = await start({});
    for (let n = 0; n < 13; n += 1) await cloud.queue('inbox').send(`{"n":${n}}`);
    await host.stop();
    const second = startHost({
      topology,
      cloud,
      handlers: { record: async (event) => void sizes.push((event as SQSEvent).Records.length) },
      clock: systemClock,
      log: silentLog,
      runSchedules: false,
    });
    await second.whenQuiet(2_000);
    await second.stop();
    expect(sizes).toEqual([10, 3]);
  });

  it('runs no more batches at once than the trigger allows', async () => {
    const limited: Topology = {
      ...topology,
      functions: topology.functions.map((each) =>
        each.name === 'record'
          ? {
              ...each,
              triggers: [{ kind: 'queue', queue: 'inbox', batchSize: 1, batchWindowSeconds: 0, maxConcurrency: 2 }],
            }
          : each,
      ),
    };
    let [running, most] = [0, 0];
    const { cloud, host } = await start(
      {
        record: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 10));
          running -= 1;
        },
      },
      limited,
    );
    for (let n = 0; n < 8; n += 1) await cloud.queue('inbox').send(`{"n":${n}}`);
    await host.whenQuiet(3_000);
    expect(most).toBe(2);
  });

  it('keeps only the messages that the function names as failed, and brings them back when they asked', async () => {
    const seen: string[] = [];
    const spec = topology.functions.find(({ name }) => name === 'record');
    if (spec === undefined) throw new Error('no record function');
    const parts = await start({});
    const environment = createFunctionEnvironment({ spec, cloud: parts.cloud, clock: systemClock });
    const queue = createSqsQueue({
      client: createSqsClient(environment),
      queueUrl: environment.variables['QUEUE_URL_INBOX'] ?? '',
    });
    const handler = createBatchHandler({
      handle: async (body, { receiveCount }) => {
        seen.push(`${body} ${receiveCount}`);
        return body === '"again"' && receiveCount === 1 ? { retryAfterSeconds: 1 } : undefined;
      },
      queueFor: () => queue,
      log: silentLog,
    });
    const host = startHost({
      topology,
      cloud: parts.cloud,
      handlers: { record: (event) => handler(event as SQSEvent) },
      clock: systemClock,
      log: silentLog,
      runSchedules: false,
    });
    open.push({ cloud: { ...parts.cloud, stop: async () => {} }, host });
    await parts.cloud.queue('inbox').send('"once"');
    await parts.cloud.queue('inbox').send('"again"');
    await vi.waitFor(() => expect(seen).toContain('"again" 1'));
    expect(host.isQuiet()).toBe(false);
    // The queue looks at the clock: seconds pass without waiting for them.
    vi.useFakeTimers({ toFake: ['Date'] });
    await vi.waitFor(() => {
      vi.setSystemTime(Date.now() + 1_000);
      expect(seen).toContain('"again" 2');
    });
    await host.whenQuiet(4_000);
    expect(seen.toSorted()).toEqual(['"again" 1', '"again" 2', '"once" 1']);
  });

  it('fails the whole batch of a function that throws, until its visibility runs out', async () => {
    const called = signal();
    const { cloud } = await start({
      record: async () => {
        called.done();
        throw new Error('boom');
      },
    });
    await cloud.queue('inbox').send('{"n":1}');
    await called.promise;
    await vi.waitFor(() => expect(cloud.queue('inbox').counts().inFlight).toBe(1));
    expect(cloud.queue('inbox').bodies()).toEqual(['{"n":1}']);
  });

  it('stops a function when its time is over, and cuts off what it still wants to do', async () => {
    const spec = topology.functions.find(({ name }) => name === 'record');
    if (spec === undefined) throw new Error('no record function');
    const wentOn = signal();
    let answered = false;
    const changed = withTimeout(0.05);
    const cloud = await startCloud({
      folder: undefined,
      topology: changed,
      clock: systemClock,
      random: () => 0.5,
      switches: calmSwitches(),
    });
    const environment = createFunctionEnvironment({ spec, cloud, clock: systemClock });
    const jobs = createSqsQueue({
      client: createSqsClient(environment),
      queueUrl: environment.variables['QUEUE_URL_WRITE_BACK_HUBSPOT'] ?? '',
    });
    const host = startHost({
      topology: changed,
      cloud,
      handlers: {
        record: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          wentOn.done();
          await jobs.send('{"too":"late"}');
          answered = true;
        },
      },
      clock: systemClock,
      log: silentLog,
      runSchedules: false,
    });
    open.push({ cloud, host });
    await expect(host.invoke('record', {})).rejects.toMatchObject({ code: 'local.function-timed-out' });
    await wentOn.promise;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(cloud.queue('write-back-hubspot').bodies()).toEqual([]);
    expect(answered).toBe(false);
  });

  it('waits for running work when it stops, and takes no more', async () => {
    const began = signal();
    const finish = signal();
    const { cloud, host } = await start({
      record: async () => {
        began.done();
        await finish.promise;
      },
    });
    await cloud.queue('inbox').send('{"n":1}');
    await began.promise;
    const stopped = host.stop();
    await cloud.queue('inbox').send('{"n":2}');
    finish.done();
    await stopped;
    expect(cloud.queue('inbox').bodies()).toEqual(['{"n":2}']);
  });

  it('kills what does not end in time when it stops, and the message stays', async () => {
    const began = signal();
    const { cloud, host } = await start({
      record: () => {
        began.done();
        return new Promise(() => {});
      },
    });
    await cloud.queue('inbox').send('{"n":1}');
    await began.promise;
    await host.stop(20);
    expect(cloud.queue('inbox').bodies()).toEqual(['{"n":1}']);
  });

  it('fires a schedule with its job', async () => {
    const events: unknown[] = [];
    const { host } = await start({ reconcile: async (event) => void events.push(event) });
    await host.fire('full-sweep');
    expect(events).toEqual([{ job: 'full-sweep', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) }]);
    await expect(host.fire('nightly')).rejects.toMatchObject({ code: 'local.schedule-unknown' });
  });

  it('names the queues in which work is left', async () => {
    const { cloud, host } = await start({});
    await cloud.queue('inbox').send('{"n":1}');
    await expect(host.whenQuiet(60)).rejects.toMatchObject({
      code: 'local.not-quiet',
      message: 'After 60 ms there are still messages in inbox.',
    });
  });

  it('gives a function its own time-out, the names of the cloud and what the deployment adds', async () => {
    const { cloud } = await start({});
    const spec = topology.functions.find(({ name }) => name === 'send-contract');
    if (spec === undefined) throw new Error('no send-contract function');
    const variables = { PUBLIC_URL: 'http://localhost:1' };
    const environment = createFunctionEnvironment({ spec, cloud, clock: systemClock, variables });
    expect(environment.variables).toMatchObject({
      FUNCTION_TIMEOUT_SECONDS: '60',
      TABLE_NAME: 'stagepost',
      PUBLIC_URL: 'http://localhost:1',
    });
    expect(environment.epoch).toBe(cloud.epoch);
  });
});
