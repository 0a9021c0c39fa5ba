import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly events: Record<string, unknown>[];
}

let received: Received[];
let answers: number[];
let receiver: Server;
let target: string;
let hubspot: TestStand;

beforeEach(async () => {
  received = [];
  answers = [];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({ url: request.url ?? '', headers: request.headers, body, events: JSON.parse(body) });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/hubspot/eu%3A1`;
  hubspot = await startTestStand({ webhookUrl: target });
  hubspot.start();
});
afterEach(async () => {
  await hubspot.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const until = (count: number) => expect.poll(() => received.length).toBe(count);
const eventsOf = (index: number) => received[index]?.events ?? [];

/** A deal whose creation was told already. */
async function quietDeal(): Promise<string> {
  const { id } = hubspot.control.createDeal({ name: 'Fleet', stage: 'Negotiation' });
  await until(1);
  received.length = 0;
  return id;
}

test('tells a stage change with both signatures over what it sends', async () => {
  const id = await quietDeal();
  hubspot.advance(5000);
  hubspot.control.moveDeal(id, 'Procurement');
  await until(1);
  expect(eventsOf(0)).toEqual([
    {
      eventId: expect.any(Number),
      subscriptionId: expect.any(Number),
      portalId: 8800123,
      appId: 4400456,
      occurredAt: 1_772_442_005_000,
      subscriptionType: 'deal.propertyChange',
      objectId: 31400000001,
      propertyName: 'dealstage',
      propertyValue: '1100000006',
      changeSource: 'CRM_UI',
      sourceId: 'userId:9900001',
      attemptNumber: 0,
    },
  ]);
  const [request] = received;
  if (request === undefined) throw new Error('nothing was received');
  const { headers, body, url } = request;
  expect(url).toBe('/webhooks/hubspot/eu%3A1');
  expect(headers['x-hubspot-signature-version']).toBe('v1');
  expect(headers['x-hubspot-signature']).toBe(createHash('sha256').update(`secret-of-the-app${body}`).digest('hex'));
  expect(headers['x-hubspot-request-timestamp']).toBe('1772442005000');
  const signed = `POST${target.replace('%3A', ':')}${body}1772442005000`;
  expect(headers['x-hubspot-signature-v3']).toBe(
    createHmac('sha256', 'secret-of-the-app').update(signed).digest('base64'),
  );
});

test('creation tells the deal and its subscribed properties in one request', async () => {
  hubspot.control.createDeal({ name: 'Fleet', amount: 5, properties: { description: 'not subscribed' } });
  await until(1);
  expect(eventsOf(0).map((event) => [event['subscriptionType'], event['propertyName'], event['changeFlag']])).toEqual([
    ['deal.creation', undefined, 'NEW'],
    ['deal.propertyChange', 'pipeline', undefined],
    ['deal.propertyChange', 'dealname', undefined],
    ['deal.propertyChange', 'dealstage', undefined],
    ['deal.propertyChange', 'amount', undefined],
  ]);
});

test('changes through the API say that an integration made them', async () => {
  const id = await quietDeal();
  await hubspot.sdk.crm.deals.basicApi.update(id, { properties: { amount: '7', description: 'x' } });
  await until(1);
  expect(eventsOf(0)).toHaveLength(1);
  expect(eventsOf(0)[0]).toMatchObject({ propertyName: 'amount', changeSource: 'INTEGRATION', sourceId: '4400456' });
});

test('tells deletion, restore and merge', async () => {
  const id = await quietDeal();
  const other = hubspot.control.createDeal({ name: 'Twin', amount: 9 }).id;
  await until(1);
  hubspot.control.deleteDeal(id);
  hubspot.control.restoreDeal(id);
  hubspot.control.mergeDeals(id, other);
  await until(2);
  expect(eventsOf(1)).toMatchObject([
    { subscriptionType: 'deal.deletion', objectId: 31400000001, changeFlag: 'DELETED' },
    { subscriptionType: 'deal.restore', objectId: 31400000001 },
    {
      subscriptionType: 'deal.merge',
      primaryObjectId: 31400000001,
      mergedObjectIds: [31400000002],
      newObjectId: 31400000003,
      numberOfPropertiesMoved: 1,
    },
  ]);
});

test('tells links to contacts once and a first company twice, and their removal', async () => {
  const id = await quietDeal();
  hubspot.control.addContact(id, { email: 'ines@x.example', labels: ['Contract signer'] });
  const company = await hubspot.sdk.crm.companies.basicApi.create({ properties: { name: 'X' }, associations: [] });
  await hubspot.sdk.crm.associations.v4.basicApi.createDefault('companies', company.id, 'deals', id);
  hubspot.control.removeContact(id, '70201');
  await expect.poll(() => received.flatMap(({ events }) => events).length).toBe(4);
  const events = received.flatMap((request) => request.events);
  const facts = (event: Record<string, unknown>) => [
    event['associationType'],
    event['fromObjectId'],
    event['toObjectId'],
    event['associationRemoved'],
    event['isPrimaryAssociation'],
  ];
  expect(events.map(facts)).toEqual([
    ['DEAL_TO_CONTACT', 31400000001, 70201, false, false],
    ['DEAL_TO_COMPANY', 31400000001, 9100000001, false, false],
    ['DEAL_TO_COMPANY', 31400000001, 9100000001, false, true],
    ['DEAL_TO_CONTACT', 31400000001, 70201, true, false],
  ]);
  expect(events[0]).not.toHaveProperty('objectId');
});

test('speaks the generic format, or both in one request', async () => {
  const id = await quietDeal();
  hubspot.control.switches.set({ format: 'generic' });
  hubspot.control.moveDeal(id, 'Procurement');
  await until(1);
  expect(eventsOf(0)).toMatchObject([
    { subscriptionType: 'object.propertyChange', objectTypeId: '0-3', isSensitive: false, objectId: 31400000001 },
  ]);
  hubspot.control.switches.set({ format: 'both' });
  hubspot.control.moveDeal(id, 'Implementation');
  await until(2);
  expect(eventsOf(1).map((event) => event['subscriptionType'])).toEqual([
    'deal.propertyChange',
    'object.propertyChange',
  ]);
});

test('can tell another time than the history has', async () => {
  const id = await quietDeal();
  hubspot.control.switches.set({ occurredAtSkewMs: 3 });
  hubspot.control.moveDeal(id, 'Procurement');
  await until(1);
  expect(eventsOf(0)[0]?.['occurredAt']).toBe(1_772_442_000_003);
  expect(hubspot.control.deal(id).stageHistory.at(-1)?.atMs).toBe(1_772_442_000_000);
});

test('puts at most 100 events into one request', async () => {
  const id = await quietDeal();
  for (let amount = 1; amount <= 101; amount += 1) hubspot.control.updateDeal(id, { amount: String(amount) });
  hubspot.control.webhooks.flush();
  await until(2);
  expect([eventsOf(0).length, eventsOf(1).length].sort()).toEqual([1, 100]);
});

describe('a webhook that is not answered with success', () => {
  test('comes again with a higher attempt number and the same event id', async () => {
    const id = await quietDeal();
    answers = [500, 404];
    hubspot.control.moveDeal(id, 'Procurement');
    await until(1);
    await expect.poll(() => hubspot.control.webhooks.waiting().map((each) => each.attempt)).toEqual([1]);
    hubspot.control.webhooks.hurry();
    await until(2);
    await expect.poll(() => hubspot.control.webhooks.waiting().map((each) => each.attempt)).toEqual([2]);
    hubspot.control.webhooks.hurry();
    await until(3);
    const ids = received.map(({ events }) => [events[0]?.['attemptNumber'], events[0]?.['eventId']]);
    const first = received[0]?.events[0]?.['eventId'];
    expect(ids).toEqual([
      [0, first],
      [1, first],
      [2, first],
    ]);
    await expect.poll(() => hubspot.control.webhooks.waiting()).toEqual([]);
  });

  test('comes with a new event id when the switch says so', async () => {
    const id = await quietDeal();
    hubspot.control.switches.set({ eventIdOnRetry: 'new' });
    answers = [503];
    hubspot.control.moveDeal(id, 'Procurement');
    await until(1);
    await expect.poll(() => hubspot.control.webhooks.waiting()[0]?.attempt).toBe(1);
    hubspot.control.webhooks.hurry();
    await until(2);
    expect(eventsOf(1)[0]?.['eventId']).not.toBe(eventsOf(0)[0]?.['eventId']);
  });

  test('waits about a minute, and is given up after ten retries within a day', async () => {
    const id = await quietDeal();
    answers = Array.from({ length: 11 }, () => 500);
    hubspot.control.moveDeal(id, 'Procurement');
    const waits: number[] = [];
    for (let retry = 1; retry <= 10; retry += 1) {
      await expect.poll(() => hubspot.control.webhooks.waiting()[0]?.attempt).toBe(retry);
      waits.push((hubspot.control.webhooks.waiting()[0]?.dueAtMs ?? 0) - 1_772_442_000_000);
      hubspot.control.webhooks.hurry();
    }
    await expect.poll(() => hubspot.control.webhooks.givenUp()).toHaveLength(1);
    expect(received).toHaveLength(11);
    expect(waits[0]).toBeGreaterThan(50_000);
    expect(waits[0]).toBeLessThan(70_000);
    const sum = waits.reduce((total, wait) => total + wait, 0);
    expect(sum).toBeGreaterThan(20 * 3_600_000);
    expect(sum).toBeLessThan(27 * 3_600_000);
  });
});

test.each([
  ['webhook-drop', 0],
  ['webhook-duplicate', 2],
] as const)('the fault %s sends a stage change %i times', async (kind, times) => {
  const id = await quietDeal();
  hubspot.control.faults.add({ kind, match: 'deal.propertyChange:dealstage', times: 1 });
  hubspot.control.moveDeal(id, 'Procurement');
  hubspot.control.webhooks.flush();
  hubspot.control.updateDeal(id, { amount: '1' });
  await until(times + 1);
  const stages = received.filter(({ events }) => events[0]?.['propertyName'] === 'dealstage');
  expect(stages).toHaveLength(times);
});

test('an app with its webhooks off, or without an address, gets nothing', async () => {
  const id = await quietDeal();
  hubspot.control.switches.set({ webhooks: false });
  hubspot.control.moveDeal(id, 'Procurement');
  hubspot.control.switches.set({ webhooks: true });
  hubspot.control.webhooks.setUrl(undefined);
  hubspot.control.moveDeal(id, 'Implementation');
  hubspot.control.webhooks.setUrl(target);
  hubspot.control.moveDeal(id, 'Management');
  await until(1);
  expect(eventsOf(0).map((event) => event['propertyValue'])).toEqual(['1100000008']);
});

test('the sample records are made without a word', async () => {
  hubspot.control.seed();
  hubspot.control.updateDeal('31400000001', { amount: '1' });
  await until(1);
  expect(eventsOf(0)).toHaveLength(1);
});

test.each(['classic', 'generic', 'both'] as const)(
  'tells once that a contact was deleted for privacy, by its id alone (%s)',
  async (format) => {
    hubspot.control.switches.set({ format });
    const deal = hubspot.control.createDeal({
      name: 'Fleet',
      contacts: [{ email: 'nora@northwind.example', firstName: 'Nora', lastName: 'Nwosu' }],
    });
    const contactId = deal.contacts[0]?.id ?? '';
    await until(1);
    received.length = 0;
    hubspot.control.deleteContactForPrivacy(contactId);
    await until(1);
    expect(eventsOf(0)).toEqual([
      {
        eventId: expect.any(Number),
        subscriptionId: expect.any(Number),
        portalId: 8_800_123,
        appId: 4_400_456,
        occurredAt: 1_772_442_000_000,
        subscriptionType: 'contact.privacyDeletion',
        attemptNumber: 0,
        objectId: Number(contactId),
        changeFlag: 'DELETED',
        changeSource: 'CRM_UI',
        sourceId: 'userId:9900001',
      },
    ]);
    expect(received[0]?.body).not.toContain('northwind');
  },
);

test('deletes a contact for privacy through the API, and has nothing of it any more', async () => {
  const contact = { email: 'nora@northwind.example', firstName: 'Nora', lastName: 'Nwosu' };
  const { id, contacts } = hubspot.control.createDeal({ name: 'Fleet', contacts: [contact] });
  const gdprDelete = (body: unknown) => hubspot.call('POST', '/crm/v3/objects/contacts/gdpr-delete', body);
  expect((await gdprDelete({ objectId: contact.email, idProperty: 'email' })).status).toBe(204);
  const contactId = contacts[0]?.id ?? '';
  for (const query of ['', '?archived=true']) {
    expect((await hubspot.call('GET', `/crm/v3/objects/contacts/${contactId}${query}`)).status).toBe(404);
  }
  expect((await gdprDelete({ objectId: contactId })).status).toBe(404);
  expect(hubspot.control.deal(id).contacts).toEqual([]);
  // The same address later is another contact.
  expect(hubspot.control.addContact(id, contact).contacts[0]?.id).not.toBe(contactId);
});
