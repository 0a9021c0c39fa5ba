import { afterEach, beforeEach, expect, test } from 'vitest';
import { API, startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

const deal = (name = 'Fleet') => salesforce.control.createOpportunity({ name }).id;
const json = async (method: string, path: string, body?: unknown) => (await salesforce.call(method, path, body)).json();

test('a collection saves what it can and says for each record what became of it', async () => {
  const results = await salesforce.sdk
    .sobject('Task')
    .create([{ Subject: 'a', Priority: 'High' }, { Subject: 'b', WhatId: '12' }, { Subject: 'c' }]);
  expect(results).toEqual([
    { id: expect.stringMatching(/^00T/), success: true, errors: [] },
    {
      success: false,
      errors: [
        { statusCode: 'MALFORMED_ID', message: 'Related To ID: id value of incorrect type: 12', fields: ['WhatId'] },
      ],
    },
    { id: expect.stringMatching(/^00T/), success: true, errors: [] },
  ]);
  expect(salesforce.control.allTasks().map(({ subject }) => subject)).toEqual(['a', 'c']);
});

test('with allOrNone one bad record takes all others back', async () => {
  const results = await salesforce.sdk
    .sobject('Task')
    .create([{ Subject: 'a' }, { WhatId: '12' }], { allOrNone: true });
  expect(results.map(({ errors }) => errors.map((error) => (error as { statusCode?: string }).statusCode))).toEqual([
    ['ALL_OR_NONE_OPERATION_ROLLED_BACK'],
    ['MALFORMED_ID'],
  ]);
  expect(salesforce.control.allTasks()).toEqual([]);
});

test('a collection updates, upserts, reads and deletes', async () => {
  const [a, b] = [deal('a'), deal('b')];
  await salesforce.sdk.sobject('Opportunity').update([
    { Id: a, NextStep: 'x' },
    { Id: b, NextStep: 'x' },
  ]);
  expect(
    await json('POST', '/composite/sobjects/Opportunity', { ids: [b, a, '006Hr00000qqqqqIAA'], fields: ['NextStep'] }),
  ).toEqual([
    { attributes: { type: 'Opportunity', url: `${API}/sobjects/Opportunity/${b}` }, NextStep: 'x' },
    { attributes: { type: 'Opportunity', url: `${API}/sobjects/Opportunity/${a}` }, NextStep: 'x' },
    null,
  ]);
  salesforce.control.switches.set({ uniqueTaskKey: true });
  const upserted = await salesforce.sdk.sobject('Task').upsert(
    [
      { Stagepost_Key__c: 'k1', Subject: 'one' },
      { Stagepost_Key__c: 'k1', Subject: 'two' },
    ],
    'Stagepost_Key__c',
  );
  expect(upserted).toMatchObject([
    { success: true, created: true },
    { success: true, created: false },
  ]);
  expect(await json('DELETE', `/composite/sobjects?ids=${a},${b}&allOrNone=true`)).toMatchObject([
    { id: a, success: true },
    { id: b, success: true },
  ]);
  expect(salesforce.control.opportunities()).toEqual([]);
});

test('more than 200 records are refused', async () => {
  const records = Array.from({ length: 201 }, () => ({ attributes: { type: 'Task' }, Subject: 'a' }));
  const response = await salesforce.call('POST', '/composite/sobjects', { records });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode: 'EXCEEDED_ID_LIMIT' }]);
});

test('a composite call uses what earlier parts answered', async () => {
  const id = deal();
  const { compositeResponse } = await json('POST', '/composite', {
    compositeRequest: [
      { method: 'POST', url: `${API}/sobjects/Task`, referenceId: 'task', body: { Subject: 'a', WhatId: id } },
      { method: 'GET', url: `${API}/sobjects/Task/@{task.id}?fields=Subject`, referenceId: 'read' },
      {
        method: 'GET',
        url: `${API}/query?q=SELECT+Subject+FROM+Task+WHERE+Id='@{task.id}'`,
        referenceId: 'query',
      },
      { method: 'PATCH', url: `${API}/sobjects/Task/@{query.records[0].Nothing}`, referenceId: 'bad', body: {} },
    ],
  });
  const taskId = salesforce.control.allTasks()[0]?.id;
  expect(compositeResponse).toEqual([
    {
      body: { id: taskId, success: true, errors: [] },
      httpHeaders: { Location: `${API}/sobjects/Task/${taskId}` },
      httpStatusCode: 201,
      referenceId: 'task',
    },
    expect.objectContaining({ httpStatusCode: 200, body: expect.objectContaining({ Subject: 'a' }) }),
    expect.objectContaining({ httpStatusCode: 200, body: expect.objectContaining({ totalSize: 1 }) }),
    {
      body: [
        {
          errorCode: 'PROCESSING_HALTED',
          message: 'Invalid reference specified. No value for query.records[0].Nothing found in query',
        },
      ],
      httpHeaders: {},
      httpStatusCode: 400,
      referenceId: 'bad',
    },
  ]);
});

test('an all-or-none composite call leaves no trace when a part fails', async () => {
  const { compositeResponse } = await json('POST', '/composite', {
    allOrNone: true,
    compositeRequest: [
      { method: 'POST', url: `${API}/sobjects/Task`, referenceId: 'one', body: { Subject: 'a' } },
      { method: 'POST', url: `${API}/sobjects/Task`, referenceId: 'two', body: { WhatId: '12' } },
    ],
  });
  const rolledBack = 'The transaction was rolled back since another operation in the same transaction failed.';
  expect(compositeResponse).toMatchObject([
    { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED', message: rolledBack }] },
    { httpStatusCode: 400, body: [{ errorCode: 'MALFORMED_ID' }] },
  ]);
  expect(salesforce.control.allTasks()).toEqual([]);
});

test('more than 25 parts are refused', async () => {
  const part = { method: 'GET', url: `${API}/limits`, referenceId: 'x' };
  const response = await salesforce.call('POST', '/composite', { compositeRequest: Array(26).fill(part) });
  expect(response.status).toBe(400);
});
