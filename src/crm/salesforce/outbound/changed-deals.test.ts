import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  records,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
} from '../../../../test/conformance/scripted-salesforce.ts';
import { recordId18 } from '../ids.ts';

let salesforce: ScriptedSalesforce;
beforeEach(async () => {
  salesforce = await startScriptedSalesforce();
});
afterEach(() => salesforce.stop());

// From 09:00:00.700 to 10:00:00.000 UTC.
const WINDOW = { fromMs: 1_795_424_400_700, untilMs: 1_795_428_000_000 };
const BETWEEN = 'SystemModstamp >= 2026-11-23T09:00:00.000Z AND SystemModstamp < 2026-11-23T10:00:00.000Z';
const select = (condition: string) =>
  request.queryAll(
    `SELECT Id, SystemModstamp FROM Opportunity WHERE ${condition} ORDER BY SystemModstamp, Id LIMIT 200`,
  );
const ID = '0065g00000AbCdEAAV';
const changed = (Id: string) => ({ Id, SystemModstamp: '2026-11-23T09:30:00.000+0000' });
const manyChanged = () =>
  Array.from({ length: 200 }, (_, index) => changed(recordId18(`0065g0000${String(index).padStart(6, '0')}`) ?? ''));

describe('listing changed opportunities', () => {
  it('asks for what was modified in the window, deleted ones too, from the whole second on', async () => {
    salesforce.on(select(BETWEEN), records(changed(ID), changed('0065g00000AbCdF')));
    expect(await salesforce.crm.listChangedDeals(WINDOW)).toEqual({
      recordIds: ['0065g00000AbCdEAAV', '0065g00000AbCdFAAV'],
    });
  });

  it('goes on after the last record of a full page', async () => {
    salesforce.on(select(BETWEEN), records(...manyChanged()));
    const first = await salesforce.crm.listChangedDeals(WINDOW);
    expect(first.recordIds).toHaveLength(200);
    expect(first.cursor).toBe('1795426200000/0065g0000000199AAA');
    const next = select(
      `${BETWEEN} AND (SystemModstamp > 2026-11-23T09:30:00.000Z OR (SystemModstamp = 2026-11-23T09:30:00.000Z AND Id > '0065g0000000199AAA'))`,
    );
    salesforce.on(next, records(changed(ID)));
    expect(await salesforce.crm.listChangedDeals({ ...WINDOW, cursor: first.cursor ?? '' })).toEqual({
      recordIds: [ID],
    });
  });

  it('does not go round for ever when Salesforce gives the same page again', async () => {
    const cursor = '1795426200000/0065g0000000199AAA';
    salesforce.on(
      select(
        `${BETWEEN} AND (SystemModstamp > 2026-11-23T09:30:00.000Z OR (SystemModstamp = 2026-11-23T09:30:00.000Z AND Id > '0065g0000000199AAA'))`,
      ),
      records(...manyChanged()),
    );
    await expect(salesforce.crm.listChangedDeals({ ...WINDOW, cursor })).rejects.toMatchObject({
      code: 'crm.refused',
      retry: 'never',
    });
  });

  it.each([
    ['search:501'],
    ["1795426200000/x' OR Id != '"],
    ['1795426200000/0065g00000AbCdEAAA'],
    ['1795426200000) OR (Id != null/0065g00000AbCdEAAV'],
    [''],
  ])('refuses the cursor %j', async (cursor) => {
    await expect(salesforce.crm.listChangedDeals({ ...WINDOW, cursor })).rejects.toMatchObject({
      code: 'crm.refused',
      message: 'the page cursor is not one of Salesforce; start again without it',
    });
    expect(salesforce.requests).toEqual([]);
  });
});
