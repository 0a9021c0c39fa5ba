import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

const create = async (body: Record<string, unknown>, type = 'Opportunity') => {
  const response = await salesforce.call('POST', `/sobjects/${type}`, body);
  return [response.status, await response.json()];
};
const patch = async (path: string, body: Record<string, unknown>) => {
  const response = await salesforce.call('PATCH', `/sobjects/${path}`, body);
  return [response.status, response.status === 204 ? undefined : await response.json()];
};

test('upserting by an external id creates with 201 and updates with 200', async () => {
  salesforce.control.switches.set({ uniqueTaskKey: true });
  const created = await salesforce.sdk
    .sobject('Task')
    .upsert({ Stagepost_Key__c: 'k/1', Subject: 'a' }, 'Stagepost_Key__c')
    .catch((error) => error);
  // The SDK does not encode the slash of the key, so the path is another one.
  expect(created).toMatchObject({ errorCode: 'NOT_FOUND' });
  const path = `Task/Stagepost_Key__c/${encodeURIComponent('k/1')}`;
  const [status, body] = await patch(path, { Subject: 'a' });
  expect([status, body]).toEqual([
    201,
    { id: expect.stringMatching(/^00T/), success: true, errors: [], created: true },
  ]);
  expect(await patch(path, { Subject: 'b' })).toEqual([
    200,
    { id: body.id, success: true, errors: [], created: false },
  ]);
  expect(await patch('Task/Stagepost_Key__c/K%2F1', { Priority: 'High' })).toMatchObject([200, { id: body.id }]);
  expect(salesforce.control.allTasks()).toMatchObject([{ subject: 'b', priority: 'High' }]);
  const old = await salesforce.call('PATCH', `/services/data/v45.0/sobjects/${path}`, { Subject: 'c' });
  expect([old.status, await old.text()]).toEqual([204, '']);
});

test('updateOnly does not create, and a field that is no external id is not found', async () => {
  expect(await patch('Task/Stagepost_Key__c/k1', { Subject: 'a' })).toEqual([
    404,
    [
      {
        errorCode: 'NOT_FOUND',
        message: 'Provided external ID field does not exist or is not accessible: Stagepost_Key__c',
      },
    ],
  ]);
  salesforce.control.switches.set({ uniqueTaskKey: true });
  expect((await patch('Task/Stagepost_Key__c/k1?updateOnly=true', { Subject: 'a' }))[0]).toBe(404);
  expect((await patch('Task/Stagepost_Key__c/k1', { Subject: 'a', Stagepost_Key__c: 'k1' }))[0]).toBe(400);
  expect((await patch('Task/Stagepost_Key__c/file.inc', { Subject: 'a' }))[0]).toBe(404);
  expect(salesforce.control.allTasks()).toEqual([]);
});

test('an external id that fits several records answers 300 and writes nothing', async () => {
  salesforce.control.deploy({
    object: 'Opportunity',
    fullName: 'Ref__c',
    label: 'Ref',
    type: 'Text',
    length: 20,
    externalId: true,
  });
  const ids = ['a', 'b'].map((name) => salesforce.control.createOpportunity({ name, fields: { Ref__c: 'same' } }).id);
  await expect(
    salesforce.sdk.sobject('Opportunity').upsert({ Ref__c: 'same', Name: 'x' }, 'Ref__c'),
  ).rejects.toMatchObject({
    errorCode: 'MULTIPLE_CHOICES',
    data: ids.map((id) => `/services/data/v66.0/sobjects/Opportunity/${id}`),
  });
  expect(salesforce.control.opportunities().map(({ name }) => name)).toEqual(['a', 'b']);
});

test('a unique field refuses a second record with the value, whatever its case', async () => {
  salesforce.control.switches.set({ uniqueTaskKey: true });
  const [, first] = await create({ Subject: 'a', Stagepost_Key__c: 'Key-1' }, 'Task');
  const message = `duplicate value found: Stagepost_Key__c duplicates value on record with id: ${first.id.slice(0, 15)}`;
  const refused = { errorCode: 'DUPLICATE_VALUE', message, fields: [] };
  expect(await create({ Subject: 'b', Stagepost_Key__c: 'key-1' }, 'Task')).toEqual([400, [refused]]);
  salesforce.control.switches.set({ duplicateFields: 'named' });
  expect(await create({ Subject: 'b', Stagepost_Key__c: 'key-1' }, 'Task')).toEqual([
    400,
    [{ ...refused, fields: ['Stagepost_Key__c'] }],
  ]);
  salesforce.control.deleteTask(first.id);
  expect((await create({ Subject: 'b', Stagepost_Key__c: 'key-1' }, 'Task'))[0]).toBe(201);
});

test('without the switch the key of a task is an ordinary text', async () => {
  for (const Subject of ['a', 'b']) await create({ Subject, Stagepost_Key__c: 'k1' }, 'Task');
  expect(salesforce.control.allTasks()).toHaveLength(2);
  expect(() =>
    salesforce.control.deploy({
      object: 'Activity',
      fullName: 'X__c',
      label: 'X',
      type: 'Text',
      length: 5,
      unique: true,
    }),
  ).toThrow('activities cannot have unique fields or external ids');
});

test('describe tells of fields, and of stages with their labels', async () => {
  const { fields } = await salesforce.sdk.sobject('Opportunity').describe();
  const named = (name: string) => fields.find((each) => each.name === name);
  expect(named('Stagepost_Contract_Status__c')).toMatchObject({
    label: 'Contract status',
    type: 'string',
    length: 255,
    custom: true,
    unique: false,
    externalId: false,
    createable: true,
    updateable: true,
  });
  expect(named('StageName')?.picklistValues).toContainEqual(
    expect.objectContaining({ value: 'Procurement', label: 'Procurement & legal', active: true }),
  );
  expect(named('CreatedDate')).toMatchObject({ type: 'datetime', createable: false, updateable: false });
  salesforce.control.switches.set({ uniqueTaskKey: true });
  const task = await salesforce.sdk.sobject('Task').describe();
  expect(task.fields.find(({ name }) => name === 'Stagepost_Key__c')).toMatchObject({
    unique: true,
    externalId: true,
    length: 100,
  });
});

test('an org where nothing was deployed has none of the fields', async () => {
  const bare = await startTestStand({ deployed: false });
  const { fields } = await bare.sdk.sobject('Opportunity').describe();
  expect(fields.filter(({ custom }) => custom)).toEqual([]);
  bare.control.deploy({
    object: 'Opportunity',
    fullName: 'Stagepost_Contract_Status__c',
    label: 'Status',
    type: 'Text',
    length: 255,
  });
  expect(
    bare.control.createOpportunity({ name: 'a', fields: { Stagepost_Contract_Status__c: 'sent' } }).fields,
  ).toMatchObject({
    Stagepost_Contract_Status__c: 'sent',
  });
  await bare.close();
});
