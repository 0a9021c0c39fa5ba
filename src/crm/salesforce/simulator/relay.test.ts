import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
let texts: string[];
beforeEach(async () => {
  salesforce = await startTestStand();
  texts = [];
  salesforce.control.relay.setTarget(async (text) => void texts.push(text));
  salesforce.start();
});
afterEach(() => salesforce.close());

/** Events as they came, once there are so many. */
async function events(count: number) {
  await expect.poll(() => texts.length).toBe(count);
  return texts.map((text) => JSON.parse(text));
}

test('a new opportunity is an event in the form of the partner source, with all its fields', async () => {
  salesforce.advance(123);
  const { id, account } = salesforce.control.createOpportunity({
    name: 'Fleet',
    amount: 5,
    closeDate: '2026-06-30',
    account: { name: 'Northwind' },
  });
  const [event] = await events(1);
  const [ada] = salesforce.control.users();
  expect(event).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'OpportunityChangeEvent',
    source: expect.stringMatching(/^aws\.partner\/salesforce\.com\/00DHr0000003pQxMAI\/0YL[A-Za-z0-9]{15}$/),
    account: '123456789012',
    time: '2026-03-02T09:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      payload: {
        ChangeEventHeader: {
          entityName: 'Opportunity',
          recordIds: [id],
          changeType: 'CREATE',
          changeOrigin: '',
          transactionKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
          sequenceNumber: 1,
          commitTimestamp: 1_772_442_000_123,
          commitNumber: expect.any(Number),
          commitUser: ada?.id,
        },
        AccountId: account?.id,
        Amount: 5,
        CloseDate: '2026-06-30',
        CreatedById: ada?.id,
        CreatedDate: '2026-03-02T09:00:00.000Z',
        ExpectedRevenue: 0.5,
        ForecastCategory: 'Pipeline',
        ForecastCategoryName: 'Pipeline',
        IsPrivate: false,
        LastModifiedById: ada?.id,
        LastModifiedDate: '2026-03-02T09:00:00.000Z',
        Name: 'Fleet',
        OwnerId: ada?.id,
        Probability: 10,
        StageName: 'Prospecting',
      },
    },
  });
  expect(event.source).toBe(salesforce.control.relay.source);
});

test('the commit number keeps digits that JSON.parse would lose, and ascends', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.updateOpportunity(id, { NextStep: 'call' });
  await events(2);
  const digits = texts.map((text) => /"commitNumber":(\d+)/.exec(text)?.[1] ?? '');
  expect(digits).toEqual(['1772442000000501501', '1772442000000501508']);
  expect(String(JSON.parse(texts[0] ?? '').detail.payload.ChangeEventHeader.commitNumber)).not.toBe(digits[0]);
});

test('an update has only what changed, and names it', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet', fields: { NextStep: 'call' } });
  salesforce.advance(2000);
  salesforce.control.updateOpportunity(id, { StageName: 'Procurement', NextStep: null });
  const [, event] = await events(2);
  const { ChangeEventHeader, ...fields } = event.detail.payload;
  expect(ChangeEventHeader.changedFields).toEqual([
    'StageName',
    'Probability',
    'NextStep',
    'ForecastCategory',
    'ForecastCategoryName',
    'LastModifiedDate',
  ]);
  expect(fields).toEqual({
    StageName: 'Procurement',
    Probability: 90,
    NextStep: null,
    ForecastCategory: 'Forecast',
    ForecastCategoryName: 'Commit',
    LastModifiedDate: '2026-03-02T09:00:02.000Z',
  });
});

test('changes by the API name it and its client', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  const named = await salesforce.connect({ client: 'Stagepost/1' });
  await named.sobject('Opportunity').update({ Id: id, NextStep: 'a' });
  await salesforce.sdk.sobject('Opportunity').update({ Id: id, NextStep: 'b' });
  const origins = (await events(3)).map(({ detail }) => detail.payload.ChangeEventHeader.changeOrigin);
  expect(origins).toEqual(['', 'com/salesforce/api/rest/66.0;client=Stagepost/1', 'com/salesforce/api/rest/66.0']);
  expect(JSON.parse(texts[1] ?? '').detail.payload.LastModifiedById).toMatch(/^005/);
});

test('the same change of several records in one transaction is one event', async () => {
  const ids = ['a', 'b', 'c'].map((name) => salesforce.control.createOpportunity({ name }).id);
  salesforce.control.updateMany(ids, { StageName: 'Procurement' });
  const event = (await events(4)).at(-1);
  expect(event.detail.payload.ChangeEventHeader).toMatchObject({ recordIds: ids, changeType: 'UPDATE' });
});

test('different changes in one transaction are told apart by their sequence number', async () => {
  const [a, b] = ['a', 'b'].map((name) => salesforce.control.createOpportunity({ name }).id);
  await salesforce.sdk.sobject('Opportunity').update([
    { Id: a ?? '', NextStep: 'x' },
    { Id: b ?? '', NextStep: 'y' },
  ]);
  const headers = (await events(4)).slice(2).map(({ detail }) => detail.payload.ChangeEventHeader);
  expect(headers.map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2]);
  expect(headers[0].transactionKey).toBe(headers[1].transactionKey);
});

test('deleting and restoring are events of their own', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.deleteOpportunity(id);
  salesforce.control.undeleteOpportunity(id);
  const [, deleted, restored] = await events(3);
  expect(Object.keys(deleted.detail.payload)).toEqual(['ChangeEventHeader']);
  expect(deleted.detail.payload.ChangeEventHeader).toMatchObject({ changeType: 'DELETE', recordIds: [id] });
  expect(deleted.detail.payload.ChangeEventHeader.changedFields).toBeUndefined();
  expect(restored.detail.payload).toMatchObject({ ChangeEventHeader: { changeType: 'UNDELETE' }, Name: 'Fleet' });
});

test('gaps and overflows have a header and nothing else', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.relay.gap('UPDATE', [id]);
  salesforce.control.relay.overflow();
  const [, gap, overflow] = await events(3);
  expect(Object.keys(gap.detail.payload)).toEqual(['ChangeEventHeader']);
  expect(gap.detail.payload.ChangeEventHeader).toMatchObject({ changeType: 'GAP_UPDATE', recordIds: [id] });
  expect(overflow.detail.payload.ChangeEventHeader).toMatchObject({
    changeType: 'GAP_OVERFLOW',
    entityName: 'Opportunity',
  });
});

test('switches delay and round the commit time, and add ids beside the payload', async () => {
  salesforce.control.switches.set({ commitDelayMs: 2500, commitInWholeSeconds: true, relayIds: true });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  const [{ detail }] = await events(1);
  expect(detail.payload.ChangeEventHeader.commitTimestamp).toBe(1_772_442_002_000);
  expect(detail).toMatchObject({ schemaId: expect.any(String), id: expect.any(String) });
});

test('what the target refuses comes again until it is taken', async () => {
  let refusals = 1;
  salesforce.control.relay.setTarget(async (text) => {
    refusals -= 1;
    if (refusals >= 0) throw new Error('throttled');
    texts.push(text);
  });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  await expect.poll(() => salesforce.control.relay.waiting()[0]?.attempt).toBe(1);
  expect(salesforce.control.relay.sent()).toEqual([]);
  salesforce.control.relay.hurry();
  await events(1);
  await expect.poll(() => salesforce.control.relay.waiting()).toEqual([]);
  expect(salesforce.control.relay.sent()).toEqual(texts);
});

test('a stopped relay forgets what happens meanwhile', async () => {
  salesforce.control.relay.turn(false);
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  expect([salesforce.control.relay.isOn(), salesforce.control.relay.waiting()]).toEqual([false, []]);
  salesforce.control.relay.turn(true);
  salesforce.control.updateOpportunity(id, { NextStep: 'call' });
  expect((await events(1))[0].detail.payload.ChangeEventHeader.changeType).toBe('UPDATE');
});

test('a refused save is no event', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  expect(() => salesforce.control.updateOpportunity(id, { Amount: 'much' })).toThrow('JSON_PARSER_ERROR');
  salesforce.control.updateOpportunity(id, { NextStep: 'call' });
  expect((await events(2)).map(({ detail }) => detail.payload.ChangeEventHeader.changeType)).toEqual([
    'CREATE',
    'UPDATE',
  ]);
});
