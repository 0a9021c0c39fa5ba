import { describe, expect, it } from 'vitest';
import { createMemoryWorld, DEAL_ID, type MemoryWorld, START_MS } from '../../../test/fakes/memory-world.ts';
import { testConfig } from '../../../test/fakes/test-config.ts';
import type { CrmPort } from '../../crm/crm-port.ts';
import { HubError } from '../../domain/errors.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcileParts } from './reconcile-parts.ts';
import { refreshDeal } from './refresh-deal.ts';
import { drain, reconcileOn } from './test-reconcile.ts';

const MINUTE_MS = 60_000;
const refused = new HubError('crm.forbidden', 'no scope', { retry: 'never' });
const down = new HubError('crm.unavailable', 'no answer', { retry: { afterMs: 5000 } });

function listing(world: MemoryWorld, pages: readonly (readonly string[])[]) {
  const asked: (string | undefined)[] = [];
  const read: string[] = [];
  const crm: { -readonly [K in keyof CrmPort]: CrmPort[K] } = world.crm.port;
  crm.listChangedDeals = async ({ cursor }) => {
    asked.push(cursor);
    const index = Number(cursor ?? 0);
    const next = index + 1 < pages.length ? { cursor: String(index + 1) } : {};
    return { recordIds: pages[index] ?? [], ...next };
  };
  crm.readDeal = async (recordId) => {
    read.push(recordId);
    return { found: false, why: 'deleted' };
  };
  return { asked, read, crm };
}

async function watermark(world: MemoryWorld, name = 'watermark') {
  return (await world.store.loadConnectionNote('crm-main', name))?.data;
}

describe('comparing what changed in the CRM', () => {
  it('stops before its time is over, and goes on with the very next record in the next run', async () => {
    const world = createMemoryWorld();
    const { parts } = reconcileOn(world);
    const { asked, read, crm } = listing(world, [['1', '2', '3'], ['4', '5'], ['6']]);
    const readDeal = crm.readDeal;
    crm.readDeal = (recordId, properties) => {
      world.clock.advance(15_000);
      return readDeal(recordId, properties);
    };
    const first = await reconcile('catch-up', parts);
    expect([first.records, first.unfinished]).toEqual([3, ['crm-main watermark']]);
    expect(await watermark(world)).toEqual({ fromMs: 0, untilMs: START_MS, cursor: '1', pending: [] });
    world.clock.advance(5 * MINUTE_MS);
    expect((await reconcile('catch-up', parts)).records).toBe(3);
    expect(read).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(asked).toEqual([undefined, '1', '2']);
    await reconcile('catch-up', parts);
    expect(await watermark(world)).toEqual({ untilMs: START_MS });
  });

  it('repeats no more than 25 records when it is killed', async () => {
    const world = createMemoryWorld();
    const ids = Array.from({ length: 60 }, (_, index) => String(index + 1));
    const { read, crm } = listing(world, [ids]);
    const readDeal = crm.readDeal;
    const { parts } = reconcileOn(world);
    const dead = { now: false };
    crm.readDeal = async (recordId, properties) => {
      if (recordId === '41') dead.now = true;
      return readDeal(recordId, properties);
    };
    const save = world.store.saveConnectionNote;
    const killed: ReconcileParts = {
      ...parts,
      store: {
        ...world.store,
        saveConnectionNote: (...given) => (dead.now ? Promise.reject(new Error('killed')) : save(...given)),
      },
    };
    await reconcile('catch-up', killed);
    read.length = 0;
    dead.now = false;
    await reconcile('catch-up', parts);
    expect([read[0], read.at(-1), read.length]).toEqual(['26', '60', 35]);
  });

  it('begins the next window a quarter of an hour before the end of the last one', async () => {
    const world = createMemoryWorld();
    const { parts } = reconcileOn(world);
    const { crm } = listing(world, [[]]);
    const windows: (readonly number[])[] = [];
    crm.listChangedDeals = async ({ fromMs, untilMs }) => {
      windows.push([fromMs - START_MS, untilMs - START_MS]);
      return { recordIds: [] };
    };
    await reconcile('catch-up', parts);
    world.clock.advance(300_000);
    await reconcile('catch-up', parts);
    expect(windows).toEqual([
      [-START_MS, 0],
      [-900_000, 300_000],
    ]);
  });

  it('goes on with the daily sweep in every run until it is done, and begins none by itself', async () => {
    const world = createMemoryWorld();
    const { parts } = reconcileOn(world);
    const windows: number[] = [];
    const { crm } = listing(world, [[]]);
    crm.listChangedDeals = async ({ fromMs, cursor }) => {
      windows.push(fromMs - START_MS);
      // The first page of the sweep takes all the time that the run has.
      if (fromMs === START_MS - 30 * 86_400_000 && cursor === undefined) world.clock.advance(50_000);
      return { recordIds: [], ...(cursor === undefined && fromMs < START_MS - 900_000 ? { cursor: 'next' } : {}) };
    };
    await world.store.saveConnectionNote('crm-main', 'watermark', { untilMs: START_MS }, 0);
    const first = await reconcile('full-sweep', parts);
    expect([windows, first.unfinished]).toEqual([[-900_000, -2_592_000_000], ['crm-main sweep']]);
    windows.length = 0;
    await reconcile('catch-up', parts);
    expect(windows).toEqual([-900_000, -2_592_000_000]);
    expect(await watermark(world, 'sweep')).toEqual({ untilMs: START_MS });
    windows.length = 0;
    await reconcile('catch-up', parts);
    expect(windows).toEqual([-850_000]);
  });

  it('leaves one record that fails to the next runs and compares the others', async () => {
    const world = createMemoryWorld();
    const { parts } = reconcileOn(world);
    const { read, crm } = listing(world, [['1', '2', '3']]);
    const readDeal = crm.readDeal;
    crm.readDeal = (recordId, properties) => {
      if (recordId === '2') throw refused;
      return readDeal(recordId, properties);
    };
    const report = await reconcile('catch-up', parts);
    expect([report.records, report.failures, report.codes]).toEqual([3, 1, { 'crm.forbidden': 1 }]);
    expect(await watermark(world)).toEqual({ untilMs: START_MS, again: { 2: 1 } });
    crm.readDeal = readDeal;
    crm.listChangedDeals = async () => ({ recordIds: [] });
    read.length = 0;
    await reconcile('catch-up', parts);
    expect([read, await watermark(world)]).toEqual([['2'], { untilMs: START_MS }]);
  });

  it('gives a CRM in trouble a rest, and asks the other one', async () => {
    const world = createMemoryWorld();
    const { connections } = testConfig();
    const [main] = connections;
    if (main === undefined) throw new Error('no connection');
    world.config.current = testConfig({ connections: [...connections, { ...main, id: 'crm-two' }] });
    const { parts } = reconcileOn(world);
    const { read, crm } = listing(world, [['1', '2', '3', '4', '5', '6', '7']]);
    const two: CrmPort = { ...crm, connectionId: 'crm-two' };
    let tries = 0;
    const one: CrmPort = {
      ...crm,
      readDeal: async () => {
        tries += 1;
        throw down;
      },
    };
    const crmOf = (connection: { id: string }) => (connection.id === 'crm-main' ? one : two);
    const report = await reconcile('catch-up', { ...parts, crm: crmOf });
    expect([tries, read]).toEqual([5, ['1', '2', '3', '4', '5', '6', '7']]);
    expect([report.codes, report.unfinished]).toEqual([{ 'crm.unavailable': 5 }, ['crm-main watermark']]);
    expect(await watermark(world)).toMatchObject({ pending: ['6', '7'], again: { 1: 1, 2: 1, 3: 1, 4: 1, 5: 1 } });
  });

  it('begins a window anew when the CRM does not take its cursor any more', async () => {
    const world = createMemoryWorld();
    const { parts } = reconcileOn(world);
    const { asked, crm } = listing(world, [['1']]);
    const note = { fromMs: 1000, untilMs: START_MS, cursor: 'of-before', pending: [] };
    await world.store.saveConnectionNote('crm-main', 'watermark', note, 0);
    const list = crm.listChangedDeals;
    crm.listChangedDeals = async (window) => {
      if (window.cursor === 'of-before') throw refused;
      return list(window);
    };
    expect((await reconcile('catch-up', parts)).codes).toEqual({ 'crm.forbidden': 1 });
    await reconcile('catch-up', parts);
    expect([asked, await watermark(world)]).toEqual([[undefined], { untilMs: START_MS }]);
  });

  it('settles a dispute that the record has with a CRM that agrees again', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's5' };
    world.clock.advance(MINUTE_MS);
    await refreshDeal(DEAL_ID, 't', 'history-read', world.parts());
    await drain(world);
    expect((await world.store.loadDeal(DEAL_ID))?.lanes[0]?.dispute?.stageId).toBe('s5');
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's6' };
    world.clock.advance(MINUTE_MS);
    expect(await reconcile('catch-up', reconcileOn(world).parts)).toMatchObject({ records: 1, healed: 1 });
    await drain(world);
    expect((await world.store.loadDeal(DEAL_ID))?.lanes[0]?.dispute).toBeUndefined();
    expect(await reconcile('catch-up', reconcileOn(world).parts)).toMatchObject({ records: 1, healed: 0 });
  });
});
