import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const STANDARD =
  'properties=dealname&properties=amount&properties=deal_currency_code&properties=closedate&properties=dealstage' +
  '&properties=pipeline&properties=hubspot_owner_id&properties=hs_salesforceopportunityid&properties=hs_merged_object_ids';
const DEAL = `GET /crm/v3/objects/deals/501?${STANDARD}&archived=false`;
const DEAL_WITH_REGION = `GET /crm/v3/objects/deals/501?${STANDARD}&properties=region&archived=false`;
const SEARCH = 'POST /crm/v3/objects/deals/search';
const BINNED = 'GET /crm/v3/objects/deals/501?archived=true';
const NOT_FOUND = {
  status: 404,
  body: { status: 'error', message: 'resource not found', category: 'OBJECT_NOT_FOUND' },
};
const dates = { createdAt: '2026-11-01T08:00:00.000Z', updatedAt: '2026-11-02T08:00:00.000Z', archived: false };

function scriptLinks(type: string, ...pages: object[]): void {
  for (const [index, page] of pages.entries()) {
    const after = index === 0 ? '' : `after=page${index}&`;
    hubspot.on(`GET /crm/v4/objects/deals/501/associations/${type}?${after}limit=500`, { body: page });
  }
}

function scriptCompleteDeal(properties: Record<string, string | null> = {}): void {
  const reply = {
    id: '501',
    properties: {
      dealname: 'Northwind rollout',
      amount: '120000.50',
      deal_currency_code: 'EUR',
      closedate: '2026-12-15T23:00:00Z',
      dealstage: '1100000006',
      pipeline: '75012345',
      hubspot_owner_id: '77',
      hs_salesforceopportunityid: '006Vx000001AbCdIAK',
      hs_merged_object_ids: '401;402;501',
      region: 'EMEA',
      hs_object_id: '501',
      ...properties,
    },
    ...dates,
  };
  hubspot.on(DEAL, { body: reply });
  hubspot.on(DEAL_WITH_REGION, { body: reply });
  scriptLinks(
    'contacts',
    {
      results: [
        {
          toObjectId: 9001,
          associationTypes: [
            { category: 'HUBSPOT_DEFINED', typeId: 3, label: null },
            { category: 'USER_DEFINED', typeId: 1, label: 'Contract signer' },
          ],
        },
        { toObjectId: '9002', associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 3, label: null }] },
      ],
      paging: { next: { after: 'page1', link: 'https://api.hubapi.com/next' } },
    },
    { results: [{ toObjectId: 9003, associationTypes: [{ category: 'USER_DEFINED', typeId: 2, label: 'Legal' }] }] },
  );
  scriptLinks('companies', {
    results: [
      { toObjectId: 801, associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 341, label: null }] },
      {
        toObjectId: 802,
        associationTypes: [
          { category: 'HUBSPOT_DEFINED', typeId: 5, label: 'Primary' },
          { category: 'HUBSPOT_DEFINED', typeId: 341, label: null },
        ],
      },
    ],
  });
  scriptLinks('line_items', {
    results: [{ toObjectId: 601, associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 19, label: null }] }],
  });
  const batch = (results: object[]) => ({ body: { status: 'COMPLETE', results } });
  hubspot.on(
    'POST /crm/v3/objects/contacts/batch/read',
    batch([
      { id: '9001', properties: { firstname: 'Mira', lastname: 'Holm', email: 'mira@northwind.example' }, ...dates },
      { id: '9002', properties: { firstname: null, lastname: '', email: 'desk@northwind.example' }, ...dates },
    ]),
  );
  hubspot.on(
    'POST /crm/v3/objects/companies/batch/read',
    batch([
      { id: '801', properties: { name: 'Reseller GmbH' }, ...dates },
      { id: '802', properties: { name: 'Northwind Traders' }, ...dates },
    ]),
  );
  hubspot.on(
    'POST /crm/v3/objects/line_items/batch/read',
    batch([{ id: '601', properties: { name: 'Platform seat', quantity: '40', price: '2500.00' }, ...dates }]),
  );
  hubspot.on('GET /crm/v3/owners/77?idProperty=id&archived=false', {
    body: { id: '77', email: 'ada@example.com', firstName: 'Ada', lastName: 'Okafor', ...dates },
  });
}

describe('reading a deal from HubSpot', () => {
  it('brings owner, main company, labelled contacts, line items and the properties that were asked for', async () => {
    scriptCompleteDeal();
    expect(await hubspot.crm.readDeal('501', ['region', 'amount'])).toEqual({
      found: true,
      deal: {
        recordId: '501',
        name: 'Northwind rollout',
        amount: '120000.50',
        currency: 'EUR',
        closeDate: '2026-12-15T23:00:00Z',
        pipelineId: '75012345',
        stageId: '1100000006',
        owner: { id: '77', name: 'Ada Okafor', email: 'ada@example.com', active: true },
        company: { id: '802', name: 'Northwind Traders' },
        contacts: [
          {
            id: '9001',
            name: 'Mira Holm',
            email: 'mira@northwind.example',
            labels: ['Contract signer'],
            isPrimary: false,
          },
          {
            id: '9002',
            name: 'desk@northwind.example',
            email: 'desk@northwind.example',
            labels: [],
            isPrimary: false,
          },
        ],
        lineItems: [{ id: '601', name: 'Platform seat', quantity: '40', price: '2500.00' }],
        properties: {
          dealname: 'Northwind rollout',
          amount: '120000.50',
          deal_currency_code: 'EUR',
          closedate: '2026-12-15T23:00:00Z',
          dealstage: '1100000006',
          pipeline: '75012345',
          hubspot_owner_id: '77',
          hs_salesforceopportunityid: '006Vx000001AbCdIAK',
          hs_merged_object_ids: '401;402;501',
          region: 'EMEA',
          hs_object_id: '501',
        },
        linkedRecordId: '006Vx000001AbCdIAK',
        mergedRecordIds: ['401', '402'],
        url: undefined,
      },
    });
  });

  it('asks for nothing else, with the token, and reads every page of the contacts', async () => {
    scriptCompleteDeal();
    await hubspot.crm.readDeal('501', ['region', 'amount']);
    expect([...hubspot.lines()].sort()).toEqual(
      [
        DEAL_WITH_REGION,
        'GET /crm/v4/objects/deals/501/associations/contacts?limit=500',
        'GET /crm/v4/objects/deals/501/associations/contacts?after=page1&limit=500',
        'GET /crm/v4/objects/deals/501/associations/companies?limit=500',
        'GET /crm/v4/objects/deals/501/associations/line_items?limit=500',
        'POST /crm/v3/objects/contacts/batch/read',
        'POST /crm/v3/objects/companies/batch/read',
        'POST /crm/v3/objects/line_items/batch/read',
        'GET /crm/v3/owners/77?idProperty=id&archived=false',
      ].sort(),
    );
    expect(new Set(hubspot.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer pat-na1-test']),
    );
    const bodies = hubspot.requests.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body]);
    expect(Object.fromEntries(bodies)).toEqual({
      '/crm/v3/objects/contacts/batch/read': {
        inputs: [{ id: '9001' }, { id: '9002' }, { id: '9003' }],
        properties: ['firstname', 'lastname', 'email'],
        propertiesWithHistory: [],
      },
      '/crm/v3/objects/companies/batch/read': {
        inputs: [{ id: '801' }, { id: '802' }],
        properties: ['name'],
        propertiesWithHistory: [],
      },
      '/crm/v3/objects/line_items/batch/read': {
        inputs: [{ id: '601' }],
        properties: ['name', 'quantity', 'price'],
        propertiesWithHistory: [],
      },
    });
  });

  it("takes the account's currency when the deal has none of its own, and asks for it once", async () => {
    scriptCompleteDeal({ deal_currency_code: null });
    hubspot.on('GET /account-info/v3/details', { body: { portalId: 24681012, companyCurrency: 'SEK' } });
    const currencies = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const result = await hubspot.crm.readDeal('501', []);
      currencies.push(result.found && result.deal.currency);
    }
    expect(currencies).toEqual(['SEK', 'SEK']);
    expect(hubspot.lines().filter((line) => line === 'GET /account-info/v3/details')).toHaveLength(1);
  });

  it('reads a bare deal without asking for what it does not have', async () => {
    hubspot.on(DEAL, {
      body: { id: '501', properties: { dealname: '', amount: null, deal_currency_code: 'EUR' }, ...dates },
    });
    for (const type of ['contacts', 'companies', 'line_items']) scriptLinks(type, { results: [] });
    const result = await hubspot.crm.readDeal('501', []);
    expect(result).toMatchObject({
      found: true,
      deal: { name: 'Deal 501', stageId: '', pipelineId: '', contacts: [], lineItems: [], mergedRecordIds: [] },
    });
    expect(result).toMatchObject({ deal: { owner: undefined, company: undefined, amount: undefined } });
    expect(hubspot.requests).toHaveLength(4);
  });

  it('knows an owner who has left', async () => {
    scriptCompleteDeal();
    hubspot.on('GET /crm/v3/owners/77?idProperty=id&archived=false', NOT_FOUND);
    hubspot.on('GET /crm/v3/owners/77?idProperty=id&archived=true', {
      body: { ...dates, id: '77', email: 'ada@example.com', archived: true },
    });
    const result = await hubspot.crm.readDeal('501', []);
    expect(result.found && result.deal.owner).toEqual({
      id: '77',
      name: 'ada@example.com',
      email: 'ada@example.com',
      active: false,
    });
  });

  it('reads more than a hundred contacts in batches of a hundred', async () => {
    scriptCompleteDeal();
    const results = Array.from({ length: 150 }, (_, index) => ({ toObjectId: 10_000 + index, associationTypes: [] }));
    scriptLinks('contacts', { results });
    await hubspot.crm.readDeal('501', []);
    const sizes = hubspot.requests
      .filter(({ path }) => path === '/crm/v3/objects/contacts/batch/read')
      .map(({ body }) => (body as { inputs: unknown[] }).inputs.length);
    expect(sizes).toEqual([100, 50]);
  });

  it("gives the record's page for people when it knows where that is", async () => {
    await hubspot.stop();
    hubspot = await startScriptedHubSpot({ settings: { appUrl: 'https://app-eu1.hubspot.com' } });
    scriptCompleteDeal();
    const result = await hubspot.crm.readDeal('501', []);
    expect(result.found && result.deal.url).toBe('https://app-eu1.hubspot.com/contacts/24681012/record/0-3/501');
  });
});

describe('a deal that HubSpot does not have any more', () => {
  it('is merged when HubSpot answers with another record', async () => {
    hubspot.on(DEAL, { body: { id: '700', properties: { dealname: 'Winner' }, ...dates } });
    expect(await hubspot.crm.readDeal('501', [])).toEqual({ found: false, why: 'merged', intoRecordId: '700' });
  });

  it('is merged when another record lists it among what went into it', async () => {
    hubspot.on(DEAL, NOT_FOUND);
    hubspot.on(SEARCH, {
      body: {
        total: 2,
        results: [
          { id: '699', properties: { hs_merged_object_ids: '5010;1501' }, ...dates },
          { id: '700', properties: { hs_merged_object_ids: '502;501' }, ...dates },
        ],
      },
    });
    expect(await hubspot.crm.readDeal('501', [])).toEqual({ found: false, why: 'merged', intoRecordId: '700' });
    expect(hubspot.requests.at(-1)?.body).toEqual({
      filterGroups: [{ filters: [{ propertyName: 'hs_merged_object_ids', operator: 'CONTAINS_TOKEN', value: '501' }] }],
      properties: ['hs_merged_object_ids'],
      limit: 10,
    });
  });

  it('is deleted when it lies in the recycle bin', async () => {
    hubspot.on(DEAL, NOT_FOUND);
    hubspot.on(SEARCH, { body: { total: 0, results: [] } });
    hubspot.on(BINNED, { body: { id: '501', properties: {}, ...dates, archived: true } });
    expect(await hubspot.crm.readDeal('501', [])).toEqual({ found: false, why: 'deleted' });
  });

  it.each([
    ['knows nothing of it', { body: { total: 0, results: [] } }],
    ['cannot look for it', { status: 400, body: { message: 'operator not supported' } }],
  ])('is unknown when it lies nowhere and the search %s', async (_what, found) => {
    hubspot.on(DEAL, NOT_FOUND);
    hubspot.on(SEARCH, found);
    hubspot.on(BINNED, NOT_FOUND);
    expect(await hubspot.crm.readDeal('501', [])).toEqual({ found: false, why: 'unknown' });
  });
});
