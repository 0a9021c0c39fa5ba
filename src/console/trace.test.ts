import { describe, expect, it } from 'vitest';
import { currentStage } from '../domain/entries.ts';
import { HubError } from '../domain/errors.ts';
import { config } from '../domain/test-builders.ts';
import type { DeliveryLogEntry } from '../store/delivery-log.ts';
import { createHubStore } from '../store/hub-store.ts';
import { createMemoryTable } from '../store/memory-table.ts';
import { createConsoleApi } from './api.ts';
import { at, entered, itemsOf, told } from './test-trace.ts';
import type { Trace } from './trace.ts';
import { outcomeOf } from './trace-outcome.ts';

const NOW_MS = at(60);

function row(change: Partial<DeliveryLogEntry>): DeliveryLogEntry {
  return {
    v: 1,
    deliveryId: 'd-1',
    provider: 'somecrm',
    connectionId: 'crm-main',
    receivedAtMs: at(0),
    traceId: 'd-1',
    signals: 0,
    rejects: 0,
    ignored: {},
    dealIds: [],
    ...change,
  };
}

const entry = {
  v: 1,
  id: 'd-1.1',
  deliveryId: 'd-1',
  connectionId: 'crm-main',
  provider: 'somecrm',
  atMs: at(0),
  code: 'json.broken',
  sentence: 'the body is not JSON',
  index: -1,
  excerpt: '{',
} as const;

describe('what became of a delivery', () => {
  const say = (change: Partial<DeliveryLogEntry>, more: Partial<Parameters<typeof outcomeOf>[0]> = {}) => {
    const { code, sentence } = outcomeOf({ delivery: row(change), quarantined: [], ...more });
    return `${code}: ${sentence}`;
  };
  const inQuarantine = 'is in quarantine (once the cause is mended: npx stagepost replay d-1.1)';

  it.each([
    [say({}), 'nothing: there was nothing in it'],
    [
      say({ ignored: { 'contact.creation': 2, deletion: 1 } }),
      'ignored: nothing in it is about deals or contracts: 2 contact.creation, 1 deletion',
    ],
    [say({ signals: 2 }), 'not-ours: 2 facts, about envelopes that this hub did not make'],
    [say({ signals: 2, dealIds: ['x'] }), 'known: it said nothing new: 2 facts, known already'],
    [
      say({ comesBack: 'store.contended' }),
      'comes-back: not all of it is recorded yet (store.contended); it is tried again by itself',
    ],
    [say({ removals: 1 }), 'removed: 1 contact of the CRM had to be forgotten, which is done'],
    [say({ rejects: 1 }, { quarantined: [entry] }), `quarantined: nothing of it could be taken in: it ${inQuarantine}`],
    [
      say({ rejects: 1 }, { quarantined: [{ ...entry, resolvedAtMs: 1 }] }),
      'nothing: it was in quarantine, and nothing of it was of use when it was replayed',
    ],
    [
      say({ signals: 1, dealIds: ['x'] }, { quarantined: [entry] }),
      `known: it said nothing new: 1 fact, known already; 1 part of it ${inQuarantine}`,
    ],
    [say({ reads: 1 }), 'read: it only asked to have a record read, and the log does not say which'],
    [
      say({ reads: 2, toRead: [{ connectionId: 'c', recordId: '' }] }),
      'read: it only said that something has changed: the next catch-up compares everything since then',
    ],
    [
      say({ reads: 1, toRead: [{ connectionId: 'c', recordId: '1' }] }, { reads: [{ lastReadAtMs: at(-1) }] }),
      'read: it only asked to have a record read; that is not done yet',
    ],
    [
      say({ reads: 2, toRead: [{ connectionId: 'c', recordId: '1' }] }, { reads: [{}, { lastReadAtMs: at(1) }] }),
      'read: it only asked to have 2 records read; 1 of them were read since',
    ],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });

  it('is told of a message that is no delivery', () => {
    expect(outcomeOf({ quarantined: [entry] }).sentence).toBe(
      `it is no delivery that can be read, and ${inQuarantine}`,
    );
  });
});

function setup(options: { reach?: 'own-process'; fails?: Error } = {}) {
  const store = createHubStore({ table: createMemoryTable({ nowMs: () => NOW_MS }), stageOf: currentStage });
  const heard: unknown[] = [];
  const fail = async () => {
    throw options.fails ?? new Error('nobody asks for that');
  };
  const api = createConsoleApi({
    store: options.fails === undefined ? store : { ...store, findDelivery: fail },
    clock: { nowMs: () => NOW_MS },
    config: async () => config(),
    actions: { retry: async () => ({ ok: true, sentence: 'done' }), replay: fail },
    onFailure: (error) => void heard.push(error),
    ...(options.reach === undefined ? {} : { reach: options.reach }),
  });
  const call = async (path: string, init: RequestInit = {}, host = '127.0.0.1:4200') => {
    const response = await api.request(`http://${host}${path}`, { ...init, headers: { host, ...init.headers } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { store, call, heard };
}

describe('GET /api/deliveries/:id/trace', () => {
  it('gives the delivery, its quarantine and every deal that it moved', async () => {
    const { store, call } = setup();
    const signal = entered('t/procurement', 's6', 0);
    const { deal } = itemsOf({ signals: [told(signal, 'd-1', 0)] });
    if (deal !== undefined) await store.saveDeal({ ...deal, version: 0 });
    await store.putSignal(told(signal, 'd-1', 0));
    await store.logDelivery(row({ signals: 1, rejects: 1, dealIds: ['crm-main.42'] }));
    await store.putQuarantine(entry);
    const { status, body } = await call('/api/deliveries/d-1/trace');
    const trace = body as unknown as Trace;
    expect(status).toBe(200);
    expect([trace.id, trace.delivery?.deliveryId, trace.outcome.code]).toEqual(['d-1', 'd-1', 'no-effect']);
    expect(trace.quarantined).toMatchObject([{ id: 'd-1.1', code: 'json.broken' }]);
    expect(JSON.stringify(trace.quarantined)).not.toContain('excerpt');
    expect(trace.deals.map(({ name, chain }) => [name, chain.steps.map(({ text }) => text)])).toEqual([
      ['Fabrikam', ['the deal entered procurement (CRM stage s6)']],
    ]);
  });

  it('finds what is no delivery by its id in quarantine', async () => {
    const { store, call } = setup();
    await store.putQuarantine({ ...entry, id: 'lost', deliveryId: 'lost' });
    const { body } = await call('/api/deliveries/lost/trace');
    expect([body['id'], body['delivery'], body['deals']]).toEqual(['lost', undefined, []]);
  });

  it('looks on the day that is named, and says when that is none', async () => {
    const { store, call } = setup();
    await store.logDelivery(row({ receivedAtMs: at(-10 * 86_400) }));
    expect((await call('/api/deliveries/d-1/trace')).status).toBe(404);
    expect((await call('/api/deliveries/d-1/trace?day=2026-10-23')).status).toBe(200);
    expect(await call('/api/deliveries/d-1/trace?day=today')).toEqual({
      status: 400,
      body: { error: { code: 'day.wrong', sentence: '"today" is not a day; write YYYY-MM-DD (UTC)' } },
    });
  });

  it('tells whoever serves it of a failure', async () => {
    const failure = new HubError('store.unavailable', 'the table is away', { retry: { afterMs: 1 } });
    const { call, heard } = setup({ fails: failure });
    expect((await call('/api/deliveries/d-1/trace')).status).toBe(503);
    expect(heard).toEqual([failure]);
  });
});

describe('the API in the process of whoever asks', () => {
  it('answers under every name, and still wants to know who changes something', async () => {
    const { call } = setup({ reach: 'own-process' });
    expect((await call('/api/health', {}, 'hub.example.com')).status).toBe(200);
    const retry = (headers: Record<string, string>) =>
      call('/api/deals/x/retry', { method: 'POST', headers }, 'hub.example.com');
    expect((await retry({})).body).toMatchObject({ error: { code: 'actor.missing' } });
    expect((await retry({ 'x-stagepost-actor': 'Ada' })).status).toBe(200);
  });

  it('is not what is served over a port', async () => {
    expect((await setup().call('/api/health', {}, 'hub.example.com')).body).toMatchObject({
      error: { code: 'host.refused' },
    });
  });
});
