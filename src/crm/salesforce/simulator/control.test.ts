import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

const api = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${salesforce.url}/_sandbox/api${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};

test('shows an opportunity with everything that hangs on it', () => {
  const state = salesforce.control.createOpportunity({
    name: 'Fleet',
    amount: 84_000,
    stage: 'Procurement & legal',
    ownerEmail: 'ben.lindqvist@example.com',
    account: { name: 'Northwind' },
    contacts: [
      {
        email: 'ines@x.example',
        firstName: 'Ines',
        lastName: 'Moreau',
        roles: ['Contract signer', 'Decision Maker'],
        isPrimary: true,
      },
      { email: 'tom@x.example' },
    ],
    lineItems: [{ name: 'Platform', quantity: 2, price: 42_000 }],
  });
  const ben = salesforce.control.users().find(({ name }) => name === 'Ben Lindqvist');
  expect(state).toMatchObject({
    isDeleted: false,
    name: 'Fleet',
    stage: { id: 'Procurement', label: 'Procurement & legal' },
    stageHistory: [{ stageId: 'Procurement', label: 'Procurement & legal', atMs: 1_772_442_000_000, byApi: false }],
    fields: { OwnerId: ben?.id, Amount: 84_000, CloseDate: '2026-04-16', Probability: 90 },
    account: { name: 'Northwind' },
    contactRoles: [
      { name: 'Ines Moreau', email: 'ines@x.example', role: 'Contract signer', isPrimary: true },
      { name: 'Ines Moreau', email: 'ines@x.example', role: 'Decision Maker', isPrimary: false },
      { name: 'tom', email: 'tom@x.example', role: undefined, isPrimary: false },
    ],
    lineItems: [{ name: 'Platform', quantity: 2, price: 42_000 }],
    tasks: [],
    files: [],
  });
  expect(state.fields).not.toHaveProperty('CurrencyIsoCode');
});

test('accounts and contacts are found again by name and e-mail', () => {
  const [first, second] = ['a', 'b'].map((name) =>
    salesforce.control.createOpportunity({
      name,
      account: { name: 'Northwind' },
      contacts: [{ email: 'ines@x.example' }],
    }),
  );
  expect(second?.account?.id).toBe(first?.account?.id);
  expect(second?.contactRoles[0]?.contactId).toBe(first?.contactRoles[0]?.contactId);
});

test('moves by label or API name, also backdated, and knows an id of 15 characters', () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet', createdAtMs: 1_772_000_000_000 });
  salesforce.control.moveOpportunity(id.slice(0, 15), 'procurement & LEGAL', { atMs: 1_772_100_000_000 });
  const state = salesforce.control.moveOpportunity(id, 'Implementation');
  expect(state.stageHistory.map(({ stageId, atMs }) => [stageId, atMs])).toEqual([
    ['Prospecting', 1_772_000_000_000],
    ['Procurement', 1_772_100_000_000],
    ['Implementation', 1_772_442_000_000],
  ]);
});

test('a primary contact role takes the place of the one before', () => {
  const { id } = salesforce.control.createOpportunity({
    name: 'a',
    contacts: [{ email: 'ines@x.example', isPrimary: true }],
  });
  const { contactRoles } = salesforce.control.addContactRole(id, { email: 'tom@x.example', isPrimary: true });
  expect(contactRoles.map(({ isPrimary }) => isPrimary)).toEqual([false, true]);
  const contactId = contactRoles[0]?.contactId ?? '';
  expect(salesforce.control.removeContactRole(id, contactId).contactRoles).toHaveLength(1);
  expect(() => salesforce.control.removeContactRole(id, contactId)).toThrow(
    `Contact ${contactId} has no role in opportunity ${id}.`,
  );
});

test('deleting takes along what hangs on the opportunity, and restoring brings it back', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'a', contacts: [{ email: 'ines@x.example' }] });
  const task = await salesforce.sdk.sobject('Task').create({ Subject: 'Kick-off', WhatId: id });
  const other = await salesforce.sdk.sobject('Task').create({ Subject: 'Gone before', WhatId: id });
  salesforce.control.deleteTask(other.id ?? '');
  salesforce.control.deleteOpportunity(id);
  expect(salesforce.control.opportunities()).toEqual([]);
  expect(salesforce.control.opportunities({ deleted: true })).toMatchObject([
    { id, isDeleted: true, tasks: [{ isDeleted: true }] },
  ]);
  expect(salesforce.control.allTasks().map(({ isDeleted }) => isDeleted)).toEqual([true, true]);
  const restored = salesforce.control.undeleteOpportunity(id);
  expect(restored).toMatchObject({ isDeleted: false, tasks: [{ id: task.id, isDeleted: false }], contactRoles: [{}] });
  expect(restored.stageHistory).toHaveLength(1);
  expect(() => salesforce.control.undeleteOpportunity(id)).toThrow('is not in the recycle bin');
});

test('completes and changes tasks', async () => {
  const { id } = await salesforce.sdk.sobject('Task').create({ Subject: 'Kick-off', Stagepost_Key__c: 'k1' });
  expect(salesforce.control.updateTask(id ?? '', { Subject: 'Kick-off call' }).subject).toBe('Kick-off call');
  expect(salesforce.control.completeTask(id ?? '')).toMatchObject({
    status: 'Completed',
    fields: { IsClosed: true, Stagepost_Key__c: 'k1', CompletedDateTime: '2026-03-02T09:00:00.000+0000' },
  });
});

test('stages are added, renamed and deactivated', () => {
  expect(
    salesforce.control.stages.add({ apiName: 'Closed Won', probability: 100, isClosed: true, isWon: true }),
  ).toMatchObject({
    label: 'Closed Won',
    sortOrder: 11,
    forecastCategory: 'Closed',
  });
  salesforce.control.stages.rename('Closed Won', 'Won');
  salesforce.control.stages.deactivate('Won');
  expect(salesforce.control.stages.list().at(-1)).toMatchObject({
    apiName: 'Closed Won',
    label: 'Won',
    isActive: false,
  });
  expect(() => salesforce.control.stages.add({ apiName: 'expansion' })).toThrow(
    'There is a stage "expansion" already.',
  );
});

test.each([
  [
    () => salesforce.control.opportunity('006'),
    'There is no opportunity 006; list the opportunities to see their ids.',
  ],
  [() => salesforce.control.completeTask('00T'), 'There is no task 00T; list the tasks to see their ids.'],
  [
    () => salesforce.control.createOpportunity({ name: 'a', stage: 'Nowhere' }),
    'There is no stage "Nowhere". The org has: Prospecting,',
  ],
  [
    () => salesforce.control.createOpportunity({ name: 'a', ownerEmail: 'x@y.example' }),
    'There is no user x@y.example. The org has: ada.okafor',
  ],
  [
    () => salesforce.control.createOpportunity({ name: 'a', recordTypeId: '012' }),
    'The org has no record types (switch recordTypes).',
  ],
  [() => salesforce.control.relay.gap('UPDATE', []), 'The relay has no target; a gap would reach nobody.'],
  [
    () => salesforce.control.deploy({ object: 'Deal', fullName: 'A__c', label: 'A', type: 'Text', length: 5 }),
    'There is no object Deal; fields go on e.g. Opportunity.',
  ],
  [
    () => salesforce.control.deploy({ object: 'Opportunity', fullName: 'A', label: 'A', type: 'Text', length: 5 }),
    'A is no name of a custom field; it has to end in __c.',
  ],
])('says what is wrong (%#)', (act, message) => {
  expect(act).toThrow(message);
});

test('the same over HTTP, for other processes', async () => {
  const created = await api('POST', '/opportunities', {
    name: 'Fleet',
    contacts: [{ email: 'ines@x.example', roles: ['Contract signer'] }],
  });
  expect(created.status).toBe(201);
  const { id } = created.body;
  expect((await api('POST', `/opportunities/${id}/move`, { stage: 'Procurement' })).body.stage.label).toBe(
    'Procurement & legal',
  );
  expect((await api('PATCH', `/opportunities/${id}`, { NextStep: 'call' })).body.fields.NextStep).toBe('call');
  expect((await api('PATCH', '/opportunities', { ids: [id], fields: { NextStep: 'wait' } })).body).toMatchObject([
    { id },
  ]);
  expect(
    (await api('POST', `/opportunities/${id}/contacts`, { email: 'tom@x.example' })).body.contactRoles,
  ).toHaveLength(2);
  expect((await api('DELETE', `/opportunities/${id}`)).status).toBe(204);
  expect((await api('GET', '/opportunities?deleted=true')).body).toMatchObject([{ id, isDeleted: true }]);
  expect((await api('POST', `/opportunities/${id}/undelete`)).body.isDeleted).toBe(false);

  expect((await api('PATCH', '/switches', { pageSize: 7 })).body.pageSize).toBe(7);
  expect((await api('POST', '/faults', { kind: 'server-error', error: 'internal' })).body).toEqual([
    { kind: 'server-error', match: '', error: 'internal' },
  ]);
  expect((await api('DELETE', '/faults')).status).toBe(204);
  expect((await api('POST', '/validation-rules', { message: 'No', when: { StageName: ['Expansion'] } })).status).toBe(
    201,
  );
  expect((await api('POST', `/opportunities/${id}/move`, { stage: 'Expansion' })).body).toEqual({
    error: 'FIELD_CUSTOM_VALIDATION_EXCEPTION: No',
  });
  expect((await api('PATCH', '/users/ben.lindqvist@example.com', { isActive: false })).body[1]).toMatchObject({
    isActive: false,
  });
  expect((await api('PUT', '/outbound-messages/url', { url: 'http://127.0.0.1:9/x' })).status).toBe(200);
  expect((await api('GET', '/outbound-messages')).body).toMatchObject({ url: 'http://127.0.0.1:9/x', waiting: [] });
  expect((await api('PUT', '/relay', { on: false })).body).toEqual({ on: false });
  expect((await api('GET', '/relay')).body).toMatchObject({ on: false, sent: [] });
  expect((await api('PUT', '/flow', null)).body).toEqual({ url: null });
  expect((await api('PATCH', '/stages/Expansion', { label: 'Growth' })).body[8].label).toBe('Growth');
});

test.each([
  ['POST', '/opportunities', { title: 'x' }, /^The body does not fit: name: /],
  ['PATCH', '/switches', { pageSize: 0 }, /^The body does not fit: pageSize: /],
  ['PATCH', '/switches', { colour: 1 }, /^The body does not fit: /],
  ['GET', '/opportunities/006', undefined, /^There is no opportunity 006/],
])('%s %s with %j is answered with a sentence', async (method, path, body, message) => {
  expect(await api(method, path, body)).toEqual({ status: 400, body: { error: expect.stringMatching(message) } });
});

test('a page from elsewhere cannot work the sandbox, and none of this is in the log', async () => {
  expect((await api('POST', '/seed', undefined, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await api('POST', '/seed', undefined, { origin: salesforce.url })).status).toBe(200);
  expect(salesforce.control.requests.list().filter(({ path }) => path.startsWith('/_sandbox'))).toEqual([]);
});
