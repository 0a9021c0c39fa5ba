import { describe, expect, it } from 'vitest';
import { createMemoryWorld, type MemoryWorld } from '../../../test/fakes/memory-world.ts';
import { HubError } from '../../domain/errors.ts';
import type { CoreParts } from '../parts.ts';
import { takeRead } from './read-budget.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Three at once, and one more every minute. */
const budget = { perHour: 60, burst: 3 };

/** `taken`, or how long whoever is refused has to wait. */
async function take(world: MemoryWorld, connectionId = 'crm-main', parts: CoreParts = world.parts()): Promise<unknown> {
  try {
    await takeRead(connectionId, budget, parts);
    return 'taken';
  } catch (error) {
    if (error instanceof HubError && error.code === 'crm.read-budget') return error.retry;
    throw error;
  }
}

async function takeAll(world: MemoryWorld, count: number, connectionId?: string): Promise<readonly unknown[]> {
  const taken: unknown[] = [];
  for (let each = 0; each < count; each += 1) taken.push(await take(world, connectionId));
  return taken;
}

function withStore(world: MemoryWorld, changes: Partial<CoreParts['store']>): CoreParts {
  return { ...world.parts(), store: { ...world.store, ...changes } };
}

describe('the budget of reads that hints cause', () => {
  it('gives what may come at once, then says what to do, when there is one again, and whose budget it is', async () => {
    const world = createMemoryWorld();
    expect(await takeAll(world, 3)).toEqual(['taken', 'taken', 'taken']);
    await expect(takeRead('crm-main', budget, world.parts())).rejects.toMatchObject({
      code: 'crm.read-budget',
      message:
        'hints of connection crm-main ask for more than 60 reads an hour; the record is read later. If this lasts, see who sends them and change the token',
      retry: { afterMs: 60_000 },
      done: 'no',
      context: { connectionId: 'crm-main' },
    });
  });

  it.each([
    [1, { afterMs: 59_999 }],
    [20_000, { afterMs: 40_000 }],
    [58_999, { afterMs: 1001 }],
    [59_999, { afterMs: 1000 }],
    [60_000, 'taken'],
  ] as const)('says the rest of the wait when asked again after %i ms: %j', async (afterMs, answer) => {
    const world = createMemoryWorld();
    await takeAll(world, 3);
    world.clock.advance(afterMs);
    expect(await take(world)).toEqual(answer);
  });

  it('has one again after exactly as long as it said, and no second one', async () => {
    const world = createMemoryWorld();
    const odd = { perHour: 1500, burst: 2 };
    const takeOdd = () => takeRead('crm-main', odd, world.parts());
    await takeOdd();
    await takeOdd();
    await expect(takeOdd()).rejects.toMatchObject({ retry: { afterMs: 2400 } });
    world.clock.advance(2399);
    await expect(takeOdd()).rejects.toMatchObject({ code: 'crm.read-budget' });
    world.clock.advance(1);
    await takeOdd();
    await expect(takeOdd()).rejects.toMatchObject({ retry: { afterMs: 2400 } });
  });

  it('is not made smaller by whoever is refused', async () => {
    const world = createMemoryWorld();
    await takeAll(world, 3);
    expect(new Set((await takeAll(world, 50)).map((each) => JSON.stringify(each)))).toEqual(
      new Set(['{"afterMs":60000}']),
    );
    world.clock.advance(MINUTE_MS);
    expect(await takeAll(world, 2)).toEqual(['taken', { afterMs: 60_000 }]);
  });

  it('keeps the parts of a read that the time between two of them brings', async () => {
    const world = createMemoryWorld();
    await takeAll(world, 3);
    world.clock.advance(90_000);
    expect(await takeAll(world, 2)).toEqual(['taken', { afterMs: 30_000 }]);
    world.clock.advance(30_000);
    expect(await take(world)).toBe('taken');
  });

  it('fills up to what may come at once and no further, however long nobody asked', async () => {
    const world = createMemoryWorld();
    await takeAll(world, 3);
    world.clock.advance(DAY_MS);
    expect(await takeAll(world, 4)).toEqual(['taken', 'taken', 'taken', { afterMs: 60_000 }]);
  });

  it('is no larger than it is configured now, whatever was left of a larger one', async () => {
    const world = createMemoryWorld();
    await takeRead('crm-main', { perHour: 60, burst: 10 }, world.parts());
    expect(await takeAll(world, 4)).toEqual(['taken', 'taken', 'taken', { afterMs: 60_000 }]);
  });

  it('is one of each connection', async () => {
    const world = createMemoryWorld();
    expect(await takeAll(world, 4, 'crm-main')).toEqual(['taken', 'taken', 'taken', { afterMs: 60_000 }]);
    expect(await takeAll(world, 4, 'crm-two')).toEqual(['taken', 'taken', 'taken', { afterMs: 60_000 }]);
  });

  it('gives nothing for a clock that goes back', async () => {
    const world = createMemoryWorld();
    await takeAll(world, 3);
    world.clock.advance(-10 * MINUTE_MS);
    expect(await take(world)).toEqual({ afterMs: 60_000 });
  });
});

describe('the budget among many who take at the same moment', () => {
  it.each([
    [2, 2, 0, 'taken'],
    [3, 3, 0, { afterMs: 60_000 }],
    [4, 3, 1, { afterMs: 60_000 }],
    [8, 3, 5, { afterMs: 60_000 }],
  ] as const)('gives what may come at once: of %i takers %i get one and %i none', async (count, got, none, next) => {
    const world = createMemoryWorld();
    const all = await Promise.all(Array.from({ length: count }, () => take(world)));
    expect(all.filter((each) => each === 'taken')).toHaveLength(got);
    expect(all.filter((each) => each !== 'taken')).toEqual(Array.from({ length: none }, () => ({ afterMs: 60_000 })));
    expect(await take(world)).toEqual(next);
  });

  it('serves a hundred hints of one message, none of them contending with the others', async () => {
    const world = createMemoryWorld();
    const parts = world.parts();
    const large = { perHour: 60, burst: 100 };
    await Promise.all(Array.from({ length: 100 }, () => takeRead('crm-main', large, parts)));
    await expect(takeRead('crm-main', large, parts)).rejects.toMatchObject({ code: 'crm.read-budget' });
  });

  it('looks again at what is left when somebody else took one in between', async () => {
    const world = createMemoryWorld();
    await takeAll(world, 2);
    const parts = withStore(world, {
      async saveConnectionNote(...given) {
        // The last one goes to another process between our look and our taking.
        if (!others.took) others.took = (await take(world)) === 'taken';
        return world.store.saveConnectionNote(...given);
      },
    });
    const others = { took: false };
    expect(await take(world, 'crm-main', parts)).toEqual({ afterMs: 60_000 });
    expect(others.took).toBe(true);
  });

  it('lets the message come back when others are always faster, and has taken nothing then', async () => {
    const world = createMemoryWorld();
    let tries = 0;
    const parts = withStore(world, {
      async saveConnectionNote() {
        tries += 1;
        return 'conflict';
      },
    });
    await expect(takeRead('crm-main', budget, parts)).rejects.toMatchObject({
      code: 'store.contended',
      retry: { afterMs: 1000 },
      context: { connectionId: 'crm-main' },
    });
    expect(tries).toBe(8);
    expect(await takeAll(world, 4)).toEqual(['taken', 'taken', 'taken', { afterMs: 60_000 }]);
  });
});
