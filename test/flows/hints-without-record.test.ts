import { describe, expect, it } from 'vitest';
import type { CrmPort } from '../../src/crm/crm-port.ts';
import type { CrmParts } from '../../src/flows/parts.ts';
import type { Watermark } from '../../src/flows/refresh/catch-up.ts';
import { readSeenRecord } from '../../src/flows/refresh/read-seen-record.ts';
import { reconcile } from '../../src/flows/refresh/reconcile.ts';
import { reconcileOn } from '../../src/flows/refresh/test-reconcile.ts';
import { createMemoryWorld, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';

const MINUTE_MS = 60_000;
/** Since when nobody can tell what changed. */
const SINCE_MS = START_MS + 30 * MINUTE_MS;
const before = (minutes: number) => SINCE_MS - minutes * MINUTE_MS;
const after = (minutes: number) => SINCE_MS + minutes * MINUTE_MS;

function hint(world: MemoryWorld, parts: CrmParts = world.parts()): Promise<void> {
  return readSeenRecord({ connectionId: 'crm-main', sinceMs: SINCE_MS }, 't', parts);
}

async function noteOf(world: MemoryWorld, name = 'watermark') {
  return (await world.store.loadConnectionNote<Watermark>('crm-main', name))?.data;
}

async function rewound(given: Watermark): Promise<Watermark | undefined> {
  const world = createMemoryWorld();
  await world.store.saveConnectionNote('crm-main', 'watermark', given, 0);
  await hint(world);
  return noteOf(world);
}

/** The windows in which the CRM was asked for changes, in minutes before and after the trouble began. */
function windowsOf(world: MemoryWorld, during: () => Promise<void> = async () => {}) {
  const crm: { -readonly [K in keyof CrmPort]: CrmPort[K] } = world.crm.port;
  const windows: (readonly number[])[] = [];
  crm.listChangedDeals = async ({ fromMs, untilMs }) => {
    windows.push([(fromMs - SINCE_MS) / MINUTE_MS, (untilMs - SINCE_MS) / MINUTE_MS]);
    await during();
    return { recordIds: [] };
  };
  return windows;
}

describe('a hint that names no record', () => {
  it.each([
    ['compared until after the trouble began', { untilMs: after(1) }, { untilMs: SINCE_MS }],
    ['compared until then', { untilMs: SINCE_MS }, { untilMs: SINCE_MS }],
    ['compared until before it began', { untilMs: before(1) }, { untilMs: before(1) }],
    [
      'being compared, from before it began until after that',
      { fromMs: before(15), untilMs: after(1), cursor: '3', pending: ['7', '8'] },
      { untilMs: before(15) },
    ],
    [
      'being compared, from after it began',
      { fromMs: after(1), untilMs: after(20), cursor: '3', pending: [] },
      { untilMs: SINCE_MS },
    ],
    [
      'being compared, until before it began',
      { fromMs: before(20), untilMs: before(5) },
      { fromMs: before(20), untilMs: before(5) },
    ],
  ])('has the next catch-up look from there where changes are %s', async (_, given, expected) => {
    expect(await rewound(given)).toEqual(expected);
    const again = { 7: 1, 9: 4 };
    expect(await rewound({ ...given, again })).toEqual({ ...expected, again });
  });

  it('changes nothing where nothing was compared yet: the first catch-up looks at everything', async () => {
    const world = createMemoryWorld();
    await hint(world);
    expect(await noteOf(world)).toBeUndefined();
    expect(world.table.items()).toEqual([]);
  });

  it('leaves the daily sweep and other connections where they are, and reads no record', async () => {
    const world = createMemoryWorld();
    const crm: { -readonly [K in keyof CrmPort]: CrmPort[K] } = world.crm.port;
    crm.readDeal = () => Promise.reject(new Error('nothing is to be read'));
    const sweep = { fromMs: before(500), untilMs: after(1), pending: ['1'] };
    await world.store.saveConnectionNote('crm-main', 'sweep', sweep, 0);
    await world.store.saveConnectionNote('crm-main', 'watermark', { untilMs: after(1) }, 0);
    await world.store.saveConnectionNote('crm-two', 'watermark', { untilMs: after(1) }, 0);
    await hint(world);
    expect(await noteOf(world, 'sweep')).toEqual(sweep);
    expect(await noteOf(world)).toEqual({ untilMs: SINCE_MS });
    expect((await world.store.loadConnectionNote('crm-two', 'watermark'))?.data).toEqual({ untilMs: after(1) });
  });

  it('looks again at the note when a run saved it in between', async () => {
    const world = createMemoryWorld();
    await world.store.saveConnectionNote('crm-main', 'watermark', { untilMs: after(1) }, 0);
    const meanwhile: Watermark = { untilMs: after(2), again: { 5: 1 } };
    let saves = 0;
    const store: CrmParts['store'] = {
      ...world.store,
      async saveConnectionNote(...given) {
        saves += 1;
        if (saves === 1) await world.store.saveConnectionNote('crm-main', 'watermark', meanwhile, 1);
        return world.store.saveConnectionNote(...given);
      },
    };
    await hint(world, { ...world.parts(), store });
    expect(saves).toBe(2);
    expect(await noteOf(world)).toEqual({ untilMs: SINCE_MS, again: { 5: 1 } });
  });

  it('comes again when the note is changed all the time, instead of being forgotten', async () => {
    const world = createMemoryWorld();
    await world.store.saveConnectionNote('crm-main', 'watermark', { untilMs: after(1) }, 0);
    const store: CrmParts['store'] = { ...world.store, saveConnectionNote: async () => 'conflict' };
    await expect(hint(world, { ...world.parts(), store })).rejects.toMatchObject({
      code: 'store.contended',
      retry: { afterMs: 1000 },
    });
    await hint(world);
    expect(await noteOf(world)).toEqual({ untilMs: SINCE_MS });
  });

  it('has the next run ask the CRM from a quarter of an hour before the trouble began, once', async () => {
    const world = createMemoryWorld();
    await world.store.saveConnectionNote('crm-main', 'watermark', { untilMs: after(40) }, 0);
    world.clock.advance(75 * MINUTE_MS);
    const windows = windowsOf(world);
    await hint(world);
    await reconcile('catch-up', reconcileOn(world).parts);
    world.clock.advance(5 * MINUTE_MS);
    await reconcile('catch-up', reconcileOn(world).parts);
    expect(windows).toEqual([
      [-15, 45],
      [30, 50],
    ]);
  });

  it('stops a run that is under way: it may have gone past the records that changed', async () => {
    const world = createMemoryWorld();
    await world.store.saveConnectionNote('crm-main', 'watermark', { untilMs: after(5) }, 0);
    world.clock.advance(45 * MINUTE_MS);
    let told = false;
    const windows = windowsOf(world, async () => {
      if (!told) await hint(world);
      told = true;
    });
    const first = await reconcile('catch-up', reconcileOn(world).parts);
    expect(first.unfinished).toEqual(['crm-main watermark']);
    expect(await noteOf(world)).toEqual({ untilMs: SINCE_MS });
    const second = await reconcile('catch-up', reconcileOn(world).parts);
    expect(second.unfinished).toEqual([]);
    expect(windows).toEqual([
      [-10, 15],
      [-15, 15],
    ]);
  });
});
