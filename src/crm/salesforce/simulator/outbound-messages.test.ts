import { XMLParser } from 'fast-xml-parser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACK, type Receiver, startReceiver } from './test-receiver.ts';
import { ORG_ID, startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  salesforce = await startTestStand({ baseUrl: 'https://sandbox.my.salesforce.com' });
  salesforce.control.outboundMessages.setUrl(receiver.url);
  salesforce.start();
});
afterEach(async () => {
  await salesforce.close();
  await receiver.close();
});

const { outboundMessages } = { outboundMessages: () => salesforce.control.outboundMessages };
const api = (method: string, path: string, body?: unknown) => salesforce.call(method, path, body);

function parse(body: string) {
  const parser = new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    isArray: (name) => name === 'Notification',
  });
  return parser.parse(body)['soapenv:Envelope']['soapenv:Body'].notifications;
}
/** Messages as they came, once there are so many. */
async function messages(count: number) {
  await expect.poll(() => receiver.received.length).toBe(count);
  return receiver.received.map(({ body }) => parse(body));
}

test('a new opportunity is told in SOAP as Salesforce tells it', async () => {
  const { id } = salesforce.control.createOpportunity({
    name: 'Fleet & <Co> "1"',
    amount: 84_000,
    closeDate: '2026-06-30',
    stage: 'Procurement',
  });
  await messages(1);
  const { headers, body } = receiver.received[0] ?? { headers: {}, body: '' };
  expect(headers).toMatchObject({ 'content-type': 'text/xml; charset=utf-8', soapaction: '""' });
  const owner = salesforce.control.users()[0]?.id;
  const withoutIds = body.replace(/04[kl][A-Za-z0-9]{15}/g, (found) => `${found.slice(0, 3)}...`);
  expect(withoutIds.replace(/>\s+</g, '><')).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
      '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
      '<OrganizationId>00DHr0000003pQxMAI</OrganizationId><ActionId>04k...</ActionId><SessionId xsi:nil="true"/>' +
      '<EnterpriseUrl>https://sandbox.my.salesforce.com/services/Soap/c/66.0/00DHr0000003pQx</EnterpriseUrl>' +
      '<PartnerUrl>https://sandbox.my.salesforce.com/services/Soap/u/66.0/00DHr0000003pQx</PartnerUrl>' +
      '<Notification><Id>04l...</Id>' +
      '<sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">' +
      `<sf:Id>${id}</sf:Id><sf:Amount>84000.0</sf:Amount><sf:CloseDate>2026-06-30</sf:CloseDate>` +
      '<sf:IsDeleted>false</sf:IsDeleted><sf:LastModifiedDate>2026-03-02T09:00:00.000Z</sf:LastModifiedDate>' +
      `<sf:Name>Fleet &amp; &lt;Co&gt; &quot;1&quot;</sf:Name><sf:OwnerId>${owner}</sf:OwnerId>` +
      '<sf:StageName>Procurement</sf:StageName><sf:SystemModstamp>2026-03-02T09:00:00.000Z</sf:SystemModstamp>' +
      '</sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>',
  );
});

test('changes close together travel in one message, and say what is so when it leaves', async () => {
  salesforce.control.switches.set({ coalesceMs: 60_000 });
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.moveOpportunity(id, 'Procurement & legal');
  salesforce.control.moveOpportunity(id, 'Implementation');
  outboundMessages().flush();
  const [message] = await messages(1);
  expect(message.Notification).toHaveLength(3);
  const stages = message.Notification.map((each: { sObject: Record<string, string> }) => each.sObject['sf:StageName']);
  expect(stages).toEqual(['Implementation', 'Implementation', 'Implementation']);
  expect(new Set(message.Notification.map(({ Id }: { Id: string }) => Id)).size).toBe(3);
});

test('a message holds at most 100 notifications', async () => {
  salesforce.control.switches.set({ coalesceMs: 60_000 });
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  for (let index = 0; index < 100; index += 1) salesforce.control.updateOpportunity(id, { NextStep: `step ${index}` });
  outboundMessages().flush();
  const both = await messages(2);
  expect(both.map(({ Notification }) => Notification.length).sort()).toEqual([1, 100]);
});

test.each([
  ['an error', { status: 500, body: ACK }],
  ['an empty yes', { status: 200, body: '' }],
  ['a yes without a body', { status: 204, body: '' }],
  ['a no', { status: 200, body: ACK.replace('true', 'false') }],
  ['a redirect', { status: 302, body: ACK }],
])('%s is no acknowledgement: the same notifications come again', async (_, answer) => {
  receiver.answer(answer, { status: 200, body: ACK });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  await expect.poll(() => outboundMessages().sent().length).toBe(1);
  expect(outboundMessages().sent()).toMatchObject([{ attempt: 0, status: answer.status, acknowledged: false }]);
  expect(outboundMessages().waiting()).toMatchObject([{ attempt: 1, object: 'Opportunity' }]);
  outboundMessages().hurry();
  const [first, second] = await messages(2);
  expect(second.Notification).toEqual(first.Notification);
  await expect.poll(() => outboundMessages().waiting()).toEqual([]);
  expect(outboundMessages().sent()[1]).toMatchObject({ attempt: 1, status: 200, acknowledged: true });
});

test('gaps double from four seconds to two hours, and after a day the message is given up', async () => {
  receiver.answer({ status: 503, body: '' });
  const start = 1_772_442_000_000;
  salesforce.control.createOpportunity({ name: 'Fleet' });
  const gaps: number[] = [];
  let nowMs = start;
  for (let attempt = 1; outboundMessages().givenUp().length === 0; attempt += 1) {
    await expect.poll(() => outboundMessages().sent().length).toBe(attempt);
    const due = outboundMessages().waiting()[0]?.dueAtMs;
    if (due === undefined) break;
    gaps.push(due - nowMs);
    salesforce.advance(due - nowMs);
    nowMs = due;
    outboundMessages().hurry();
  }
  expect(gaps.slice(0, 4)).toEqual([4000, 8000, 16_000, 32_000]);
  expect(gaps.slice(-2)).toEqual([7_200_000, 7_200_000]);
  expect(nowMs - start).toBeGreaterThan(22 * 3_600_000);
  expect(nowMs - start).toBeLessThanOrEqual(24 * 3_600_000);
  expect(outboundMessages().givenUp()).toMatchObject([{ object: 'Opportunity' }]);
});

test.each([
  ['no-object', undefined],
  ['empty-object', { '@_xsi:type': 'sf:Opportunity', '@_xmlns:sf': 'urn:sobject.enterprise.soap.sforce.com' }],
] as const)('a record that is deleted before delivery has no data: %s', async (deletedNotification, expected) => {
  salesforce.control.switches.set({ deletedNotification, coalesceMs: 60_000 });
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.deleteOpportunity(id);
  outboundMessages().flush();
  const [message] = await messages(1);
  expect(message.Notification).toEqual([
    { Id: expect.stringMatching(/^04l/), ...(expected === undefined ? {} : { sObject: expected }) },
  ]);
});

test('switches change organization id, content type and SOAPAction', async () => {
  salesforce.control.switches.set({ orgIdLength: 15, soapContentType: 'application/xml', soapActionHeader: false });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  const [message] = await messages(1);
  expect(message.OrganizationId).toBe(ORG_ID.slice(0, 15));
  const headers = receiver.received[0]?.headers;
  expect([headers?.['content-type'], headers?.['soapaction']]).toEqual(['application/xml; charset=utf-8', undefined]);
});

test('changes by the API raise messages unless the permission is taken from its user', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  await messages(1);
  await api('PATCH', `/sobjects/Opportunity/${id}`, { NextStep: 'call' });
  await messages(2);
  salesforce.control.switches.set({ apiUserSendsMessages: false });
  await api('PATCH', `/sobjects/Opportunity/${id}`, { NextStep: 'wait' });
  salesforce.control.updateOpportunity(id, { NextStep: 'go' });
  expect((await messages(3)).map(({ Notification }) => Notification.length)).toEqual([1, 1, 1]);
});

test('tasks and deletions raise none, and contact roles only by a rule of their own', async () => {
  salesforce.control.switches.set({ coalesceMs: 60_000 });
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  outboundMessages().flush();
  await api('POST', '/sobjects/Task', { Subject: 'Kick-off', WhatId: id });
  salesforce.control.addContactRole(id, { email: 'ines@x.example' });
  salesforce.control.switches.set({ contactRoleMessages: true });
  const { contactRoles } = salesforce.control.addContactRole(id, {
    email: 'tom@x.example',
    roles: ['Contract signer'],
  });
  salesforce.control.deleteOpportunity(salesforce.control.createOpportunity({ name: 'x' }).id);
  salesforce.control.undeleteOpportunity(salesforce.control.opportunities({ deleted: true })[0]?.id ?? '');
  outboundMessages().flush();
  const all = await messages(3);
  const objects = all.map(({ Notification }) =>
    Notification.map((each: { sObject: object }) => Object.values(each.sObject)),
  );
  const roles = all.find(({ Notification }) => Notification[0].sObject['@_xsi:type'] === 'sf:OpportunityContactRole');
  expect(objects.flat()).toHaveLength(3);
  expect(roles?.Notification[0].sObject).toMatchObject({
    'sf:Id': contactRoles[1]?.id,
    'sf:OpportunityId': id,
    'sf:Role': 'Contract signer',
    'sf:IsPrimary': 'false',
  });
  expect(new Set(all.map(({ ActionId }) => ActionId)).size).toBe(2);
});

test('a fault sends a message twice, with the same notifications', async () => {
  salesforce.control.faults.add({ kind: 'webhook-duplicate', match: 'outbound-message', times: 1 });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  const [first, second] = await messages(2);
  expect(second.Notification).toEqual(first.Notification);
});

test('seeding raises no messages', async () => {
  salesforce.control.seed();
  expect(salesforce.control.opportunities()).toHaveLength(2);
  outboundMessages().flush();
  expect(outboundMessages().waiting()).toEqual([]);
});
