import { afterEach, describe, expect, it } from 'vitest';
import {
  OPPORTUNITY_ID,
  records,
  refusal,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
} from '../../../../test/conformance/scripted-salesforce.ts';

let salesforce: ScriptedSalesforce;
afterEach(() => salesforce.stop());

const HISTORY = request.query(
  `SELECT Id, StageName, CreatedDate FROM OpportunityHistory WHERE OpportunityId = '${OPPORTUNITY_ID}' ORDER BY CreatedDate, Id`,
);
const FIELD_HISTORY = request.query(
  `SELECT Id, OldValue, NewValue, CreatedDate, Opportunity.CreatedDate FROM OpportunityFieldHistory WHERE OpportunityId = '${OPPORTUNITY_ID}' AND Field = 'StageName' ORDER BY CreatedDate, Id`,
);
const BEGINNING = request.query(`SELECT CreatedDate, StageName FROM Opportunity WHERE Id = '${OPPORTUNITY_ID}'`);
const A = '0085g00000HhAaAAAV';
const B = '0085g00000HhBbBAAV';
const C = '0085g00000HhCcCAAV';
const D = '0085g00000HhDdDAAV';
const row = (Id: string, StageName: string, CreatedDate: string) => ({ Id, StageName, CreatedDate });
const entered = (historyId: string, stageId: string, enteredAtMs: number) => ({
  v: 1,
  kind: 'transition',
  id: `t/salesforce-main/0065g00000AbCdEAAV/${historyId}/${stageId}`,
  connectionId: 'salesforce-main',
  recordId: '0065g00000AbCdEAAV',
  stageId,
  enteredAtMs,
  granularityMs: 1000,
});

describe('the stage history of an opportunity', () => {
  it('has the first row of every run of a stage, named by its id, in one request', async () => {
    salesforce = await startScriptedSalesforce();
    salesforce.on(
      HISTORY,
      records(
        row(A, 'Prospecting', '2026-11-01T08:00:00.000+0000'),
        // The amount changed, not the stage.
        row(B, 'Prospecting', '2026-11-02T08:00:00.000+0000'),
        row(C, 'Negotiation/Review', '2026-11-10T12:30:00.000+0000'),
        row(D, 'Prospecting', '2026-11-10T12:30:00.000Z'),
      ),
    );
    expect(await salesforce.crm.readStageHistory(OPPORTUNITY_ID)).toEqual([
      entered(A, 'Prospecting', 1793520000000),
      entered(C, 'Negotiation/Review', 1794313800000),
      entered(D, 'Prospecting', 1794313800000),
    ]);
    expect(salesforce.calls()).toEqual([HISTORY]);
  });

  it('is read to its last page', async () => {
    salesforce = await startScriptedSalesforce();
    salesforce.on(HISTORY, {
      body: {
        totalSize: 2,
        done: false,
        nextRecordsUrl: '/services/data/v66.0/query/01g5g00000001AAA-1',
        records: [row(A, 'Prospecting', '2026-11-01T08:00:00.000+0000')],
      },
    });
    salesforce.on(
      'GET /services/data/v66.0/query/01g5g00000001AAA-1',
      records(row(C, 'Closed Won', '2026-11-10T12:30:00.000+0000')),
    );
    const history = await salesforce.crm.readStageHistory(OPPORTUNITY_ID);
    expect(history.map(({ stageId }) => stageId)).toEqual(['Prospecting', 'Closed Won']);
  });

  it('is tried again when the query ended before its last page', async () => {
    salesforce = await startScriptedSalesforce();
    salesforce.on(HISTORY, {
      body: { totalSize: 2, done: false, nextRecordsUrl: '/services/data/v66.0/query/01g-1', records: [] },
    });
    salesforce.on(
      'GET /services/data/v66.0/query/01g-1',
      refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator'),
    );
    await expect(salesforce.crm.readStageHistory(OPPORTUNITY_ID)).rejects.toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 5_000 },
    });
  });

  it('may be empty although the record is there', async () => {
    salesforce = await startScriptedSalesforce();
    salesforce.on(HISTORY, records());
    salesforce.on(BEGINNING, records({ CreatedDate: '2026-11-01T08:00:00.000+0000', StageName: 'Prospecting' }));
    expect(await salesforce.crm.readStageHistory(OPPORTUNITY_ID)).toEqual([]);
  });

  it('is an error for a record that is not there', async () => {
    salesforce = await startScriptedSalesforce();
    salesforce.on(HISTORY, records());
    salesforce.on(BEGINNING, records());
    await expect(salesforce.crm.readStageHistory(OPPORTUNITY_ID)).rejects.toMatchObject({
      code: 'crm.not-found',
      message: 'Salesforce has no opportunity 0065g00000AbCdEAAV',
      retry: 'never',
    });
  });

  it("is an error without asking for what is no opportunity's id", async () => {
    salesforce = await startScriptedSalesforce();
    await expect(salesforce.crm.readStageHistory("x' OR Id != '")).rejects.toMatchObject({ code: 'crm.not-found' });
    expect(salesforce.requests).toEqual([]);
  });
});

describe('the stage history out of field tracking', () => {
  const start = async () => {
    salesforce = await startScriptedSalesforce({ settings: { stageHistory: 'fieldHistory' } });
  };
  const change = (Id: string, OldValue: string, NewValue: string, CreatedDate: string) => ({
    Id,
    OldValue,
    NewValue,
    CreatedDate,
    Opportunity: { CreatedDate: '2026-11-01T08:00:00.000+0000' },
  });

  it('begins with the stage before the first change, when the record was created', async () => {
    await start();
    salesforce.on(
      FIELD_HISTORY,
      records(
        change('0175g00000JjAaAAAV', 'Prospecting', 'Negotiation/Review', '2026-11-10T12:30:00.000+0000'),
        change('0175g00000JjBbBAAV', 'Negotiation/Review', 'Prospecting', '2026-11-10T12:30:01.000+0000'),
      ),
    );
    expect(await salesforce.crm.readStageHistory(OPPORTUNITY_ID)).toEqual([
      entered('created', 'Prospecting', 1793520000000),
      entered('0175g00000JjAaAAAV', 'Negotiation/Review', 1794313800000),
      entered('0175g00000JjBbBAAV', 'Prospecting', 1794313801000),
    ]);
    expect(salesforce.calls()).toEqual([FIELD_HISTORY]);
  });

  it('is the stage of now where nothing changed yet', async () => {
    await start();
    salesforce.on(FIELD_HISTORY, records());
    salesforce.on(BEGINNING, records({ CreatedDate: '2026-11-01T08:00:00.000+0000', StageName: 'Prospecting' }));
    expect(await salesforce.crm.readStageHistory(OPPORTUNITY_ID)).toEqual([
      entered('created', 'Prospecting', 1793520000000),
    ]);
  });

  it('says what to do in an org that does not track the field', async () => {
    await start();
    salesforce.on(
      FIELD_HISTORY,
      refusal(400, 'INVALID_TYPE', "sObject type 'OpportunityFieldHistory' is not supported."),
    );
    await expect(salesforce.crm.readStageHistory(OPPORTUNITY_ID)).rejects.toMatchObject({
      code: 'crm.refused',
      retry: 'never',
      message: expect.stringContaining("sObject type 'OpportunityFieldHistory' is not supported."),
    });
  });
});
