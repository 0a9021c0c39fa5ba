import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

const deal = (name = 'Fleet') => salesforce.control.createOpportunity({ name }).id;
const create = async (body: Record<string, unknown>, type = 'Opportunity') => {
  const response = await salesforce.call('POST', `/sobjects/${type}`, body);
  return [response.status, await response.json()];
};
const patch = async (path: string, body: Record<string, unknown>) => {
  const response = await salesforce.call('PATCH', `/sobjects/${path}`, body);
  return [response.status, response.status === 204 ? undefined : await response.json()];
};

test('creates, reads, updates and deletes a task', async () => {
  const opportunityId = deal();
  const made = await salesforce.sdk
    .sobject('Task')
    .create({ Subject: 'Kick-off', WhatId: opportunityId, ActivityDate: '2026-03-09' });
  expect(made).toEqual({ id: expect.stringMatching(/^00THr[A-Za-z0-9]{13}$/), success: true, errors: [] });
  const id = made.id ?? '';
  expect(await salesforce.sdk.sobject('Task').retrieve(id)).toMatchObject({
    attributes: { type: 'Task', url: `/services/data/v66.0/sobjects/Task/${id}` },
    Id: id,
    Subject: 'Kick-off',
    Status: 'Not Started',
    Priority: 'Normal',
    IsClosed: false,
    ActivityDate: '2026-03-09',
    Stagepost_Key__c: null,
  });
  expect(await salesforce.sdk.sobject('Task').update({ Id: id, Status: 'Completed' })).toMatchObject({ success: true });
  expect(salesforce.control.tasks(opportunityId)).toMatchObject([
    { id, subject: 'Kick-off', status: 'Completed', dueDate: '2026-03-09', fields: { IsClosed: true } },
  ]);
  expect((await salesforce.call('DELETE', `/sobjects/Task/${id}`)).status).toBe(204);
  expect(salesforce.control.tasks(opportunityId)).toEqual([]);
  expect(salesforce.control.allTasks()).toMatchObject([{ id, isDeleted: true }]);
});

test('reads only the wanted fields', async () => {
  const id = deal();
  const response = await salesforce.call('GET', `/sobjects/opportunity/${id.slice(0, 15)}?fields=Name,StageName`);
  expect(await response.json()).toEqual({
    attributes: { type: 'Opportunity', url: `/services/data/v66.0/sobjects/Opportunity/${id}` },
    Name: 'Fleet',
    StageName: 'Prospecting',
    Id: id,
  });
});

test.each([
  ['no record', '006Hr00000qqqqqIAA', 'NOT_FOUND', 'The requested resource does not exist', 404],
  ['no id at all', 'abc', 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible: abc', 404],
  ['an id with a wrong end', '006Hr00000qqqqqIII', 'MALFORMED_ID', 'malformed id 006Hr00000qqqqqIII', 400],
])('answers %s by id', async (_, id, errorCode, message, status) => {
  const response = await salesforce.call('PATCH', `/sobjects/Opportunity/${id}`, { Name: 'x' });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual([expect.objectContaining({ errorCode, message })]);
});

test.each(['GET', 'PATCH', 'DELETE'])('%s of a deleted record says so', async (method) => {
  const id = deal();
  salesforce.control.deleteOpportunity(id);
  const response = await salesforce.call(method, `/sobjects/Opportunity/${id}`, method === 'PATCH' ? {} : undefined);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual([{ errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }]);
});

const WHOLE = { Name: 'Fleet', StageName: 'Prospecting', CloseDate: '2026-06-30' };

test.each([
  [
    { Name: 'Fleet' },
    'REQUIRED_FIELD_MISSING',
    'Required fields are missing: [StageName, CloseDate]',
    ['StageName', 'CloseDate'],
  ],
  [{ ...WHOLE, Colour: 'red' }, 'INVALID_FIELD', "No such column 'Colour' on sobject of type Opportunity", undefined],
  [{ ...WHOLE, Id: '006' }, 'INVALID_FIELD', 'The Id field should not be specified in the sobject data.', undefined],
  [
    { ...WHOLE, Name: 'x'.repeat(121) },
    'STRING_TOO_LONG',
    `Name: data value too large: ${'x'.repeat(121)} (max length=120)`,
    ['Name'],
  ],
  [
    { ...WHOLE, Stagepost_Contract_Status__c: 'x'.repeat(256) },
    'STRING_TOO_LONG',
    `Contract status: data value too large: ${'x'.repeat(256)} (max length=255)`,
    ['Stagepost_Contract_Status__c'],
  ],
  [{ ...WHOLE, AccountId: '12' }, 'MALFORMED_ID', 'Account ID: id value of incorrect type: 12', ['AccountId']],
  [
    { ...WHOLE, AccountId: '003Hr00000qqqqqIAA' },
    'MALFORMED_ID',
    'Account ID: id value of incorrect type: 003Hr00000qqqqqIAA',
    ['AccountId'],
  ],
  [
    { ...WHOLE, AccountId: '001Hr00000qqqqqIAA' },
    'INVALID_CROSS_REFERENCE_KEY',
    'invalid cross reference id',
    ['AccountId'],
  ],
])('refuses to create %j', async (body, errorCode, message, fields) => {
  expect(await create(body)).toEqual([400, [{ errorCode, message, ...(fields === undefined ? {} : { fields }) }]]);
});

test.each([
  [{ ...WHOLE, Amount: 'much' }, /^Cannot deserialize instance of currency from VALUE_STRING value much /],
  [{ ...WHOLE, CloseDate: '30.06.2026' }, /^Cannot deserialize instance of date from VALUE_STRING value 30\.06\.2026 /],
  [{ ...WHOLE, Account: { Name: 'x' } }, /^No such column 'Account'/],
])('cannot read %j', async (body, message) => {
  expect(await create(body)).toEqual([400, [expect.objectContaining({ message: expect.stringMatching(message) })]]);
});

test('fields that the org keeps are not written', async () => {
  const [status, body] = await create({ ...WHOLE, CreatedDate: '2026-01-01T00:00:00Z', IsWon: true });
  expect([status, body[0].errorCode, body[0].fields]).toEqual([
    400,
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    ['CreatedDate', 'IsWon'],
  ]);
});

test('an unknown stage is accepted unless the picklist is restricted', async () => {
  expect((await create({ ...WHOLE, StageName: 'Legal hold' }))[0]).toBe(201);
  salesforce.control.switches.set({ restrictedStages: true });
  expect(await create({ ...WHOLE, StageName: 'Legal hold' })).toEqual([
    400,
    [
      {
        errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        message: 'Stage: bad value for restricted picklist field: Legal hold',
        fields: ['StageName'],
      },
    ],
  ]);
});

test('an inactive user cannot become owner', async () => {
  const ben = salesforce.control.users().find(({ email }) => email === 'ben.lindqvist@example.com');
  salesforce.control.setUserActive('ben.lindqvist@example.com', false);
  expect(await create({ Subject: 'Kick-off', OwnerId: ben?.id }, 'Task')).toEqual([
    400,
    [
      {
        errorCode: 'INACTIVE_OWNER_OR_USER',
        message: `operation performed with inactive user [${ben?.id.slice(0, 15)}] as owner of task`,
        fields: ['OwnerId'],
      },
    ],
  ]);
});

test('a validation rule refuses a save with its message until the field is filled', async () => {
  salesforce.control.validationRules.add({
    when: { StageName: ['Implementation'] },
    required: ['Stagepost_Contract_Signed_At__c'],
    message: 'Closed stages need a signed contract',
    fields: ['StageName'],
  });
  const id = deal();
  await expect(
    salesforce.sdk.sobject('Opportunity').update({ Id: id, StageName: 'Implementation' }),
  ).rejects.toMatchObject({
    errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Closed stages need a signed contract',
    data: { fields: ['StageName'] },
  });
  expect(salesforce.control.opportunity(id).stage.id).toBe('Prospecting');
  const signed = { StageName: 'Implementation', Stagepost_Contract_Signed_At__c: '2026-03-01' };
  expect(await patch(`Opportunity/${id}`, signed)).toEqual([204, undefined]);
  salesforce.control.validationRules.clear();
  expect(await patch(`Opportunity/${id}`, { Stagepost_Contract_Signed_At__c: null })).toEqual([204, undefined]);
});

test.each([400, 409, 500] as const)('a locked record answers %d, and so does a task on it', async (lockStatus) => {
  salesforce.control.switches.set({ lockStatus });
  const id = deal();
  salesforce.control.locks.hold(id);
  const error = {
    errorCode: 'UNABLE_TO_LOCK_ROW',
    message: `unable to obtain exclusive access to this record or 1 records: ${id}`,
    fields: [],
  };
  expect(await patch(`Opportunity/${id}`, { Name: 'x' })).toEqual([lockStatus, [error]]);
  expect(await create({ Subject: 'Kick-off', WhatId: id }, 'Task')).toEqual([lockStatus, [error]]);
  salesforce.control.locks.release(id);
  expect(await patch(`Opportunity/${id}`, { Name: 'x' })).toEqual([204, undefined]);
});

test('the stamp moves with every write, and with a task that hangs on the record', async () => {
  const id = deal();
  const stamps = async () => {
    const { records } = await salesforce.sdk.query(
      `SELECT SystemModstamp, LastModifiedDate FROM Opportunity WHERE Id = '${id}'`,
    );
    return [records[0]?.['SystemModstamp'], records[0]?.['LastModifiedDate']];
  };
  salesforce.advance(61_500);
  await patch(`Opportunity/${id}`, { NextStep: 'call' });
  expect(await stamps()).toEqual(['2026-03-02T09:01:01.000+0000', '2026-03-02T09:01:01.000+0000']);
  salesforce.advance(60_000);
  await create({ Subject: 'Kick-off', WhatId: id }, 'Task');
  expect(await stamps()).toEqual(['2026-03-02T09:02:01.000+0000', '2026-03-02T09:01:01.000+0000']);
});

test('the history has a row for creation and for every change of stage, amount, close date and probability', async () => {
  const id = deal();
  salesforce.advance(1000);
  await patch(`Opportunity/${id}`, { Amount: 5 });
  await patch(`Opportunity/${id}`, { NextStep: 'call' });
  salesforce.advance(1000);
  await patch(`Opportunity/${id}`, { StageName: 'Procurement' });
  await patch(`Opportunity/${id}`, { Probability: 95 });
  const { records } = await salesforce.sdk.query(
    `SELECT StageName, Amount, Probability, ExpectedRevenue, CreatedDate FROM OpportunityHistory WHERE OpportunityId = '${id}' ORDER BY CreatedDate, Id`,
  );
  expect(records.map(({ attributes: _, ...row }) => Object.values(row))).toEqual([
    ['Prospecting', null, 10, null, '2026-03-02T09:00:00.000+0000'],
    ['Prospecting', 5, 10, 0.5, '2026-03-02T09:00:01.000+0000'],
    ['Procurement', 5, 90, 4.5, '2026-03-02T09:00:02.000+0000'],
    ['Procurement', 5, 95, 4.75, '2026-03-02T09:00:02.000+0000'],
  ]);
  expect(salesforce.control.opportunity(id).stageHistory).toMatchObject([
    { stageId: 'Prospecting', atMs: 1_772_442_000_000, byApi: false },
    { stageId: 'Procurement', label: 'Procurement & legal', atMs: 1_772_442_002_000, byApi: true },
  ]);
});

test('a stage brings its probability, unless one is given with it', async () => {
  const id = deal();
  await patch(`Opportunity/${id}`, { StageName: 'Procurement', Probability: 42, Amount: 100 });
  expect(salesforce.control.opportunity(id).fields).toMatchObject({
    Probability: 42,
    ExpectedRevenue: 42,
    IsClosed: false,
    ForecastCategoryName: 'Commit',
    LastStageChangeDate: '2026-03-02T09:00:00.000+0000',
  });
  await patch(`Opportunity/${id}`, { StageName: 'Legal hold' });
  expect(salesforce.control.opportunity(id).fields).toMatchObject({ Probability: 0, ForecastCategoryName: 'Omitted' });
  await patch(`Opportunity/${id}`, { StageName: 'Implementation' });
  expect(salesforce.control.opportunity(id).fields).toMatchObject({ Probability: 100, IsClosed: true, IsWon: true });
});

test('field tracking adds its own history, or is not even there', async () => {
  const soql = 'SELECT Field, OldValue, NewValue FROM OpportunityFieldHistory';
  const id = deal();
  expect((await salesforce.sdk.query(soql)).records).toEqual([]);
  salesforce.control.switches.set({ fieldHistory: 'on' });
  await patch(`Opportunity/${id}`, { StageName: 'Procurement', NextStep: 'call' });
  expect((await salesforce.sdk.query(soql)).records).toEqual([
    expect.objectContaining({ Field: 'StageName', OldValue: 'Prospecting', NewValue: 'Procurement' }),
  ]);
  salesforce.control.switches.set({ fieldHistory: 'no-object' });
  await expect(salesforce.sdk.query(soql)).rejects.toMatchObject({ errorCode: 'INVALID_TYPE' });
});

test('a condition on the time of the last change is kept', async () => {
  const id = deal();
  const path = `/sobjects/Opportunity/${id}`;
  const read = await salesforce.call('GET', path);
  expect(read.headers.get('last-modified')).toBe('Mon, 02 Mar 2026 09:00:00 GMT');
  const since = { 'if-unmodified-since': 'Mon, 02 Mar 2026 09:00:00 GMT' };
  expect((await salesforce.call('PATCH', path, { NextStep: 'a' }, since)).status).toBe(204);
  salesforce.advance(1000);
  expect((await salesforce.call('PATCH', path, { NextStep: 'b' }, since)).status).toBe(204);
  const refused = await salesforce.call('PATCH', path, { NextStep: 'c' }, since);
  expect(refused.status).toBe(412);
  expect(salesforce.control.opportunity(id).fields['NextStep']).toBe('b');
});

test('products make the amount, and what is sent for it is ignored', async () => {
  const { id } = salesforce.control.createOpportunity({
    name: 'a',
    lineItems: [{ name: 'p', quantity: 2, price: 50 }],
  });
  expect(salesforce.control.opportunity(id).fields['Amount']).toBe(100);
  expect(await patch(`Opportunity/${id}`, { Amount: 7, NextStep: 'call' })).toEqual([204, undefined]);
  expect(salesforce.control.opportunity(id).fields).toMatchObject({ Amount: 100, NextStep: 'call' });
});

test('objects that are not there, methods that do not fit, and old versions', async () => {
  expect((await salesforce.call('POST', '/sobjects/Deal', {})).status).toBe(404);
  expect((await salesforce.call('PUT', '/sobjects/Opportunity/006', {})).status).toBe(405);
  expect((await salesforce.call('GET', '/sobjects/Opportunity/%zz')).status).toBe(404);
  expect((await salesforce.call('GET', '/services/data/v20.0/limits')).status).toBe(404);
  expect((await salesforce.call('POST', '/sobjects/OpportunityHistory', {})).status).toBe(400);
  const versions = await (await fetch(`${salesforce.url}/services/data`)).json();
  expect(versions.at(-1)).toEqual({ label: 'Version 68.0', url: '/services/data/v68.0', version: '68.0' });
});
