import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const dates = { createdAt: '2026-11-01T08:00:00.000Z', updatedAt: '2026-11-02T08:00:00.000Z' };

describe('owners in HubSpot', () => {
  const BY_EMAIL = 'GET /crm/v3/owners/?email=ada@example.com&limit=100&archived=false';

  it('are found by e-mail address whatever its case', async () => {
    hubspot.on(BY_EMAIL, {
      body: {
        results: [
          { id: '76', email: 'not-ada@example.com', firstName: 'Nota', ...dates, archived: false },
          { id: '77', email: 'Ada@Example.com', firstName: 'Ada', lastName: 'Okafor', ...dates, archived: false },
        ],
      },
    });
    expect(await hubspot.crm.findOwnerByEmail(' ADA@example.com ')).toEqual({
      id: '77',
      name: 'Ada Okafor',
      email: 'Ada@Example.com',
      active: true,
    });
  });

  it('are not found when HubSpot knows nobody with the address', async () => {
    hubspot.on(BY_EMAIL, { body: { results: [] } });
    expect(await hubspot.crm.findOwnerByEmail('ada@example.com')).toBeUndefined();
  });

  it.each(['', 'ada', '12x', '-1'])('are not asked for with the id %j', async (id) => {
    expect(await hubspot.crm.findOwnerById(id)).toBeUndefined();
    expect(hubspot.requests).toEqual([]);
  });
});

describe('pipelines in HubSpot', () => {
  it('come in the order of people, with live labels, without what is archived', async () => {
    const stage = (id: string, label: string, displayOrder: number, metadata: object, archived = false) => ({
      ...{ id, label, displayOrder, metadata, archived },
      ...dates,
    });
    hubspot.on('GET /crm/v3/pipelines/deals', {
      body: {
        results: [
          { id: 'old', label: 'Old', displayOrder: 0, archived: true, stages: [], ...dates },
          {
            id: '75012345',
            label: 'Enterprise',
            displayOrder: 2,
            archived: false,
            ...dates,
            stages: [
              stage('1100000010', 'Closed Lost', 9, { isClosed: 'true', probability: '0.0' }),
              stage('1100000001', 'Prospecting', 0, { isClosed: 'false', probability: '0.1' }),
              stage('1100000099', 'Retired', 5, { isClosed: 'false' }, true),
            ],
          },
          { id: 'default', label: 'Sales Pipeline', displayOrder: 1, archived: false, ...dates, stages: [] },
        ],
      },
    });
    expect(await hubspot.crm.readPipelines()).toEqual([
      { id: 'default', label: 'Sales Pipeline', stages: [] },
      {
        id: '75012345',
        label: 'Enterprise',
        stages: [
          { id: '1100000001', label: 'Prospecting', closed: false },
          { id: '1100000010', label: 'Closed Lost', closed: true },
        ],
      },
    ]);
  });
});

describe('the check of a HubSpot connection', () => {
  it('tells the account that the token belongs to', async () => {
    hubspot.on('GET /account-info/v3/details', { body: { portalId: 13572468, timeZone: 'Europe/Berlin' } });
    expect(await hubspot.crm.check()).toEqual({ accountId: '13572468' });
  });

  it('fails when something else answers at the address', async () => {
    hubspot.on('GET /account-info/v3/details', { body: { hello: 'world' } });
    await expect(hubspot.crm.check()).rejects.toMatchObject({ code: 'crm.unavailable' });
  });
});
