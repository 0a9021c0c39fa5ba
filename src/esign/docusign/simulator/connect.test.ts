import { createHmac } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { openReceiver, openStand, type Received, type Stand, simpleDefinition, until } from './test-stand.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function prepare(standOptions: Parameters<typeof openStand>[0] = {}, answers: number[] = []) {
  const receiver = await openReceiver(answers);
  const stand = await openStand(standOptions);
  open.push(stand, receiver);
  return { receiver, stand };
}

const EVENTS = [
  'envelope-created',
  'envelope-sent',
  'envelope-delivered',
  'envelope-completed',
  'envelope-declined',
  'envelope-voided',
  'recipient-sent',
  'recipient-delivered',
  'recipient-completed',
];

function notification(url: string, more: Record<string, unknown> = {}) {
  return {
    url,
    deliveryMode: 'SIM',
    events: EVENTS,
    requireAcknowledgment: 'true',
    includeHMAC: 'true',
    eventData: { version: 'restv2.1', format: 'json', includeData: ['custom_fields', 'recipients'] },
    ...more,
  };
}

async function create(stand: Stand, more: Record<string, unknown>): Promise<string> {
  const response = await stand.call('POST', '/envelopes', simpleDefinition({ status: 'sent', ...more }));
  expect(response.status).toBe(201);
  return ((await response.json()) as { envelopeId: string }).envelopeId;
}

interface Message {
  event: string;
  apiVersion: string;
  uri: string;
  retryCount: number;
  configurationId: number;
  generatedDateTime: string;
  data: {
    accountId: string;
    envelopeId: string;
    recipientId?: string;
    envelopeSummary?: { status: string; customFields: { textCustomFields: { name: string; value: string }[] } };
  };
}

function read({ body }: Received): Message {
  return JSON.parse(body) as Message;
}

test('each event is one signed JSON message, in order, with the envelope as it was at the event', async () => {
  const { receiver, stand } = await prepare({ hmacKeys: ['new key', 'old key'] });
  const id = await create(stand, {
    customFields: { textCustomFields: [{ name: 'contract', value: 'hs.7/1' }] },
    eventNotification: notification(receiver.url),
  });
  stand.simulator.control.sign(id, '1');
  await until(() => receiver.received.length === 6);
  const messages = receiver.received.map(read);
  expect(messages.map(({ event, data }) => [event, data.recipientId, data.envelopeSummary?.status])).toEqual([
    ['envelope-sent', undefined, 'sent'],
    ['recipient-sent', '1', 'sent'],
    ['recipient-delivered', '1', 'sent'],
    ['envelope-delivered', undefined, 'delivered'],
    ['recipient-completed', '1', 'delivered'],
    ['envelope-completed', undefined, 'completed'],
  ]);
  expect(messages[0]).toMatchObject({
    apiVersion: 'v2.1',
    uri: `/restapi/v2.1/accounts/11111111-2222-4333-8444-555555555555/envelopes/${id}`,
    retryCount: 0,
    generatedDateTime: '2026-03-02T09:00:00.0000000Z',
  });
  expect(messages[0]?.data.envelopeSummary?.customFields.textCustomFields[0]).toMatchObject({
    name: 'contract',
    value: 'hs.7/1',
  });
  const [first] = receiver.received;
  const hmac = (key: string) =>
    createHmac('sha256', key)
      .update(first?.body ?? '', 'utf8')
      .digest('base64');
  expect(first?.headers['x-docusign-signature-1']).toBe(hmac('new key'));
  expect(first?.headers['x-docusign-signature-2']).toBe(hmac('old key'));
  expect(first?.headers['x-authorization-digest']).toBe('HMACSHA256');
});

test('without includeHMAC nothing is signed, and without includeData there is no summary', async () => {
  const { receiver, stand } = await prepare({ hmacKeys: ['key'] });
  const eventData = { version: 'restv2.1', format: 'json' };
  await create(stand, {
    eventNotification: notification(receiver.url, { includeHMAC: 'false', eventData, events: ['envelope-sent'] }),
  });
  await until(() => receiver.received.length === 1);
  expect(receiver.received[0]?.headers['x-docusign-signature-1']).toBeUndefined();
  expect(receiver.received.map(read)[0]?.data.envelopeSummary).toBeUndefined();
});

test('a refusal marks the destination down: everything waits a day, then leaves in order', async () => {
  // A day is a second.
  const { receiver, stand } = await prepare({ timeScale: 86_400 }, [500]);
  const id = await create(stand, { eventNotification: notification(receiver.url, { events: EVENTS.slice(0, 6) }) });
  await until(() => stand.simulator.control.webhooks.sent().length === 1);
  stand.simulator.control.sign(id, '1');
  const tomorrowMs = 1_772_442_001_000;
  expect(stand.simulator.control.webhooks.waiting().map((one) => [one.name, one.attempt, one.dueAtMs])).toEqual([
    ['envelope-sent', 1, tomorrowMs],
    ['envelope-delivered', 0, tomorrowMs],
    ['envelope-completed', 0, tomorrowMs],
  ]);
  stand.clock.advance(1000);
  stand.simulator.control.webhooks.hurry();
  // What was received is noted only when the answer is back.
  await until(() => stand.simulator.control.webhooks.sent().length === 4);
  const messages = receiver.received.map(read);
  expect(messages.map(({ event, retryCount }) => [event, retryCount])).toEqual([
    ['envelope-sent', 0],
    ['envelope-sent', 1],
    ['envelope-delivered', 0],
    ['envelope-completed', 0],
  ]);
  expect(messages[1]?.generatedDateTime).toBe('2026-03-02T09:00:00.0000000Z');
  expect(stand.simulator.control.webhooks.sent().map((one) => one.status)).toEqual([500, 200, 200, 200]);
});

test('by switch, retries come soon and carry a new generatedDateTime', async () => {
  const switches = { connectRetries: 'exponential', generatedDateTime: 'of-each-attempt' } as const;
  const { receiver, stand } = await prepare({ switches, timeScale: 1000 }, [503]);
  await create(stand, { eventNotification: notification(receiver.url, { events: ['envelope-sent'] }) });
  await until(() => stand.simulator.control.webhooks.sent().length === 1);
  expect(stand.simulator.control.webhooks.waiting()[0]?.dueAtMs).toBe(1_772_442_000_015);
  stand.clock.advance(15);
  stand.simulator.control.webhooks.hurry();
  await until(() => receiver.received.length === 2);
  expect(receiver.received.map(read)[1]?.generatedDateTime).toBe('2026-03-02T09:00:00.0150000Z');
});

test('who asks for no acknowledgement is told once and never again', async () => {
  const { receiver, stand } = await prepare({}, [500]);
  const quiet = notification(receiver.url, { requireAcknowledgment: 'false', events: ['envelope-sent'] });
  await create(stand, { eventNotification: quiet });
  await until(() => stand.simulator.control.webhooks.sent().length === 1);
  await until(() => stand.simulator.control.webhooks.waiting().length === 0);
  expect(stand.simulator.control.webhooks.sent()[0]).toMatchObject({ status: 500, accepted: false });
  expect(stand.simulator.control.webhooks.givenUp()).toEqual([]);
});

test('a configuration of the account reports the envelopes of other people too', async () => {
  const { receiver, stand } = await prepare();
  const { connect } = await stand.client();
  const made = await connect.createConfiguration('11111111-2222-4333-8444-555555555555', {
    connectCustomConfiguration: {
      configurationType: 'custom',
      urlToPublishTo: receiver.url,
      name: 'Everything',
      allowEnvelopePublish: 'true',
      allUsers: 'true',
      deliveryMode: 'SIM',
      requiresAcknowledgement: 'true',
      // Newer than the published typings.
      ...{ events: ['envelope-sent'] },
      eventData: { version: 'restv2.1', format: 'json', includeData: ['custom_fields'] },
    },
  });
  const foreign = stand.simulator.control.createForeignEnvelope();
  await until(() => receiver.received.length === 1);
  const [message] = receiver.received.map(read);
  expect(message?.data.envelopeId).toBe(foreign);
  expect(String(message?.configurationId)).toBe(made.connectId);
  expect(message?.data.envelopeSummary?.customFields.textCustomFields).toEqual([]);
});

test('the faults of webhooks drop and double a message', async () => {
  const { receiver, stand } = await prepare();
  const { control } = stand.simulator;
  control.faults.add({ kind: 'webhook-drop', match: 'envelope-sent', times: 1 });
  control.faults.add({ kind: 'webhook-duplicate', match: 'envelope-voided', times: 1 });
  const id = await create(stand, { eventNotification: notification(receiver.url, { events: EVENTS.slice(0, 6) }) });
  control.voidOutside(id, 'Changed our mind');
  await until(() => receiver.received.length === 2);
  expect(receiver.received.map(read).map(({ event }) => event)).toEqual(['envelope-voided', 'envelope-voided']);
});
