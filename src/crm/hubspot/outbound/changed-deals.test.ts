import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const window = { fromMs: Date.parse('2026-11-22T00:00:00Z'), untilMs: Date.parse('2026-11-23T00:00:00Z') };
const dates = { createdAt: '2026-11-01T08:00:00.000Z', updatedAt: '2026-11-22T08:00:00.000Z' };
const SEARCH = 'POST /crm/v3/objects/deals/search';
const BIN = 'GET /crm/v3/objects/deals?limit=100&properties=hs_object_id&archived=true';
const deals = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(first + index), properties: {}, ...dates }));

describe('deals that changed in HubSpot', () => {
  it('are searched by the time of the last change, in the order of their ids', async () => {
    hubspot.on(SEARCH, { body: { total: 2, results: deals(501, 2) } });
    const page = await hubspot.crm.listChangedDeals(window);
    expect(page).toEqual({ recordIds: ['501', '502'], cursor: 'bin:0:' });
    expect(hubspot.requests.map(({ body }) => body)).toEqual([
      {
        filterGroups: [
          {
            filters: [
              { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: '1795305600000' },
              { propertyName: 'hs_lastmodifieddate', operator: 'LT', value: '1795392000000' },
              { propertyName: 'hs_object_id', operator: 'GT', value: '0' },
            ],
          },
        ],
        sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
        properties: ['hs_object_id'],
        limit: 200,
      },
    ]);
  });

  it('are paged by the last id and never by an offset, which ends at 10,000', async () => {
    hubspot.on(
      SEARCH,
      { body: { total: 201, results: deals(1_000, 200), paging: { next: { after: '200' } } } },
      { body: { total: 199, results: deals(1_200, 199) } },
    );
    const first = await hubspot.crm.listChangedDeals(window);
    expect([first.recordIds.length, first.cursor]).toEqual([200, 'search:1199']);
    const second = await hubspot.crm.listChangedDeals({ ...window, cursor: 'search:1199' });
    expect([second.recordIds.length, second.cursor]).toEqual([199, 'bin:0:']);
    expect(hubspot.requests[1]?.body).toMatchObject({
      filterGroups: [{ filters: [{}, {}, { propertyName: 'hs_object_id', operator: 'GT', value: '1199' }] }],
    });
    expect(hubspot.requests[1]?.body).not.toHaveProperty('after');
  });

  it('are looked for in the recycle bin last, by the time of their deletion', async () => {
    const binned = (id: string, archivedAt: string) => ({ id, properties: {}, ...dates, archived: true, archivedAt });
    hubspot.on(BIN, {
      body: {
        results: [
          binned('601', '2026-11-21T23:59:59.999Z'),
          binned('602', '2026-11-22T00:00:00.000Z'),
          binned('603', '2026-11-23T00:00:00.000Z'),
        ],
        paging: { next: { after: '603', link: 'x' } },
      },
    });
    const page = await hubspot.crm.listChangedDeals({ ...window, cursor: 'bin:0:' });
    expect(page).toEqual({ recordIds: ['602'], cursor: 'bin:1:603' });
  });

  it('end with the last page of the recycle bin', async () => {
    hubspot.on('GET /crm/v3/objects/deals?limit=100&after=603&properties=hs_object_id&archived=true', {
      body: { results: [] },
    });
    expect(await hubspot.crm.listChangedDeals({ ...window, cursor: 'bin:1:603' })).toEqual({ recordIds: [] });
  });

  it('end after twenty pages of a very full recycle bin', async () => {
    hubspot.on('GET /crm/v3/objects/deals?limit=100&after=9&properties=hs_object_id&archived=true', {
      body: { results: [], paging: { next: { after: '10' } } },
    });
    expect(await hubspot.crm.listChangedDeals({ ...window, cursor: 'bin:18:9' })).toHaveProperty('cursor', 'bin:19:10');
    expect(await hubspot.crm.listChangedDeals({ ...window, cursor: 'bin:19:9' })).not.toHaveProperty('cursor');
  });

  it('cannot be paged with a cursor of somebody else', async () => {
    await expect(hubspot.crm.listChangedDeals({ ...window, cursor: 'page-2' })).rejects.toMatchObject({
      code: 'crm.refused',
      retry: 'never',
    });
    expect(hubspot.requests).toEqual([]);
  });
});
