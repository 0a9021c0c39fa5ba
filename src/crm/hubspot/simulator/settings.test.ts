import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

test('has the default pipeline and two of its own with numeric ids', async () => {
  const { results } = await hubspot.sdk.crm.pipelines.pipelinesApi.getAll('deals');
  expect(results.map(({ id, label }) => [id, label])).toEqual([
    ['default', 'Sales Pipeline'],
    ['75012345', 'Enterprise'],
    ['75012399', 'Field sales'],
  ]);
  expect(results[1]?.stages.map(({ id, label, metadata }) => [id, label, metadata?.['isClosed']])).toEqual([
    ['1100000001', 'Prospecting', 'false'],
    ['1100000002', 'Qualification', 'false'],
    ['1100000003', 'Solutioning', 'false'],
    ['1100000004', 'Demonstration', 'false'],
    ['1100000005', 'Negotiation', 'false'],
    ['1100000006', 'Procurement', 'false'],
    ['1100000007', 'Implementation', 'true'],
    ['1100000008', 'Management', 'true'],
    ['1100000009', 'Expansion', 'true'],
    ['1100000010', 'Closed Lost', 'true'],
  ]);
});

test('reads one pipeline, its stages and one stage, as people renamed them', async () => {
  const { pipelinesApi, pipelineStagesApi } = hubspot.sdk.crm.pipelines;
  hubspot.control.pipelines.renameStage('75012345', '1100000006', 'Paperwork');
  hubspot.control.pipelines.archiveStage('75012345', '1100000009');
  hubspot.control.pipelines.addStage('75012345', { id: '1100000011', label: 'Pilot' });
  expect((await pipelinesApi.getById('deals', '75012345')).label).toBe('Enterprise');
  const stages = (await pipelineStagesApi.getAll('deals', '75012345')).results.map((stage) => stage.label);
  expect(stages.slice(5)).toEqual(['Paperwork', 'Implementation', 'Management', 'Closed Lost', 'Pilot']);
  expect((await pipelineStagesApi.getById('deals', '75012345', '1100000006')).label).toBe('Paperwork');
  expect((await hubspot.call('GET', '/crm/v3/pipelines/deals/404')).status).toBe(404);
});

test('finds owners by e-mail, id and user id', async () => {
  const { ownersApi } = hubspot.sdk.crm.owners;
  const found = await ownersApi.getPage('BEN.LINDQVIST@example.com');
  expect(found.results.map(({ id, firstName }) => [id, firstName])).toEqual([['77400002', 'Ben']]);
  expect((await ownersApi.getPage()).results).toHaveLength(5);
  expect((await ownersApi.getById(77_400_004)).email).toBe('dmitri.sokolov@example.com');
  const byUser = await hubspot.call('GET', '/crm/v3/owners/9900005?idProperty=userId');
  expect((await byUser.json()).id).toBe('77400005');
  expect((await hubspot.call('GET', '/crm/v3/owners/1')).status).toBe(404);
});

test('hides an owner who was deactivated', async () => {
  hubspot.control.setOwnerArchived('77400002', true);
  expect((await hubspot.call('GET', '/crm/v3/owners/77400002')).status).toBe(404);
  expect((await hubspot.call('GET', '/crm/v3/owners/77400002?archived=true')).status).toBe(200);
});

test('tells the account and its currency', async () => {
  const response = await hubspot.call('GET', '/account-info/v3/details');
  expect(await response.json()).toMatchObject({
    portalId: 8800123,
    timeZone: 'America/New_York',
    companyCurrency: 'USD',
  });
});

const property = { name: 'stagepost_key', label: 'Key', type: 'string', fieldType: 'text', groupName: 'stagepost' };

test('defines a group and a property once; the second time is a conflict', async () => {
  const post = (path: string, body: unknown) => hubspot.call('POST', path, body);
  expect((await post('/crm/v3/properties/tasks', property)).status).toBe(400);
  const group = { name: 'stagepost', label: 'Stagepost' };
  expect((await post('/crm/v3/properties/tasks/groups', group)).status).toBe(201);
  expect((await post('/crm/v3/properties/tasks/groups', group)).status).toBe(409);
  expect((await post('/crm/v3/properties/tasks', property)).status).toBe(201);
  expect((await post('/crm/v3/properties/tasks', property)).status).toBe(409);
  const read = await hubspot.sdk.crm.properties.coreApi.getByName('tasks', 'stagepost_key');
  expect([read.groupName, read.hasUniqueValue, read.hubspotDefined]).toEqual(['stagepost', false, false]);
  const task = { properties: { hs_timestamp: '1772528400000', stagepost_key: 'k1' } };
  expect((await post('/crm/v3/objects/tasks', task)).status).toBe(201);
});

test('allows unique values on tasks only when the switch says so', async () => {
  const body = { ...property, groupName: 'taskinformation', hasUniqueValue: true };
  expect((await hubspot.call('POST', '/crm/v3/properties/tasks', body)).status).toBe(400);
  hubspot.control.switches.set({ uniqueTaskProperties: true });
  expect((await hubspot.call('POST', '/crm/v3/properties/tasks', body)).status).toBe(201);
  const task = { properties: { hs_timestamp: '1772528400000', stagepost_key: 'k1' } };
  expect((await hubspot.call('POST', '/crm/v3/objects/tasks', task)).status).toBe(201);
  expect((await hubspot.call('POST', '/crm/v3/objects/tasks', task)).status).toBe(400);
});

test('lists properties with the live stages as options, and forgets a removed one', async () => {
  const stage = await hubspot.sdk.crm.properties.coreApi.getByName('deals', 'dealstage');
  expect(stage.options.map((option) => option.value)).toContain('1100000006');
  await hubspot.sdk.crm.properties.coreApi.archive('deals', 'region');
  expect((await hubspot.call('GET', '/crm/v3/properties/deals/region')).status).toBe(404);
  const all = await hubspot.sdk.crm.properties.coreApi.getAll('deals');
  expect(all.results.map((each) => each.name)).not.toContain('region');
});
