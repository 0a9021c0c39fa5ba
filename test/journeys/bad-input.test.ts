import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentStage } from '../../src/domain/entries.ts';
import { until } from '../../src/local/play/until.ts';
import { type Stand, startStand } from './hub-stand.ts';
import { act, type PostOptions, postWebhook, quarantine, stageEvent } from './signed-webhook.ts';

const NEGOTIATION = '1100000005';
const PROCUREMENT = '1100000006';
const MINUTE_MS = 60_000;
const LIMIT_BYTES = 655_360;

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

/** Everything that the hub keeps about deliveries, deals and quarantine. */
async function stored() {
  const { store } = stand.hub;
  const nowMs = stand.clock.nowMs();
  const days = [nowMs - 86_400_000, nowMs].map((atMs) => new Date(atMs).toISOString().slice(0, 10));
  const deliveries = await Promise.all(days.map((day) => store.listDeliveries(day, 100)));
  return {
    deals: (await store.listDeals(undefined, 100)).length,
    deliveries: deliveries.flat().length,
    quarantined: (await store.listQuarantine(days)).length,
  };
}

describe('whoever cannot prove to be the provider', () => {
  const now = () => stand.clock.nowMs();
  const cases: readonly (readonly [string, () => PostOptions])[] = [
    ['a wrong signature', () => ({ signature: 'c29tZWJvZHkgZWxzZSBzaWduZWQgdGhpcyBkZWxpdmVyeQ=' })],
    ['another key', () => ({ key: 'not the key of this account' })],
    ['no signature', () => ({ signature: null })],
    ['a signature of 6 minutes ago', () => ({ atMs: now() - 6 * MINUTE_MS })],
    ['a signature of 6 minutes from now', () => ({ atMs: now() + 6 * MINUTE_MS })],
    ['an unknown connection', () => ({ path: '/webhooks/hubspot/hubspot-other' })],
    ['a connection that is a property of every object', () => ({ path: '/webhooks/hubspot/constructor' })],
    ['an unknown provider', () => ({ path: '/webhooks/pipedrive/hubspot-main' })],
    ['the connection of another provider', () => ({ path: '/webhooks/hubspot/docusign-main' })],
    ['the door of another provider', () => ({ path: '/webhooks/docusign/hubspot-main' })],
    ['DocuSign without its signature', () => ({ path: '/webhooks/docusign/docusign-main' })],
  ];

  it('gets one and the same 401, and leaves nothing but a note of the refusal', async () => {
    const before = await stored();
    const event = [stageEvent('900000001', PROCUREMENT, now())];
    const first = await postWebhook(stand, event, { signature: null });
    expect(first.status).toBe(401);
    expect(first.body).toBe('Unauthorized\n');
    for (const [name, options] of cases) {
      expect(await postWebhook(stand, event, options()), name).toEqual(first);
    }
    const note = await until('the refusal is noted', () =>
      stand.hub.store.loadConnectionNote<Record<string, unknown>>('hubspot-main', 'last-refusal'),
    );
    await stand.whenQuiet();
    expect(note.data).toMatchObject({
      cause: 'signature-missing',
      url: `${stand.hub.url}/webhooks/hubspot/hubspot-main`,
    });
    expect(JSON.stringify(note.data)).not.toContain('900000001');
    expect(await stored()).toEqual(before);
  });
});

describe('a body beyond the limit', () => {
  it('is answered 413 although its signature is right', async () => {
    const before = await stored();
    const answer = await postWebhook(stand, 'x'.repeat(LIMIT_BYTES + 1));
    expect(answer.status).toBe(413);
    await stand.whenQuiet();
    expect(await stored()).toEqual(before);
  });

  it('is answered 413 when it does not say how long it is', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent <= LIMIT_BYTES; sent += chunk.length) controller.enqueue(chunk);
        controller.close();
      },
    });
    const url = `${stand.hub.url}/webhooks/hubspot/hubspot-main`;
    const response = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('is taken when it just fits, and kept whole for a replay', async () => {
    const answer = await postWebhook(stand, `["${'y'.repeat(LIMIT_BYTES - 4)}"]`);
    expect(answer.status).toBe(200);
    const row = await until('it is in quarantine', async () =>
      (await quarantine(stand)).find(({ excerpt }) => excerpt.includes('yyyy')),
    );
    expect(row.code).toBe('field.missing');
    const kept = await stand.hub.store.loadQuarantine(row.id);
    expect(kept?.fileKey).toBe(`quarantine/${row.deliveryId}.json`);
    await expect(act(stand, `/quarantine/${row.id}/replay`)).resolves.toMatchObject({ status: 200 });
    await stand.whenQuiet();
  });
});

describe('what the provider has signed and nobody can understand', () => {
  const whole: readonly (readonly [string, string, string, string])[] = [
    ['broken JSON', '[{"subscriptionType":', 'json.broken', 'the body is not JSON'],
    ['an empty body', '', 'json.broken', 'the body is not JSON'],
    ['something else than a list', '{"subscriptionType":"deal.creation"}', 'json.not-array', 'a list of events'],
    ['a null', 'null', 'json.not-array', 'a list of events'],
    ['nesting of 300,000 levels', `${'['.repeat(300_000)}${']'.repeat(300_000)}`, 'json.too-deep', 'nested deeper'],
  ];
  for (const [name, body, code, words] of whole) {
    it(`is acknowledged and quarantined with its reason: ${name}`, async () => {
      const before = new Set((await quarantine(stand)).map(({ id }) => id));
      expect((await postWebhook(stand, body)).status).toBe(200);
      await stand.whenQuiet();
      const rows = (await quarantine(stand)).filter(({ id }) => !before.has(id));
      expect(rows.map((row) => row.code)).toEqual([code]);
      expect(rows[0]?.sentence).toContain(words);
    });
  }

  it('does not hold up the good events of the same batch', async () => {
    const before = new Set((await quarantine(stand)).map(({ id }) => id));
    stand.crm.switches.set({ webhooks: false });
    const { id } = stand.crm.createDeal({ name: 'Good among bad', stage: 'Negotiation' });
    stand.crm.switches.set({ webhooks: true });
    const atMs = stand.crm.deal(id).stageHistory[0]?.atMs ?? 0;
    const good = stageEvent(id, NEGOTIATION, atMs);
    const text = JSON.stringify([
      { ...good, objectId: { toString: 'no' } },
      { ...good, occurredAt: 'yesterday' },
      { ...good, propertyValue: 'x'.repeat(101) },
      { ...good, portalId: 11111111 },
      good,
      'not an event',
      null,
      42,
      [],
      { ...good, objectId: 2 ** 64 },
      { ...good, subscriptionType: '__proto__' },
    ]);
    const polluting = '{"__proto__":{"subscriptionType":"deal.creation","portalId":24681012},"polluted":true}';
    const answer = await postWebhook(stand, `${text.slice(0, -1)},${polluting}]`);
    expect(answer).toMatchObject({ status: 200, body: '' });
    await stand.whenQuiet();

    const rows = (await quarantine(stand)).filter((row) => !before.has(row.id));
    expect(rows.map(({ index, code }) => [index, code])).toEqual([
      [0, 'field.wrong'],
      [1, 'field.wrong'],
      [2, 'field.wrong'],
      [3, 'account.unknown'],
      [5, 'field.missing'],
      [6, 'field.missing'],
      [7, 'field.missing'],
      [8, 'field.missing'],
      [9, 'field.wrong'],
      [11, 'field.missing'],
    ]);
    expect(rows[1]?.sentence).toBe('deal.propertyChange: occurredAt: must be a time in milliseconds');
    expect(rows[3]?.sentence).toBe(
      "no HubSpot connection has portalId 11111111; add it to the configuration and replay, or stop the app's webhooks for that account",
    );
    const { deal } = await stand.items(id);
    expect(deal && currentStage(deal)).toBe('negotiation');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get({}, 'subscriptionType')).toBeUndefined();
  });

  it('is taken in by a replay once its cause is mended, and a second replay changes nothing', async () => {
    const before = new Set((await quarantine(stand)).map(({ id }) => id));
    stand.crm.switches.set({ webhooks: false });
    const { id } = stand.crm.createDeal({ name: 'Ahead of its time', stage: 'Negotiation' });
    const seen = await stored();
    // HubSpot's clock is five and a half minutes ahead of ours.
    const atMs = stand.clock.nowMs() + 5.5 * MINUTE_MS;
    expect((await postWebhook(stand, [stageEvent(id, NEGOTIATION, atMs)])).status).toBe(200);
    await stand.whenQuiet();
    const rows = (await quarantine(stand)).filter((row) => !before.has(row.id));
    expect(rows.map(({ code }) => code)).toEqual(['signal.from-the-future']);
    const quarantineId = rows[0]?.id ?? '';
    expect((await stored()).deals).toBe(seen.deals);

    await expect(act(stand, `/quarantine/${quarantineId}/replay`, null)).resolves.toMatchObject({ status: 400 });
    await expect(act(stand, '/quarantine/no-such-id/replay')).resolves.toMatchObject({ status: 404 });
    // Half a minute later the clocks agree well enough: five minutes are forgiven.
    await until('half a minute has passed', () => (stand.clock.nowMs() > atMs - 5 * MINUTE_MS ? true : undefined));
    await expect(act(stand, `/quarantine/${quarantineId}/replay`)).resolves.toMatchObject({ status: 200 });
    await stand.whenQuiet();
    const items = await stand.items(id);
    expect(items.deal && currentStage(items.deal)).toBe('negotiation');
    const open = await quarantine(stand);
    expect(open.filter((row) => row.id === quarantineId)).toEqual([]);
    expect(await stand.hub.store.loadQuarantine(quarantineId)).toMatchObject({ resolvedBy: 'Olga Ops' });

    await act(stand, `/quarantine/${quarantineId}/replay`);
    await stand.whenQuiet();
    expect((await stand.items(id)).deal?.lanes).toEqual(items.deal?.lanes);
    stand.crm.switches.set({ webhooks: true });
  });
});
