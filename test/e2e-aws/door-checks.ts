import type { EmulatedHub } from './emulated-hub.ts';
import { expectSame } from './steps.ts';
import { hubspotHeaders, post, stageEvent } from './webhook.ts';

/** Stage ids of the sample portal. */
const EXPANSION = '1100000009';
const TOO_LARGE_BYTES = 640 * 1024 + 1;

/** A secret that nobody has put a value into: the provider has to keep what it tells, and come again. */
export async function checkUnfilledSecret(publicUrl: string): Promise<void> {
  const { status } = await post(`${publicUrl}/webhooks/salesforce/salesforce-main?token=${'a'.repeat(43)}`, '{}');
  expectSame('a webhook whose secret holds no value', status, 503);
}

/** What does not get in, whoever sends it. */
export async function checkRefusals(publicUrl: string, signingKey: string): Promise<void> {
  const url = `${publicUrl}/webhooks/hubspot/hubspot-main`;
  const nowMs = Date.now();
  const body = stageEvent('1', EXPANSION, nowMs);
  expectSame('a webhook without signature', (await post(url, body)).status, 401);
  const foreign = hubspotHeaders(url, body, 'the key of somebody else', nowMs);
  expectSame('a webhook signed with another key', (await post(url, body, foreign)).status, 401);
  const otherUrl = hubspotHeaders('https://hooks.example.com/webhooks/hubspot/hubspot-main', body, signingKey, nowMs);
  expectSame('a webhook signed for another address', (await post(url, body, otherUrl)).status, 401);
  const old = hubspotHeaders(url, body, signingKey, nowMs - 10 * 60_000);
  expectSame('a webhook signed ten minutes ago', (await post(url, body, old)).status, 401);
  expectSame('a webhook of no connection', (await post(`${publicUrl}/webhooks/hubspot/nobody`, body)).status, 401);
  const large = 'x'.repeat(TOO_LARGE_BYTES);
  const signed = hubspotHeaders(url, large, signingKey, nowMs);
  expectSame('a body above 640 KiB', (await post(url, large, signed)).status, 413);
  expectSame('another path', (await post(`${publicUrl}/webhooks`, body)).status, 404);
}

/** The very same request, three times: accepted each time, and nothing comes of it. */
export async function checkDoubled(
  hub: EmulatedHub,
  recordId: string,
  dealId: string,
  signingKey: string,
): Promise<void> {
  const before = await hub.store.loadDealItems(dealId);
  const url = `${hub.url}/webhooks/hubspot/hubspot-main`;
  const nowMs = Date.now();
  const body = stageEvent(recordId, EXPANSION, nowMs);
  const headers = hubspotHeaders(url, body, signingKey, nowMs);
  for (let time = 0; time < 3; time += 1) expectSame('a doubled webhook', (await post(url, body, headers)).status, 200);
  await hub.host.whenQuiet(30_000);
  const after = await hub.store.loadDealItems(dealId);
  const what = (items: typeof before) => ({
    contracts: items.contracts.length,
    plans: items.plans.length,
    tasks: items.tasks.length,
    writes: items.writes.length,
  });
  expectSame('what hangs on the deal after a doubled webhook', what(after), what(before));
  expectSame('signals of the deal after a doubled webhook', after.signals.length, before.signals.length + 1);
}
