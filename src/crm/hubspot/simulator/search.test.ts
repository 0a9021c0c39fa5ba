import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareValues, matchesFilters } from './search.ts';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const search = async (body: unknown) => {
  const response = await hubspot.call('POST', '/crm/v3/objects/deals/search', body);
  return { response, body: await response.json() };
};

test('does not find a new deal before the index knows of it', async () => {
  hubspot.control.createDeal({ name: 'New' });
  expect((await search({})).body.total).toBe(0);
  hubspot.advance(1999);
  expect((await search({})).body.total).toBe(0);
  hubspot.advance(1);
  expect((await search({})).body.total).toBe(1);
});

test('finds and shows the old stage until the index knows of the new one', async () => {
  const deal = hubspot.control.createDeal({ name: 'Moving', stage: 'Negotiation' });
  hubspot.advance(10_000);
  hubspot.control.moveDeal(deal.id, 'Procurement');
  const filters = [{ propertyName: 'dealstage', operator: 'EQ', value: '1100000005' }];
  const before = await search({ filterGroups: [{ filters }], properties: ['dealstage'] });
  expect(before.body.results[0].properties.dealstage).toBe('1100000005');
  hubspot.advance(2000);
  expect((await search({ filterGroups: [{ filters }] })).body.total).toBe(0);
});

test('goes through changes in order of time with the SDK, page by page', async () => {
  for (const name of ['a', 'b', 'c']) {
    hubspot.control.createDeal({ name });
    hubspot.advance(1000);
  }
  hubspot.advance(5000);
  const request = {
    filterGroups: [
      {
        filters: [{ propertyName: 'hs_lastmodifieddate', operator: 'GTE' as never, value: String(1_772_442_001_000) }],
      },
    ],
    sorts: [{ propertyName: 'hs_lastmodifieddate', direction: 'ASCENDING' }] as unknown as string[],
    properties: ['dealname'],
    limit: 1,
  };
  const first = await hubspot.sdk.crm.deals.searchApi.doSearch(request);
  expect([first.total, first.results[0]?.properties['dealname']]).toEqual([2, 'b']);
  const second = await hubspot.sdk.crm.deals.searchApi.doSearch({ ...request, after: first.paging?.next?.after ?? '' });
  expect([second.results[0]?.properties['dealname'], second.paging]).toEqual(['c', undefined]);
});

test('leaves out deleted deals and sorts backwards', async () => {
  const { control } = hubspot;
  const ids = ['a', 'b', 'c'].map((name) => control.createDeal({ name }).id);
  control.deleteDeal(ids[1] ?? '');
  hubspot.advance(5000);
  const { body } = await search({ sorts: ['-dealname'], properties: ['dealname'] });
  expect(body.results.map((deal: { properties: { dealname: string } }) => deal.properties.dealname)).toEqual([
    'c',
    'a',
  ]);
});

const filter = { propertyName: 'dealname', operator: 'EQ', value: 'x' };
test.each([
  ['six groups', { filterGroups: Array.from({ length: 6 }, () => ({ filters: [filter] })) }],
  ['seven filters in a group', { filterGroups: [{ filters: Array.from({ length: 7 }, () => filter) }] }],
  ['a page of 201', { limit: 201 }],
  ['paging beyond 10,000', { limit: 200, after: '9900' }],
  ['two sorts', { sorts: ['a', 'b'] }],
  ['a filter on an unknown property', { filterGroups: [{ filters: [{ ...filter, propertyName: 'nope' }] }] }],
  ['an unknown operator', { filterGroups: [{ filters: [{ ...filter, operator: 'LIKE' }] }] }],
])('answers 400 to %s', async (_, body) => {
  expect((await search(body)).response.status).toBe(400);
});

test('answers 429 to the sixth search in a second, without rate-limit headers', async () => {
  for (let index = 0; index < 5; index += 1) {
    const allowed = (await search({})).response;
    expect([allowed.status, allowed.headers.get('x-hubspot-ratelimit-remaining')]).toEqual([200, null]);
  }
  const { response, body } = await search({});
  expect(response.status).toBe(429);
  expect(body).toMatchObject({ policyName: 'SECONDLY', message: 'You have reached your secondly limit.' });
  expect(response.headers.get('x-hubspot-ratelimit-remaining')).toBeNull();
  hubspot.advance(1000);
  expect((await search({})).response.status).toBe(200);
});

describe('filters', () => {
  const values: Record<string, string> = { dealname: 'Fleet platform', amount: '900', stage: 's1' };
  const typeOf = (property: string) => (property === 'amount' ? ('number' as const) : ('string' as const));
  test.each([
    [{ propertyName: 'dealname', operator: 'EQ', value: 'fleet PLATFORM' }, true],
    [{ propertyName: 'dealname', operator: 'NEQ', value: 'other' }, true],
    [{ propertyName: 'amount', operator: 'LT', value: '1000' }, true],
    [{ propertyName: 'amount', operator: 'GT', value: '1000' }, false],
    [{ propertyName: 'amount', operator: 'BETWEEN', value: '900', highValue: '901' }, true],
    [{ propertyName: 'stage', operator: 'IN', values: ['s0', 's1'] }, true],
    [{ propertyName: 'stage', operator: 'NOT_IN', values: ['s1'] }, false],
    [{ propertyName: 'missing', operator: 'HAS_PROPERTY' }, false],
    [{ propertyName: 'missing', operator: 'NOT_HAS_PROPERTY' }, true],
    [{ propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value: 'fleet' }, true],
    [{ propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value: 'flee' }, false],
    [{ propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value: 'flee*' }, true],
  ] as const)('%j is %s', (each, expected) => {
    const group = { filters: [{ ...each, values: 'values' in each ? [...each.values] : undefined }] };
    expect(matchesFilters([group], (property) => values[property], typeOf)).toBe(expected);
  });

  test('groups are alternatives', () => {
    const never = { filters: [{ propertyName: 'stage', operator: 'EQ' as const, value: 'no' }] };
    const always = { filters: [{ propertyName: 'stage', operator: 'EQ' as const, value: 's1' }] };
    expect(matchesFilters([never, always], (property) => values[property], typeOf)).toBe(true);
    expect(matchesFilters([never], (property) => values[property], typeOf)).toBe(false);
  });

  test('times compare by instant, whichever way they are written', () => {
    expect(compareValues('2026-03-02T09:00:00Z', '1772442000000', 'datetime')).toBe(0);
  });
});
