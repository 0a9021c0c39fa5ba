import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const HISTORY = 'GET /crm/v3/objects/deals/18230451977?propertiesWithHistory=dealstage';
const change = (value: string, timestamp: string) => ({ value, timestamp, sourceType: 'CRM_UI', sourceId: 'userId:5' });

function scriptHistory(...dealstage: object[]): void {
  hubspot.on(HISTORY, {
    body: {
      id: '18230451977',
      properties: { dealstage: '1100000006' },
      propertiesWithHistory: { dealstage },
      createdAt: '2026-11-01T08:00:00.000Z',
      updatedAt: '2026-11-02T08:00:00.000Z',
      archived: false,
    },
  });
}

describe('the stage history of a deal in HubSpot', () => {
  it('comes oldest first, with the ids that the webhooks give, whatever order HubSpot lists it in', async () => {
    scriptHistory(
      change('1100000006', '2026-11-23T09:50:15.123Z'),
      change('1100000001', '2026-11-01T08:00:00.000Z'),
      change('1100000005', '2026-11-10T12:30:00.5Z'),
    );
    const base = {
      v: 1,
      kind: 'transition',
      connectionId: 'hubspot-main',
      recordId: '18230451977',
      granularityMs: 1,
    };
    expect(await hubspot.crm.readStageHistory('18230451977')).toEqual([
      {
        ...base,
        id: 't/hubspot-main/18230451977/1100000001/1793520000000',
        stageId: '1100000001',
        enteredAtMs: 1793520000000,
      },
      {
        ...base,
        id: 't/hubspot-main/18230451977/1100000005/1794313800500',
        stageId: '1100000005',
        enteredAtMs: 1794313800500,
      },
      // The webhook about this change is fixtures/deal-moved-to-procurement.json.
      {
        ...base,
        id: 't/hubspot-main/18230451977/1100000006/1795427415123',
        stageId: '1100000006',
        enteredAtMs: 1795427415123,
      },
    ]);
  });

  it('leaves out rows that tell no stage or no time, and rows that are there twice', async () => {
    const row = change('1100000001', '2026-11-01T08:00:00.000Z');
    scriptHistory(row, row, change('', '2026-11-02T08:00:00.000Z'), change('1100000002', 'yesterday'));
    const history = await hubspot.crm.readStageHistory('18230451977');
    expect(history.map(({ id }) => id)).toEqual(['t/hubspot-main/18230451977/1100000001/1793520000000']);
  });

  it('is not there for a deal that is not there', async () => {
    hubspot.on(HISTORY, { status: 404, body: { status: 'error', message: 'resource not found' } });
    await expect(hubspot.crm.readStageHistory('18230451977')).rejects.toMatchObject({
      code: 'crm.not-found',
      retry: 'never',
    });
  });
});
