import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createS3Files } from '../../files/s3-files.ts';
import { createDynamoClient } from '../../platform/aws/dynamo-client.ts';
import { createS3Client } from '../../platform/aws/s3-client.ts';
import { createSecretsClient } from '../../platform/aws/secrets-client.ts';
import { createSqsClient } from '../../platform/aws/sqs-client.ts';
import { createAwsSecrets } from '../../platform/aws-secrets.ts';
import { systemClock } from '../../platform/clock.ts';
import { createSqsQueue } from '../../queue/sqs-queue.ts';
import { createDynamoTable } from '../../store/dynamo-table.ts';
import { createTopology, type Topology } from '../../topology.ts';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { calmSwitches } from './switches.ts';

const folders: string[] = [];
const clouds: Cloud[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(clouds.splice(0).map((cloud) => cloud.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-cloud-'));
  folders.push(folder);
  return folder;
}

async function start(more: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({
    folder: undefined,
    topology: createTopology(['hubspot']),
    clock: systemClock,
    random: () => 0.5,
    switches: calmSwitches(),
    ...more,
  });
  clouds.push(cloud);
  return cloud;
}

function partsOf(cloud: Cloud) {
  const environment = { variables: cloud.variables, clock: systemClock, awsRequestHandler: cloud.requestHandler };
  const sqs = createSqsClient(environment);
  return {
    sqs,
    table: createDynamoTable({ client: createDynamoClient(environment), tableName: 'stagepost', clock: systemClock }),
    inbox: createSqsQueue({ client: sqs, queueUrl: cloud.variables['QUEUE_URL_INBOX'] ?? '' }),
    files: createS3Files({ client: createS3Client(environment), bucket: 'stagepost-files' }),
    secrets: createAwsSecrets({ client: createSecretsClient(environment), clock: systemClock }),
  };
}

const briefly = () => AbortSignal.timeout(30);

describe('the embedded cloud', () => {
  it('names everything as a function finds it in its environment', async () => {
    const cloud = await start();
    expect(cloud.variables).toMatchObject({
      TABLE_NAME: 'stagepost',
      BUS_NAME: 'stagepost',
      BUCKET_NAME: 'stagepost-files',
      QUEUE_URL_INBOX: 'https://sqs.us-east-1.amazonaws.com/000000000000/inbox',
      QUEUE_URL_SEND_CONTRACT_HUBSPOT: 'https://sqs.us-east-1.amazonaws.com/000000000000/send-contract-hubspot',
    });
  });

  it('keeps items, listings, messages and files over a restart, and starts another epoch', async () => {
    const folder = newFolder();
    const before = await startCloud({
      folder,
      topology: createTopology(['hubspot']),
      clock: systemClock,
      random: () => 0.5,
      switches: calmSwitches(),
    });
    const parts = partsOf(before);
    await parts.table.create({ pk: 'A', sk: '1', version: 3, data: { n: 1 }, listing: { pk: 'L', sk: '1' } });
    await parts.inbox.send('{"n":1}');
    await parts.files.put('a.pdf', Buffer.from('pdf'), 'application/pdf');
    await before.stop();

    const after = await start({ folder });
    expect(after.epoch).not.toBe(before.epoch);
    const { table, files } = partsOf(after);
    expect(await table.get({ pk: 'A', sk: '1' })).toMatchObject({ version: 3, data: { n: 1 } });
    expect(await table.queryListing('L')).toHaveLength(1);
    expect(after.queue('inbox').bodies()).toEqual(['{"n":1}']);
    expect(new TextDecoder().decode(await files.get('a.pdf'))).toBe('pdf');
  });

  it('keeps the messages of a queue whose settings changed', async () => {
    const folder = newFolder();
    const topology = createTopology(['hubspot']);
    const before = await startCloud({
      folder,
      topology,
      clock: systemClock,
      random: () => 0.5,
      switches: calmSwitches(),
    });
    await partsOf(before).inbox.send('{"n":1}');
    await before.stop();
    const queues = topology.queues.map((queue) => ({ ...queue, visibilityTimeoutSeconds: 60, maxReceiveCount: 5 }));
    const after = await start({ folder, topology: { ...topology, queues } });
    expect(after.queue('inbox').bodies()).toEqual(['{"n":1}']);
  });

  it('is not kept out by a process id that a dead process left behind', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'pid'), '1\n');
    await expect(start({ folder })).resolves.toBeDefined();
  });

  it('says who holds the folder', async () => {
    const folder = newFolder();
    await start({ folder });
    await expect(start({ folder })).rejects.toMatchObject({
      code: 'local.folder-in-use',
      message: expect.stringContaining(`(process ${process.pid}); stop it first`),
    });
  });

  it('hands out the secrets of the host, as they are at that moment', async () => {
    const all: Record<string, unknown> = {};
    const cloud = await start({ secrets: () => all });
    await expect(partsOf(cloud).secrets.read('hs')).rejects.toMatchObject({ code: 'secrets.missing' });
    all['hs'] = { signingKeys: ['k'] };
    // Another reader: this one remembers for a moment that there was none.
    expect(await partsOf(cloud).secrets.read('hs')).toEqual({ signingKeys: ['k'] });
  });

  it('counts calls', async () => {
    const cloud = await start();
    const { table, inbox } = partsOf(cloud);
    await table.get({ pk: 'A', sk: '1' });
    await inbox.send('{}');
    await cloud.queue('inbox').receive(10, briefly());
    await cloud.queue('inbox').receive(10, briefly());
    expect(cloud.calls()).toEqual({ 'dynamodb.GetItem': 1, 'sqs.SendMessage': 1, 'sqs.ReceiveMessage': 1 });
  });
});

describe('embedded queues', () => {
  it('wake a waiting poller when a message comes', async () => {
    const cloud = await start();
    const waiting = cloud.queue('inbox').receive(10, new AbortController().signal);
    await partsOf(cloud).inbox.send('{"n":1}');
    expect((await waiting).map(({ body }) => body)).toEqual(['{"n":1}']);
  });

  it('give nothing to a poller that has stopped waiting', async () => {
    const cloud = await start();
    const stopping = new AbortController();
    const waiting = cloud.queue('inbox').receive(10, stopping.signal);
    stopping.abort();
    // Sent before the poller has noticed that it stopped.
    const sent = cloud.queue('inbox').send('{"n":1}');
    expect(await waiting).toEqual([]);
    await sent;
    expect(cloud.queue('inbox').counts()).toEqual({ ready: 1, delayed: 0, inFlight: 0 });
  });

  it('move a message to the dead-letter queue after its last receive', async () => {
    const base = createTopology(['hubspot']);
    const topology: Topology = {
      ...base,
      queues: base.queues.map((queue) => ({ ...queue, maxReceiveCount: 2, visibilityTimeoutSeconds: 60 })),
    };
    const cloud = await start({ topology });
    await partsOf(cloud).inbox.send('{"poison":true}');
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let receive = 1; receive <= 3; receive += 1) {
      await cloud.queue('inbox').receive(1, briefly());
      vi.setSystemTime(Date.now() + 61_000);
    }
    expect(cloud.queue('inbox').bodies()).toEqual([]);
    expect(cloud.queue('inbox-dead').bodies()).toEqual(['{"poison":true}']);
  });

  it('do not lose a message whose visibility is set to 0', async () => {
    const cloud = await start({ folder: newFolder() });
    const { sqs, inbox } = partsOf(cloud);
    await inbox.send('{"n":1}');
    const url = cloud.queue('inbox').url;
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
    const handle = Messages?.[0]?.ReceiptHandle ?? '';
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: 0 }));
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 1_000);
    const [again] = await cloud.queue('inbox').receive(1, briefly());
    expect(again).toMatchObject({ body: '{"n":1}', receiveCount: 2 });
  });
});

describe('the switches', () => {
  /** Counts up through the unit interval: 0.1, 0.2, ... 0.9, 0. */
  function counting() {
    let step = 0;
    return () => {
      step = (step + 1) % 10;
      return step / 10;
    };
  }

  it('deliver messages twice', async () => {
    const cloud = await start({ switches: { ...calmSwitches(), duplicateMessages: 1 } });
    await partsOf(cloud).inbox.send('{"n":1}');
    expect(cloud.queue('inbox').bodies()).toEqual(['{"n":1}', '{"n":1}']);
  });

  it('let messages be overtaken', async () => {
    const switches = { ...calmSwitches(), reorderMessages: 1 };
    const cloud = await start({ switches });
    const { inbox } = partsOf(cloud);
    await inbox.send('{"n":1}');
    switches.reorderMessages = 0;
    await inbox.send('{"n":2}');
    const received: string[] = [];
    while (received.length < 2) {
      const messages = await cloud.queue('inbox').receive(10, AbortSignal.timeout(2_000));
      received.push(...messages.map(({ body }) => body));
    }
    expect(received).toEqual(['{"n":2}', '{"n":1}']);
  });

  it('throttle calls, which the clients overcome when it is not always', async () => {
    const switches = { ...calmSwitches(), throttledCalls: 1 };
    const cloud = await start({ switches });
    const { table } = partsOf(cloud);
    await expect(table.get({ pk: 'A', sk: '1' })).rejects.toMatchObject({
      code: 'store.unavailable',
      context: { cause: 'ProvisionedThroughputExceededException' },
    });
    expect(cloud.calls()).toEqual({ 'dynamodb.GetItem': 3 });
    switches.throttledCalls = 0.15;
    const sometimes = await start({ switches, random: counting() });
    expect(await partsOf(sometimes).table.create({ pk: 'A', sk: '1', version: 1, data: {} })).toBe('written');
    expect(sometimes.calls()).toEqual({ 'dynamodb.PutItem': 2 });
  });

  it('lose the answer of a call that was carried out', async () => {
    const switches = { ...calmSwitches(), lostAnswers: 1 };
    const cloud = await start({ switches });
    const { table, inbox } = partsOf(cloud);
    expect(await table.create({ pk: 'A', sk: '1', version: 1, data: { n: 1 } }).catch((error) => error)).toMatchObject({
      code: 'store.unavailable',
      done: 'unknown',
    });
    await expect(inbox.send('{"n":1}')).rejects.toMatchObject({ code: 'queue.unavailable', done: 'unknown' });
    switches.lostAnswers = 0;
    expect(await table.get({ pk: 'A', sk: '1' })).toMatchObject({ data: { n: 1 } });
    expect(cloud.queue('inbox').bodies()).toEqual(['{"n":1}', '{"n":1}', '{"n":1}']);
  });

  it('show a listing as it was before', async () => {
    const switches = { ...calmSwitches(), staleListings: 1 };
    const { table } = partsOf(await start({ switches }));
    expect(await table.queryListing('L')).toEqual([]);
    await table.create({ pk: 'A', sk: '1', version: 1, data: {}, listing: { pk: 'L', sk: '1' } });
    expect(await table.queryListing('L')).toEqual([]);
    expect(await table.query('A')).toHaveLength(1);
    switches.staleListings = 0;
    expect(await table.queryListing('L')).toHaveLength(1);
  });
});
