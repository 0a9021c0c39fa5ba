import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStand, type Stand, simpleDefinition } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

test('every answer tells the quota and when it begins anew', async () => {
  stand.clock.advance(10 * 60_000);
  const { headers } = await stand.call('GET', '/templates');
  const names = [
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'x-burstlimit-limit',
    'x-burstlimit-remaining',
  ];
  // 2026-03-02T10:00:00Z
  expect(names.map((name) => headers.get(name))).toEqual(['3000', '2999', '1772445600', '500', '499']);
});

test('over the hourly quota the answer is 400 or, by switch, 429, until the hour is over', async () => {
  const { control } = stand.simulator;
  control.setSwitches({ hourlyLimit: 1 });
  expect((await stand.call('GET', '/templates')).status).toBe(200);
  const refused = await stand.call('GET', '/templates');
  expect([refused.status, await refused.json()]).toEqual([
    400,
    {
      errorCode: 'HOURLY_APIINVOCATION_LIMIT_EXCEEDED',
      message: 'The maximum number of hourly API invocations has been exceeded.',
    },
  ]);
  control.setSwitches({ quotaStatus: 429 });
  expect((await stand.call('GET', '/templates')).status).toBe(429);
  stand.clock.advance(3_590_000);
  expect((await stand.call('GET', '/templates')).status).toBe(429);
  stand.clock.advance(10_000);
  control.revokeTokens();
  expect((await stand.client()).token).toMatch(/^sandbox\./);
});

test('bursts and polling of one envelope have limits of their own', async () => {
  const { control } = stand.simulator;
  const codeOf = async (response: Response) => ((await response.json()) as { errorCode?: string }).errorCode;
  const created = await stand.call('POST', '/envelopes', simpleDefinition());
  const { envelopeId } = (await created.json()) as { envelopeId: string };
  control.setSwitches({ envelopePollingLimit: 1 });
  expect((await stand.call('GET', `/envelopes/${envelopeId}`)).status).toBe(200);
  const polled = await stand.call('GET', `/envelopes/${envelopeId}/recipients`);
  expect(await codeOf(polled)).toBe('HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED');
  control.setSwitches({ burstLimit: 3 });
  expect(await codeOf(await stand.call('GET', '/templates'))).toBe('BURST_APIINVOCATION_LIMIT_EXCEEDED');
  stand.clock.advance(30_000);
  expect((await stand.call('GET', '/templates')).status).toBe(200);
});

test('faults answer in the words of the provider, as often as was said', async () => {
  const { control } = stand.simulator;
  control.faults.add({ kind: 'rate-limit', match: 'GET /templates', times: 1 });
  control.faults.add({ kind: 'server-error', match: 'GET /templates', times: 1 });
  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await stand.call('GET', '/templates')).status);
  expect(statuses).toEqual([400, 503, 200]);
});

test('accept-then-time-out does the work and cuts the line', async () => {
  const { control } = stand.simulator;
  await stand.call('GET', '/templates');
  control.clearRequests();
  control.faults.add({ kind: 'accept-then-time-out', match: 'POST /envelopes', times: 1, delayMs: 5 });
  const definition = simpleDefinition({ status: 'sent', transactionId: 'lost' });
  await expect(stand.call('POST', '/envelopes', definition)).rejects.toThrow('fetch failed');
  expect(control.envelopes().map((envelope) => envelope.status)).toEqual(['sent']);
  expect(control.requests().map(({ method, path, status }) => [method, path, status])).toEqual([
    ['POST', '/restapi/v2.1/accounts/11111111-2222-4333-8444-555555555555/envelopes', 0],
  ]);
  expect(control.requests()[0]?.body).toMatchObject({ status: 'sent', transactionId: 'lost' });
});
