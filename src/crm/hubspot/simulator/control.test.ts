import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const api = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${hubspot.url}/_sandbox/api${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};

test('seeds deals with people, labels and line items, once', () => {
  hubspot.control.seed();
  hubspot.control.seed();
  const deals = hubspot.control.deals();
  expect(deals.map(({ name, stage }) => [name, stage.label])).toEqual([
    ['Northwind Robotics: fleet platform', 'Negotiation'],
    ['Halcyon Insurance: claims desk', 'Qualification'],
    ['Adatum Ports: berth planning', 'Negotiation'],
  ]);
  expect(deals[1]?.contacts).toEqual([
    {
      id: '70203',
      email: 'priya.nair@halcyon.example',
      name: 'Priya Nair',
      labels: ['Contract signer', 'Decision maker'],
    },
    { id: '70204', email: 'owen.clarke@halcyon.example', name: 'Owen Clarke', labels: ['Billing contact'] },
  ]);
  expect(deals[0]?.lineItems.map(({ name, quantity, price }) => [name, quantity, price])).toEqual([
    ['Fleet platform, annual', '1', '60000'],
    ['Onboarding package', '2', '12000'],
  ]);
});

test('moves a deal by label, by id, and into another pipeline', () => {
  const { control } = hubspot;
  const { id } = control.createDeal({ name: 'Fleet', createdAtMs: 1_772_000_000_000 });
  expect(control.moveDeal(id, 'procurement', { atMs: 1_772_100_000_000 }).stage.id).toBe('1100000006');
  expect(control.moveDeal(id, 'contractsent').pipeline.id).toBe('default');
  expect(control.moveDeal(id, 'Closed Won').properties).toMatchObject({
    dealstage: 'closedwon',
    hs_is_closed: 'true',
    hs_is_closed_won: 'true',
    hs_deal_stage_probability: '1.0',
  });
  expect(control.deal(id).stageHistory).toEqual([
    { stageId: '1100000001', label: 'Prospecting', atMs: 1_772_000_000_000, source: 'CRM_UI' },
    { stageId: '1100000006', label: 'Procurement', atMs: 1_772_100_000_000, source: 'CRM_UI' },
    { stageId: 'contractsent', label: 'Contract Sent', atMs: 1_772_442_000_000, source: 'CRM_UI' },
    { stageId: 'closedwon', label: 'Closed Won', atMs: 1_772_442_000_000, source: 'CRM_UI' },
  ]);
});

test('completes, changes and deletes tasks as a person does', async () => {
  const { control } = hubspot;
  const deal = control.createDeal({ name: 'Fleet' });
  const task = {
    properties: { hs_timestamp: '1772528400000', hs_task_subject: 'Kick-off', hubspot_owner_id: '77400005' },
    associations: [
      { to: { id: deal.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 216 }] },
    ],
  };
  const { id } = await (await hubspot.call('POST', '/crm/v3/objects/tasks', task)).json();
  hubspot.advance(60_000);
  control.updateTask(id, { hs_task_subject: 'Kick-off call' });
  expect(control.completeTask(id)).toMatchObject({
    subject: 'Kick-off call',
    status: 'COMPLETED',
    ownerId: '77400005',
    properties: { hs_task_completion_date: '2026-03-02T09:01:00Z' },
  });
  control.deleteTask(id);
  expect(control.tasks(deal.id)).toEqual([]);
  expect(control.allTasks().map((each) => each.archived)).toEqual([true]);
});

test.each([
  ['an unknown deal', () => hubspot.control.deal('9'), 'There is no deal 9'],
  ['an unknown stage', () => hubspot.control.createDeal({ name: 'x', stage: 'Moon' }), 'There is no stage "Moon"'],
  ['an unknown pipeline', () => hubspot.control.createDeal({ name: 'x', pipeline: 'P' }), 'There is no pipeline "P"'],
  ['an unknown owner', () => hubspot.control.createDeal({ name: 'x', ownerEmail: 'a@b' }), 'There is no owner a@b'],
  [
    'an unknown label',
    () => hubspot.control.createDeal({ name: 'x', contacts: [{ email: 'a@b', labels: ['Boss'] }] }),
    'There is no label "Boss"',
  ],
])('says what is wrong with %s and makes nothing', (_, act, sentence) => {
  expect(act).toThrow(sentence);
  expect(hubspot.control.deals()).toEqual([]);
});

test('a merged deal cannot be restored', () => {
  const [a, b] = [hubspot.control.createDeal({ name: 'A' }), hubspot.control.createDeal({ name: 'B' })];
  const merged = hubspot.control.mergeDeals(a.id, b.id);
  expect(() => hubspot.control.restoreDeal(b.id)).toThrow(`was merged into ${merged.id}`);
});

test('does all of it as JSON', async () => {
  const made = await api('POST', '/deals', {
    name: 'Fleet',
    amount: 10,
    ownerEmail: 'ada.okafor@example.com',
    company: { name: 'Northwind' },
    contacts: [{ email: 'ines@x.example', labels: ['Contract signer'] }],
    lineItems: [{ name: 'Seat', quantity: 1, price: 10 }],
  });
  expect(made.status).toBe(201);
  const path = `/deals/${made.body.id}`;
  expect((await api('POST', `${path}/move`, { stage: 'Procurement' })).body.stage.id).toBe('1100000006');
  expect((await api('PATCH', path, { amount: '11' })).body.properties.amount).toBe('11');
  const added = await api('POST', `${path}/contacts`, { email: 'tom@x.example', labels: ['Legal contact'] });
  expect(added.body.contacts.map((contact: { email: string }) => contact.email)).toEqual([
    'ines@x.example',
    'tom@x.example',
  ]);
  expect((await api('DELETE', path)).status).toBe(204);
  expect((await api('GET', '/deals')).body).toEqual([]);
  expect((await api('GET', '/deals?archived=true')).body).toHaveLength(1);
  expect((await api('POST', `${path}/restore`)).body.archived).toBe(false);
  expect((await api('GET', '/owners')).body).toHaveLength(5);
  expect((await api('GET', '/pipelines')).body).toHaveLength(3);
  expect((await api('GET', '/webhooks')).body).toEqual({ url: null, waiting: [], sent: [], givenUp: [] });
  expect((await api('PUT', '/webhooks/url', { url: 'http://127.0.0.1:1/x' })).body.url).toBe('http://127.0.0.1:1/x');
  expect(hubspot.control.webhooks.url()).toBe('http://127.0.0.1:1/x');
});

test('sets faults and switches as JSON', async () => {
  const fault = { kind: 'server-error', match: 'GET /crm', times: 2, status: 423 };
  expect(await api('POST', '/faults', fault)).toEqual({ status: 201, body: [fault] });
  expect((await hubspot.call('GET', '/crm/v3/owners')).status).toBe(423);
  expect((await api('DELETE', '/faults')).status).toBe(204);
  // Without a match it fits everything.
  expect((await api('POST', '/faults', { kind: 'server-error' })).body).toEqual([{ kind: 'server-error', match: '' }]);
  expect((await api('DELETE', '/faults')).status).toBe(204);
  expect(hubspot.control.faults.list()).toEqual([]);
  expect((await api('PATCH', '/switches', { searchLagMs: 0 })).body.searchLagMs).toBe(0);
  expect(hubspot.control.switches.get()).toMatchObject({ searchLagMs: 0, format: 'classic' });
});

test.each([
  ['POST', '/deals', { nope: 1 }],
  ['POST', '/faults', { kind: 'earthquake' }],
  ['PATCH', '/switches', { searchLagMs: 'long' }],
  ['PATCH', '/switches', { noSuchSwitch: true }],
  ['POST', '/deals/9/move', { stage: 'Procurement' }],
  ['PATCH', '/deals/9', { amount: '1' }],
])('%s %s with %j answers 400 with a sentence', async (method, path, body) => {
  const answer = await api(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toEqual(expect.any(String));
  expect(answer.body.error).not.toContain('.ts:');
});

test('control calls are not in the log and pass no fault', async () => {
  hubspot.control.faults.add({ kind: 'server-error', match: '' });
  expect((await api('GET', '/deals')).status).toBe(200);
  expect((await api('GET', '/requests')).body).toEqual([]);
});

test('refuses a page from elsewhere', async () => {
  const headers = { origin: 'https://elsewhere.example' };
  const response = await fetch(`${hubspot.url}/_sandbox/api/seed`, { method: 'POST', headers });
  expect(response.status).toBe(403);
  expect(hubspot.control.deals()).toEqual([]);
});
