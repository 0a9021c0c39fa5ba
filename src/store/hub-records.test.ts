import { beforeEach, describe, expect, it } from 'vitest';
import type { HubConfig } from '../domain/policies.ts';
import type { DeliveryLogEntry } from './delivery-log.ts';
import { createFaultyTable } from './faulty-table.ts';
import { createHubStore, type HubStore } from './hub-store.ts';
import { latestDaysUtc } from './keys.ts';
import { createMemoryTable, type MemoryTable } from './memory-table.ts';
import type { QuarantineEntry } from './quarantine.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
const stageOf = () => 'unknown' as const;

let table: MemoryTable;
let store: HubStore;
beforeEach(() => {
  table = createMemoryTable({ nowMs: () => NOW_MS });
  store = createHubStore({ table, stageOf });
});

describe('the delivery log', () => {
  const entry = (deliveryId: string, receivedAtMs: number): DeliveryLogEntry => ({
    v: 1,
    deliveryId,
    provider: 'hubspot',
    connectionId: 'hs',
    receivedAtMs,
    traceId: 't',
    signals: 1,
    rejects: 0,
    ignored: {},
    dealIds: ['hs.1'],
  });

  it('lists a day over all shards, latest first', async () => {
    for (let n = 0; n < 12; n += 1) await store.logDelivery(entry(`d-${n}`, NOW_MS + n));
    await store.logDelivery(entry('yesterday', NOW_MS - 86_400_000));
    const listed = await store.listDeliveries('2026-11-23', 3);
    expect(listed.map(({ deliveryId }) => deliveryId)).toEqual(['d-11', 'd-10', 'd-9']);
    expect(await store.listDeliveries('2026-11-22', 10)).toHaveLength(1);
  });

  it('keeps one line for a delivery that is logged twice, for 90 days', async () => {
    await store.logDelivery(entry('d-1', NOW_MS));
    await store.logDelivery({ ...entry('d-1', NOW_MS), signals: 2 });
    expect((await store.listDeliveries('2026-11-23', 10)).map(({ signals }) => signals)).toEqual([2]);
    expect(table.items()[0]?.expiresAtSeconds).toBe(Date.UTC(2027, 1, 21, 12, 0, 0) / 1000);
  });
});

describe('the quarantine', () => {
  const entry = (id: string, atMs: number): QuarantineEntry => ({
    v: 1,
    id,
    deliveryId: 'd-1',
    connectionId: 'hs',
    provider: 'hubspot',
    atMs,
    code: 'field.missing',
    sentence: 'the event has no objectId',
    index: 3,
    excerpt: '{}',
  });

  it('keeps each part once, also when a crash brings it again on another day', async () => {
    expect(await store.putQuarantine(entry('d-1.3', NOW_MS))).toBe('new');
    expect(await store.putQuarantine(entry('d-1.3', NOW_MS + 86_400_000))).toBe('known');
    expect(await store.loadQuarantine('d-1.3')).toEqual(entry('d-1.3', NOW_MS));
    const all = await store.listQuarantine(['2026-11-24', '2026-11-23']);
    expect(all.map(({ id }) => id)).toEqual(['d-1.3']);
  });

  it('finishes an entry whose writer died after the pointer', async () => {
    const dying = createFaultyTable(table, {
      before: (operation, key) => {
        if (operation === 'create' && key.pk.startsWith('DAY#')) throw new Error('killed');
      },
    });
    const killed = createHubStore({ table: dying, stageOf });
    await expect(killed.putQuarantine(entry('d-1.3', NOW_MS))).rejects.toThrow('killed');
    expect(await store.putQuarantine(entry('d-1.3', NOW_MS + 50))).toBe('new');
    expect(await store.loadQuarantine('d-1.3')).toEqual(entry('d-1.3', NOW_MS));
  });

  it('is resolved by the first who does it', async () => {
    await store.putQuarantine(entry('d-1.3', NOW_MS));
    expect(await store.resolveQuarantine('d-1.3', 'ana', NOW_MS + 1_000)).toBe('resolved');
    expect(await store.resolveQuarantine('d-1.3', 'bob', NOW_MS + 2_000)).toBe('known');
    expect(await store.resolveQuarantine('nobody', 'bob', NOW_MS)).toBe('missing');
    expect(await store.loadQuarantine('d-1.3')).toMatchObject({ resolvedBy: 'ana', resolvedAtMs: NOW_MS + 1_000 });
  });

  it('is open again when what was replayed fails again', async () => {
    await store.putQuarantine(entry('d-1.3', NOW_MS));
    await store.resolveQuarantine('d-1.3', 'ana', NOW_MS + 1_000);
    const again = { ...entry('d-1.3', NOW_MS + 2_000), sentence: 'the event still has no objectId' };
    expect(await store.putQuarantine(again)).toBe('new');
    expect(await store.listQuarantine(['2026-11-23'])).toEqual([{ ...again, atMs: NOW_MS }]);
    expect(await store.putQuarantine(again)).toBe('known');
    expect(await store.resolveQuarantine('d-1.3', 'bob', NOW_MS + 3_000)).toBe('resolved');
  });

  it('keeps what came for 30 days and that it came for 60, counted from when it came, whatever was done with it', async () => {
    let nowMs = NOW_MS;
    const late = createMemoryTable({ nowMs: () => nowMs });
    const lateStore = createHubStore({ table: late, stageOf });
    const kept = { ...entry('d-1.3', NOW_MS), fileKey: 'quarantine/d-1.json' };
    await lateStore.putQuarantine(kept);
    nowMs = Date.UTC(2026, 11, 23, 11, 59, 59);
    await lateStore.resolveQuarantine('d-1.3', 'ana', nowMs);
    await lateStore.putQuarantine({ ...kept, atMs: nowMs });
    expect(await lateStore.loadQuarantine('d-1.3')).toEqual(kept);
    nowMs = Date.UTC(2026, 11, 23, 12, 0, 0);
    const { excerpt: _, fileKey: __, ...reason } = kept;
    const gone = { ...reason, excerpt: '', bodyGone: 'expired' };
    expect(await lateStore.loadQuarantine('d-1.3')).toEqual(gone);
    expect(await lateStore.listQuarantine(['2026-11-23'])).toEqual([gone]);
    expect(await lateStore.listQuarantineOf('d-1', NOW_MS)).toEqual([gone]);
    expect(await lateStore.resolveQuarantine('d-1.3', 'ana', nowMs)).toBe('resolved');
    nowMs = Date.UTC(2027, 0, 22, 12, 0, 0);
    expect(await lateStore.loadQuarantine('d-1.3')).toBeUndefined();
    expect(late.items()).toEqual([]);
  });

  it('gives up what came when it has to be removed, and does not take it back', async () => {
    await store.putQuarantine({ ...entry('d-1.3', NOW_MS), excerpt: '{"name":"Nora"}' });
    await store.removeQuarantineBody('d-1.3');
    await store.removeQuarantineBody('d-1.3');
    await store.removeQuarantineBody('nobody');
    await store.resolveQuarantine('d-1.3', 'ana', NOW_MS + 1_000);
    expect(await store.putQuarantine({ ...entry('d-1.3', NOW_MS), excerpt: '{"name":"Nora"}' })).toBe('new');
    expect(await store.loadQuarantine('d-1.3')).toEqual({
      ...entry('d-1.3', NOW_MS),
      excerpt: '',
      bodyGone: 'removed',
    });
    expect(JSON.stringify(table.items())).not.toContain('Nora');
  });

  it('still reads what older versions kept in one item, and can remove that', async () => {
    const old = { ...entry('d-1.3', NOW_MS), excerpt: '{"name":"Nora"}' };
    await table.create({ pk: 'QUARANTINE#d-1.3', sk: 'REF', version: 1, data: { v: 1, atMs: NOW_MS } });
    const sk = `QUARANTINE#${NOW_MS}#d-1.3`;
    await table.create({ pk: 'DAY#2026-11-23#2', sk, version: 1, data: old });
    expect(await store.loadQuarantine('d-1.3')).toEqual(old);
    expect(await store.listQuarantine(['2026-11-23'])).toEqual([old]);
    await store.removeQuarantineBody('d-1.3');
    expect(await store.loadQuarantine('d-1.3')).toEqual({ ...old, excerpt: '', bodyGone: 'removed' });
    expect(JSON.stringify(table.items())).not.toContain('Nora');
  });

  it('names the days to look at, newest first', () => {
    expect(latestDaysUtc(Date.UTC(2026, 2, 1, 0, 30), 3)).toEqual(['2026-03-01', '2026-02-28', '2026-02-27']);
  });
});

describe('notes about a connection', () => {
  it('are saved under their version', async () => {
    expect(await store.loadConnectionNote('hs', 'watermark')).toBeUndefined();
    expect(await store.saveConnectionNote('hs', 'watermark', { atMs: 1 }, 0)).toEqual({ version: 1 });
    expect(await store.saveConnectionNote('hs', 'watermark', { atMs: 2 }, 0)).toBe('conflict');
    expect(await store.saveConnectionNote('hs', 'watermark', { atMs: 3 }, 1)).toEqual({ version: 2 });
    expect(await store.loadConnectionNote('hs', 'watermark')).toEqual({ version: 2, data: { atMs: 3 } });
  });

  it('are replaced without asking when only the latest matters', async () => {
    await store.putConnectionNote('hs', 'refusal', { cause: 'signature-wrong' });
    await store.putConnectionNote('hs', 'refusal', { cause: 'timestamp-stale' });
    expect((await store.loadConnectionNote('hs', 'refusal'))?.data).toEqual({ cause: 'timestamp-stale' });
  });
});

describe('configurations', () => {
  const config = (company: string): Omit<HubConfig, 'version'> => ({
    v: 1,
    publicUrl: 'https://hub.example.com',
    company,
    calendar: { timeZone: 'Europe/Berlin', holidays: [], dueHour: 17 },
    connections: [],
    pipelines: [],
    contracts: [],
    plays: [],
    maxEntryAgeDays: 14,
  });

  it('are numbered in the order in which they are applied, with who and when', async () => {
    expect(await store.latestConfig()).toBeUndefined();
    expect((await store.applyConfig(config('Nordwind'), 'ana', NOW_MS)).version).toBe(1);
    expect((await store.applyConfig(config('Südwind'), 'bob', NOW_MS + 1)).version).toBe(2);
    expect((await store.latestConfig())?.company).toBe('Südwind');
    expect((await store.loadConfig(1))?.company).toBe('Nordwind');
    expect(await store.loadConfig(3)).toBeUndefined();
    const applied = await store.listConfigs(5);
    expect(applied.map((each) => [each.config.version, each.who, each.atMs])).toEqual([
      [2, 'bob', NOW_MS + 1],
      [1, 'ana', NOW_MS],
    ]);
  });

  it('stay in order beyond nine', async () => {
    for (let n = 1; n <= 11; n += 1) await store.applyConfig(config(`company ${n}`), 'ana', NOW_MS);
    expect((await store.latestConfig())?.version).toBe(11);
  });

  it('are not applied again when nothing changed, whatever the order of their fields', async () => {
    await store.applyConfig(config('Nordwind'), 'ana', NOW_MS);
    const { v, ...rest } = config('Nordwind');
    expect((await store.applyConfig({ ...rest, v }, 'bob', NOW_MS)).version).toBe(1);
  });

  it('both get a number when two people apply at the same time', async () => {
    const [one, two] = await Promise.all([
      store.applyConfig(config('Nordwind'), 'ana', NOW_MS),
      store.applyConfig(config('Südwind'), 'bob', NOW_MS),
    ]);
    expect([one.version, two.version].toSorted()).toEqual([1, 2]);
  });
});
