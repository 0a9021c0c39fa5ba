import { afterEach, beforeEach, expect, test } from 'vitest';
import { requiredScope } from './scopes.ts';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const details = () => hubspot.call('GET', '/account-info/v3/details');

test.each([[undefined], ['Bearer wrong'], ['Basic cGF0'], ['Bearer ']])('answers 401 to %s', async (authorization) => {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${hubspot.url}/crm/v3/objects/deals`, { headers });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ status: 'error', category: 'INVALID_AUTHENTICATION' });
});

test('answers 403 and names the scope that was not granted', async () => {
  hubspot.control.switches.set({ missingScopes: ['crm.objects.contacts.write'] });
  const body = { properties: { hs_timestamp: '1772442000000' } };
  const refused = await hubspot.call('POST', '/crm/v3/objects/tasks', body);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    category: 'MISSING_SCOPES',
    errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }],
  });
  expect((await hubspot.call('GET', '/crm/v3/objects/tasks')).status).toBe(200);
});

test.each([
  ['POST', '/crm/v3/objects/deals/search', 'crm.objects.deals.read'],
  ['POST', '/crm/v3/objects/deals/batch/read', 'crm.objects.deals.read'],
  ['PATCH', '/crm/v3/objects/deals/1', 'crm.objects.deals.write'],
  ['PUT', '/crm/v4/objects/deals/1/associations/default/contacts/2', 'crm.objects.deals.write'],
  ['POST', '/crm/v4/associations/deals/contacts/batch/read', 'crm.objects.deals.read'],
  ['GET', '/crm/v3/owners', 'crm.objects.owners.read'],
  ['POST', '/crm/v3/properties/tasks', 'crm.schemas.contacts.write'],
  ['POST', '/files/v3/files', 'files'],
  ['GET', '/account-info/v3/details', undefined],
])('%s %s needs %s', (method, path, scope) => {
  expect(requiredScope(method, path)).toBe(scope);
});

test('counts down in headers and answers 429 at the limit of ten rolling seconds', async () => {
  hubspot.control.switches.set({ requestsPerTenSeconds: 2 });
  const first = await details();
  expect(first.headers.get('x-hubspot-ratelimit-max')).toBe('2');
  expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('1');
  expect(first.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
  hubspot.advance(6000);
  await details();
  const refused = await details();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({
    status: 'error',
    errorType: 'RATE_LIMIT',
    category: 'RATE_LIMITS',
    policyName: 'TEN_SECONDLY_ROLLING',
    message: 'You have reached your ten_secondly_rolling limit.',
  });
  hubspot.advance(4000);
  expect((await details()).status).toBe(200);
  expect((await details()).status).toBe(429);
});

test('answers 429 at the limit of the day', async () => {
  hubspot.control.switches.set({ requestsPerDay: 1 });
  await details();
  expect((await (await details()).json()).policyName).toBe('DAILY');
  hubspot.advance(86_400_000);
  expect((await details()).status).toBe(200);
});

test.each([
  [{ kind: 'rate-limit', policyName: 'SECONDLY' }, 429, 'application/json', null],
  [{ kind: 'server-error' }, 503, 'application/json', null],
  [{ kind: 'server-error', status: 423 }, 423, 'application/json', null],
  [{ kind: 'server-error', status: 477, retryAfterSeconds: 30 }, 477, 'application/json', '30'],
  [{ kind: 'server-error', status: 502 }, 502, 'text/html; charset=UTF-8', null],
] as const)('the fault %j answers %i once, and nothing is done', async (fault, status, contentType, retryAfter) => {
  const deal = hubspot.control.createDeal({ name: 'Fleet' });
  const path = `/crm/v3/objects/deals/${deal.id}`;
  hubspot.control.faults.add({ match: `PATCH ${path}`, times: 1, ...fault });
  const refused = await hubspot.call('PATCH', path, { properties: { dealname: 'Changed' } });
  expect([refused.status, refused.headers.get('content-type'), refused.headers.get('retry-after')]).toEqual([
    status,
    contentType,
    retryAfter,
  ]);
  expect(hubspot.control.deal(deal.id).name).toBe('Fleet');
  expect((await hubspot.call('PATCH', path, { properties: { dealname: 'Changed' } })).status).toBe(200);
});

test('accept-then-time-out does the work, then cuts the connection without an answer', async () => {
  const deal = hubspot.control.createDeal({ name: 'Fleet' });
  hubspot.control.faults.add({ kind: 'accept-then-time-out', match: 'PATCH ', times: 1, delayMs: 20 });
  const update = hubspot.sdk.crm.deals.basicApi.update(deal.id, { properties: { dealname: 'Changed' } });
  await expect(update).rejects.toThrow('fetch failed');
  expect(hubspot.control.deal(deal.id).name).toBe('Changed');
});

test('stopping cuts connections that hang', async () => {
  hubspot.control.faults.add({ kind: 'accept-then-time-out', match: 'GET ', times: 1, delayMs: 600_000 });
  const hanging = expect(details()).rejects.toThrow('fetch failed');
  await expect.poll(() => hubspot.control.faults.list()).toEqual([]);
  await hubspot.stop();
  await hanging;
});

test('the SDK waits and repeats by the name of the limit', async () => {
  hubspot.control.faults.add({ kind: 'rate-limit', match: 'GET ', policyName: 'DAILY' });
  await expect(hubspot.sdk.crm.owners.ownersApi.getPage()).rejects.toMatchObject({
    code: 429,
    body: { policyName: 'DAILY' },
  });
});

test('an unknown path answers 404 as JSON', async () => {
  const response = await hubspot.call('GET', '/crm/v9/none');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ status: 'error', message: 'resource not found' });
});

test('the log keeps the latest 500 calls with body and answer', async () => {
  hubspot.control.switches.set({ requestsPerTenSeconds: 10_000 });
  await hubspot.call('POST', '/crm/v3/objects/deals?x=1', { properties: { nope: '1' } });
  expect(hubspot.control.requests.list()).toEqual([
    {
      number: 1,
      atMs: 1_772_442_000_000,
      method: 'POST',
      path: '/crm/v3/objects/deals',
      query: '?x=1',
      status: 400,
      contentType: 'application/json',
      userAgent: 'node',
      authorization: 'Bearer …test',
      body: '{"properties":{"nope":"1"}}',
      form: undefined,
    },
  ]);
  for (let index = 0; index < 500; index += 1) await hubspot.app.request('/account-info/v3/details');
  expect(hubspot.control.requests.list().map((each) => each.number)[0]).toBe(2);
  hubspot.control.requests.clear();
  expect(hubspot.control.requests.list()).toEqual([]);
});
