import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SalesforceFault } from './salesforce-faults.ts';
import { API, startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

test.each([[undefined], ['Bearer wrong'], ['Basic cGF0'], ['Bearer ']])('answers 401 to %s', async (authorization) => {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${salesforce.url}${API}/limits`, { headers });
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
});

test('every answer tells how much of the day is used, and the SDK reads it', async () => {
  salesforce.control.switches.set({ requestsPerDay: 3 });
  const first = await salesforce.call('GET', '/limits');
  expect(first.headers.get('sforce-limit-info')).toBe('api-usage=1/3');
  expect(await first.json()).toMatchObject({ DailyApiRequests: { Max: 3, Remaining: 2 } });
  await salesforce.sdk.query('SELECT Id FROM User');
  expect(salesforce.sdk.limitInfo.apiUsage).toEqual({ used: 2, limit: 3 });
  expect((await salesforce.call('GET', '/sobjects/Nothing')).headers.get('sforce-limit-info')).toBe('api-usage=3/3');
  const refused = await salesforce.call('GET', '/limits');
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual([
    { message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' },
  ]);
  salesforce.advance(86_400_000);
  salesforce.control.switches.set({ sessionTimeoutMinutes: 100_000 });
  expect((await (await salesforce.connect()).request('/limits')) as object).toBeDefined();
});

test.each<[SalesforceFault, number, unknown]>([
  [
    { kind: 'rate-limit', match: '' },
    403,
    [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
  ],
  [
    { kind: 'rate-limit', match: '', limit: 'concurrent' },
    403,
    [{ message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
  ],
  [{ kind: 'server-error', match: '' }, 503, [{ message: 'Server too busy', errorCode: 'SERVER_UNAVAILABLE' }]],
  [
    { kind: 'server-error', match: '', error: 'internal' },
    500,
    [expect.objectContaining({ errorCode: 'UNKNOWN_EXCEPTION' })],
  ],
  [
    { kind: 'server-error', match: '', error: 'lock-row' },
    400,
    [{ message: 'unable to obtain exclusive access to this record', errorCode: 'UNABLE_TO_LOCK_ROW', fields: [] }],
  ],
  [
    { kind: 'server-error', match: '', error: 'session-expired' },
    401,
    [expect.objectContaining({ errorCode: 'INVALID_SESSION_ID' })],
  ],
])('the fault %j answers %d', async (fault, status, body) => {
  salesforce.control.faults.add({ ...fault, times: 1 });
  const response = await salesforce.call('GET', '/limits');
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual(body);
  expect((await salesforce.call('GET', '/limits')).status).toBe(200);
});

test.each([
  ['maintenance-page', 200],
  ['bad-gateway-page', 502],
] as const)('the fault %s answers %d with a page', async (error, status) => {
  salesforce.control.faults.add({ kind: 'server-error', match: '', error, times: 1 });
  const response = await salesforce.call('GET', '/limits');
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html']);
  expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
});

test('a fault is aimed with the whole path or without the version', async () => {
  salesforce.control.faults.add({ kind: 'server-error', match: 'POST /sobjects/Task' });
  salesforce.control.faults.add({ kind: 'server-error', match: `GET ${API}/limits` });
  salesforce.control.faults.add({ kind: 'rate-limit', match: 'POST /services/oauth2/token' });
  expect((await salesforce.call('GET', '/query?q=SELECT+Id+FROM+User')).status).toBe(200);
  expect((await salesforce.call('POST', '/sobjects/Task', {})).status).toBe(503);
  expect((await salesforce.call('GET', '/limits')).status).toBe(503);
  expect((await fetch(`${salesforce.url}/services/oauth2/token`, { method: 'POST' })).status).toBe(403);
  expect((await salesforce.call('POST', '/sobjects/Opportunity', {})).status).toBe(400);
});

test('what is accepted and then times out has been done', async () => {
  salesforce.control.faults.add({ kind: 'accept-then-time-out', match: 'POST /sobjects/Task', times: 1, delayMs: 1 });
  await expect(salesforce.sdk.sobject('Task').create({ Subject: 'Kick-off' })).rejects.toThrow();
  expect(salesforce.control.allTasks()).toMatchObject([{ subject: 'Kick-off' }]);
});

test('stopping cuts connections that hang', async () => {
  salesforce.control.faults.add({ kind: 'accept-then-time-out', match: '', delayMs: 60_000 });
  const call = salesforce.call('POST', '/sobjects/Task', { Subject: 'Kick-off' }).catch((error) => error);
  await expect.poll(() => salesforce.control.allTasks().length).toBe(1);
  await salesforce.stop();
  expect(await call).toBeInstanceOf(Error);
});

test('the log shows calls without their secrets', async () => {
  await salesforce.call('POST', '/sobjects/Task', { Subject: 'Kick-off' });
  const log = salesforce.control.requests.list();
  expect(log[0]).toMatchObject({
    method: 'POST',
    path: '/services/oauth2/token',
    status: 200,
    form: { grant_type: 'client_credentials', client_secret: '***' },
  });
  expect(log[1]).toMatchObject({
    method: 'POST',
    path: `${API}/sobjects/Task`,
    status: 201,
    body: '{"Subject":"Kick-off"}',
    authorization: expect.stringMatching(/^Bearer ….{4}$/),
  });
  salesforce.control.requests.clear();
  expect(salesforce.control.requests.list()).toEqual([]);
});
