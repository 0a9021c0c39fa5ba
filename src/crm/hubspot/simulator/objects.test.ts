import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const newDeal = { dealname: 'Fleet', pipeline: '75012345', dealstage: '1100000005' };
const create = (properties: Record<string, string> = newDeal) =>
  hubspot.sdk.crm.deals.basicApi.create({ properties, associations: [] });

test('creates, reads, changes and deletes a deal through the SDK', async () => {
  const { deals } = hubspot.sdk.crm;
  const made = await create({ ...newDeal, amount: '84000', closedate: '2026-04-16' });
  expect(made.id).toBe('31400000001');
  expect(made.properties['closedate']).toBe('2026-04-16T00:00:00Z');
  hubspot.advance(1500);
  await deals.basicApi.update(made.id, { properties: { amount: '90000' } });
  const read = await deals.basicApi.getById(made.id, ['amount', 'hs_next_step', 'no_such_property']);
  expect(read.properties).toEqual({
    amount: '90000',
    createdate: '2026-03-02T09:00:00Z',
    hs_lastmodifieddate: '2026-03-02T09:00:01.500Z',
    hs_next_step: null,
    hs_object_id: '31400000001',
  });
  await deals.basicApi.archive(made.id);
  await expect(deals.basicApi.getById(made.id)).rejects.toMatchObject({ code: 404 });
  const archived = await deals.basicApi.getById(made.id, undefined, undefined, undefined, true);
  expect(archived.archived).toBe(true);
});

test('answers the default properties when none are asked for', async () => {
  const made = await create();
  const read = await hubspot.sdk.crm.deals.basicApi.getById(made.id);
  expect(Object.keys(read.properties)).toEqual([
    'amount',
    'closedate',
    'createdate',
    'dealname',
    'dealstage',
    'hs_lastmodifieddate',
    'hs_object_id',
    'pipeline',
  ]);
});

test('keeps the history of the stage, newest first, with who changed it', async () => {
  const made = await create();
  hubspot.advance(1000);
  hubspot.control.moveDeal(made.id, 'Procurement');
  const response = await hubspot.call('GET', `/crm/v3/objects/deals/${made.id}?propertiesWithHistory=dealstage`);
  expect((await response.json()).propertiesWithHistory).toEqual({
    dealstage: [
      {
        value: '1100000006',
        timestamp: '2026-03-02T09:00:01Z',
        sourceType: 'CRM_UI',
        sourceId: 'userId:9900001',
        updatedByUserId: 9900001,
      },
      { value: '1100000005', timestamp: '2026-03-02T09:00:00Z', sourceType: 'INTEGRATION', sourceId: '4400456' },
    ],
  });
});

test('answers the history oldest first when the switch says so', async () => {
  const made = await create();
  hubspot.control.moveDeal(made.id, 'Procurement');
  hubspot.control.switches.set({ historyOrder: 'oldest-first' });
  const read = await hubspot.sdk.crm.deals.basicApi.getById(made.id, [], ['dealstage']);
  const values = (read.propertiesWithHistory?.['dealstage'] ?? []).flat().map((version) => version.value);
  expect(values).toEqual(['1100000005', '1100000006']);
});

test('writing the value that is there already makes no new version', async () => {
  const made = await create();
  await hubspot.sdk.crm.deals.basicApi.update(made.id, { properties: { dealstage: '1100000005' } });
  expect(hubspot.control.deal(made.id).stageHistory).toHaveLength(1);
});

describe('refused writes', () => {
  test.each([
    ['an unknown property', { nope: 'x' }, 'PROPERTY_DOESNT_EXIST', 'nope'],
    ['a stage of another pipeline', { dealstage: 'contractsent' }, 'INVALID_OPTION', 'dealstage'],
    ['a pipeline that the stage is not in', { pipeline: 'default' }, 'INVALID_OPTION', 'dealstage'],
    ['an unknown pipeline', { pipeline: '1' }, 'INVALID_OPTION', 'pipeline'],
    ['an unknown owner', { hubspot_owner_id: '1' }, 'INVALID_OWNER_ID', 'hubspot_owner_id'],
    ['a word for a number', { amount: 'much' }, 'INVALID_NUMBER', 'amount'],
    ['a word for a date', { closedate: 'soon' }, 'INVALID_DATE', 'closedate'],
    ['a calculated property', { hs_is_closed: 'true' }, 'READ_ONLY_VALUE', 'hs_is_closed'],
    ['an option that is none', { region: 'moon' }, 'INVALID_OPTION', 'region'],
  ])('answers 400 to %s', async (_, properties, code, property) => {
    const made = await create();
    const response = await hubspot.call('PATCH', `/crm/v3/objects/deals/${made.id}`, { properties });
    expect(response.status).toBe(400);
    const body = await response.json();
    expect(body).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR' });
    expect(body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.errors.map((each: { code: string; context: unknown }) => [each.code, each.context])).toContainEqual([
      code,
      { propertyName: [property] },
    ]);
  });

  test('names the properties that creating a task misses', async () => {
    const response = await hubspot.call('POST', '/crm/v3/objects/tasks', { properties: { hs_task_subject: 'Call' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: 'Error creating TASK. Some required properties were not set.',
      context: { properties: ['hs_timestamp'] },
    });
  });

  test('answers 409 to a contact whose e-mail exists, whatever its case', async () => {
    const body = { properties: { email: 'ines@northwind.example' } };
    expect((await hubspot.call('POST', '/crm/v3/objects/contacts', body)).status).toBe(201);
    const again = await hubspot.call('POST', '/crm/v3/objects/contacts', {
      properties: { email: 'Ines@Northwind.example' },
    });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({
      category: 'CONFLICT',
      message: 'Contact already exists. Existing ID: 70201',
    });
  });

  test.each([
    ['a body that is not JSON', '/crm/v3/objects/deals', 'POST', '{'],
    ['a body without properties', '/crm/v3/objects/deals', 'POST', '{}'],
    ['an object type that does not exist', '/crm/v3/objects/spaceships', 'GET', undefined],
  ])('answers 400 to %s', async (_, path, method, body) => {
    const init = { method, headers: { authorization: 'Bearer pat-na1-0000-test' } };
    const response = await fetch(`${hubspot.url}${path}`, body === undefined ? init : { ...init, body });
    expect(response.status).toBe(400);
    expect((await response.json()).category).toBe('VALIDATION_ERROR');
  });

  test.each([
    ['999', { message: 'resource not found' }],
    ['abc', { category: 'OBJECT_NOT_FOUND' }],
  ])('answers 404 to the unknown id %s', async (id, expected) => {
    const response = await hubspot.call('GET', `/crm/v3/objects/deals/${id}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject(expected);
  });
});

test('reads and upserts by a property with unique values', async () => {
  const { sdk } = hubspot;
  const property = { label: 'Key', type: 'string', fieldType: 'text', groupName: 'dealinformation' };
  const body = { ...property, name: 'stagepost_key', hasUniqueValue: true };
  expect((await hubspot.call('POST', '/crm/v3/properties/deals', body)).status).toBe(201);
  const input = { id: 'deal/1', idProperty: 'stagepost_key', properties: newDeal };
  const first = await sdk.crm.deals.batchApi.upsert({ inputs: [input] });
  const second = await sdk.crm.deals.batchApi.upsert({ inputs: [input] });
  expect(first.results.map((each) => [each.id, '_new' in each && each._new])).toEqual([['31400000001', true]]);
  expect(second.results.map((each) => [each.id, '_new' in each && each._new])).toEqual([['31400000001', false]]);
  const path = '/crm/v3/objects/deals/deal%2F1?idProperty=stagepost_key';
  expect((await (await hubspot.call('GET', path)).json()).id).toBe('31400000001');
  const clash = { properties: { ...newDeal, stagepost_key: 'deal/1' } };
  expect((await hubspot.call('POST', '/crm/v3/objects/deals', clash)).status).toBe(400);
  hubspot.control.switches.set({ uniqueClashStatus: 409 });
  expect((await hubspot.call('POST', '/crm/v3/objects/deals', clash)).status).toBe(409);
});

test('reads batches and names what is missing in a 207', async () => {
  const made = await create();
  const read = await hubspot.sdk.crm.deals.batchApi.read({
    inputs: [{ id: made.id }, { id: '5' }],
    properties: ['dealname'],
    propertiesWithHistory: [],
  });
  expect(read.results.map((deal) => deal.properties['dealname'])).toEqual(['Fleet']);
  const raw = await hubspot.call('POST', '/crm/v3/objects/deals/batch/read', { inputs: [{ id: '5' }] });
  expect(raw.status).toBe(207);
  expect(await raw.json()).toMatchObject({
    status: 'COMPLETE',
    numErrors: 1,
    errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['5'] } }],
  });
});

test('refuses a whole batch for one bad input, unless every input has a trace id', async () => {
  const inputs = [{ properties: newDeal }, { properties: { ...newDeal, nope: '1' } }];
  const refused = await hubspot.call('POST', '/crm/v3/objects/deals/batch/create', { inputs });
  expect(refused.status).toBe(400);
  expect(hubspot.control.deals()).toEqual([]);
  const traced = inputs.map((input, index) => ({ ...input, objectWriteTraceId: `t${index}` }));
  const partly = await hubspot.call('POST', '/crm/v3/objects/deals/batch/create', { inputs: traced });
  expect(partly.status).toBe(207);
  const body = await partly.json();
  expect(body.results).toHaveLength(1);
  expect(body.errors[0].context).toEqual({ objectWriteTraceId: ['t1'] });
});

test('changes and archives in batches', async () => {
  const { batchApi } = hubspot.sdk.crm.deals;
  const made = await batchApi.create({ inputs: [{ properties: newDeal, associations: [] }] });
  const id = made.results[0]?.id ?? '';
  await batchApi.update({ inputs: [{ id, properties: { dealname: 'Renamed' } }] });
  expect(hubspot.control.deal(id).name).toBe('Renamed');
  await batchApi.archive({ inputs: [{ id }] });
  expect(hubspot.control.deal(id).archived).toBe(true);
});

test('refuses more than 100 inputs', async () => {
  const inputs = Array.from({ length: 101 }, (_, id) => ({ id: String(id) }));
  const response = await hubspot.call('POST', '/crm/v3/objects/deals/batch/read', { inputs });
  expect(response.status).toBe(400);
});

test('a merge makes a new record, with what hung on both, and old ids lead to it', async () => {
  const { control, sdk } = hubspot;
  const winner = control.createDeal({ name: 'A', contacts: [{ email: 'a@x.example', labels: ['Contract signer'] }] });
  const loser = control.createDeal({ name: 'B', amount: 5, contacts: [{ email: 'b@x.example' }] });
  const merged = await sdk.crm.deals.basicApi.merge({ primaryObjectId: winner.id, objectIdToMerge: loser.id });
  expect(merged.id).toBe('31400000003');
  expect(merged.properties).toMatchObject({
    dealname: 'A',
    amount: '5',
    hs_merged_object_ids: '31400000001;31400000002',
  });
  expect(control.deal(merged.id).contacts.map(({ email, labels }) => [email, labels])).toEqual([
    ['a@x.example', ['Contract signer']],
    ['b@x.example', []],
  ]);
  expect((await sdk.crm.deals.basicApi.getById(winner.id)).id).toBe('31400000003');
  const itself = { primaryObjectId: merged.id, objectIdToMerge: winner.id };
  expect((await hubspot.call('POST', '/crm/v3/objects/deals/merge', itself)).status).toBe(400);
  control.switches.set({ mergedIdAnswers: 'not-found' });
  await expect(sdk.crm.deals.basicApi.getById(loser.id)).rejects.toMatchObject({ code: 404 });
});

test('lists pages with a cursor', async () => {
  for (let index = 0; index < 3; index += 1) await create({ ...newDeal, dealname: `Deal ${index}` });
  const first = await hubspot.sdk.crm.deals.basicApi.getPage(2);
  expect(first.results).toHaveLength(2);
  const rest = await hubspot.sdk.crm.deals.basicApi.getPage(2, first.paging?.next?.after);
  expect(rest.results.map((deal) => deal.properties['dealname'])).toEqual(['Deal 2']);
  expect(rest.paging).toBeUndefined();
});
