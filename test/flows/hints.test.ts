import { describe, expect, it } from 'vitest';
import type { CrmPort } from '../../src/crm/crm-port.ts';
import { HubError } from '../../src/domain/errors.ts';
import type { RecordToRead } from '../../src/domain/events.ts';
import type { CrmParts } from '../../src/flows/parts.ts';
import { readSeenRecord } from '../../src/flows/refresh/read-seen-record.ts';
import { drain } from '../../src/flows/refresh/test-reconcile.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';
import { testConfig } from '../fakes/test-config.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const down = new HubError('crm.unavailable', 'no answer', { retry: { afterMs: 5000 } });

/** The CRM's port, open to changes, and which records it was asked for. */
function watchedCrm(world: MemoryWorld) {
  const crm: { -readonly [K in keyof CrmPort]: CrmPort[K] } = world.crm.port;
  const { readDeal } = crm;
  const read: string[] = [];
  crm.readDeal = (recordId, properties) => {
    read.push(recordId);
    return readDeal(recordId, properties);
  };
  return { crm, read };
}

/** A hint about record 42, received so long after the start. */
function hint(
  world: MemoryWorld,
  sinceMs: number,
  changes: Partial<RecordToRead> = {},
  parts: CrmParts = world.parts(),
): Promise<void> {
  const record = { connectionId: 'crm-main', recordId: '42', sinceMs: START_MS + sinceMs, ...changes };
  return readSeenRecord(record, 'trace-7', parts);
}

/** Who could not be served, by code and wait. */
function refusalOf(promise: Promise<void>): Promise<unknown> {
  return promise.then(
    () => 'done',
    (error) => (error instanceof HubError ? [error.code, error.retry] : Promise.reject(error)),
  );
}

describe('hints about one record', () => {
  it('share one read that began after they came', async () => {
    const world = createMemoryWorld();
    const { read } = watchedCrm(world);
    const logged: unknown[] = [];
    const parts: CrmParts = { ...world.parts(), log: (_, step, fields) => void logged.push([step, fields]) };
    world.clock.advance(5 * SECOND_MS);
    await hint(world, 0, {}, parts);
    await hint(world, 3 * SECOND_MS, {}, parts);
    await hint(world, 5 * SECOND_MS, {}, parts);
    expect(read).toEqual(['42']);
    const shared = ['record.read-shared', { connectionId: 'crm-main', key: '42', traceId: 'trace-7' }];
    expect(logged).toEqual([shared, shared]);
  });

  it('cause another read when one came while the first was under way: it may tell of what that did not see', async () => {
    const world = createMemoryWorld();
    const { crm, read } = watchedCrm(world);
    const { readStageHistory } = crm;
    crm.readStageHistory = (recordId) => {
      world.clock.advance(4 * SECOND_MS);
      return readStageHistory(recordId);
    };
    await hint(world, 0);
    await hint(world, 1);
    expect(read).toEqual(['42', '42']);
    // The second read began four seconds after the start, and has seen what was told until then.
    await hint(world, 4 * SECOND_MS);
    expect(read).toEqual(['42', '42']);
    await hint(world, 4 * SECOND_MS + 1);
    expect(read).toEqual(['42', '42', '42']);
  });

  it('do not answer for another record, nor for the record of another CRM that has the same id', async () => {
    const world = createMemoryWorld();
    const { connections } = testConfig();
    const [main] = connections;
    if (main === undefined) throw new Error('no connection');
    world.config.current = testConfig({ connections: [...connections, { ...main, id: 'crm-two' }] });
    const { crm } = watchedCrm(world);
    const asked: string[] = [];
    const parts: CrmParts = {
      ...world.parts(),
      crm: ({ id }) => ({
        ...crm,
        connectionId: id,
        readDeal: async (recordId) => {
          asked.push(`${id} ${recordId}`);
          return { found: false, why: 'unknown' };
        },
      }),
    };
    for (const changes of [{}, { recordId: '43' }, { connectionId: 'crm-two' }]) {
      await hint(world, 0, changes, parts);
      await hint(world, 0, changes, parts);
    }
    expect(asked).toEqual(['crm-main 42', 'crm-main 43', 'crm-two 42']);
  });

  it.each([
    ['the record', { readDeal: () => Promise.reject(down) }],
    ['its stage history', { readStageHistory: () => Promise.reject(down) }],
  ] satisfies [string, Partial<CrmPort>][])('are not answered by a read of %s that failed', async (_, failing) => {
    const world = createMemoryWorld();
    const { read } = watchedCrm(world);
    const port = { ...world.crm.port, ...failing };
    await expect(hint(world, 0, {}, { ...world.parts(), crm: () => port })).rejects.toBe(down);
    expect(await world.store.loadRecordMark('crm-main', '42')).toBeUndefined();
    read.length = 0;
    await hint(world, 0);
    await hint(world, 0);
    expect(read).toEqual(['42']);
  });

  it('are not answered by a read whose result the inbox did not take', async () => {
    const world = createMemoryWorld();
    const { read } = watchedCrm(world);
    const full = new HubError('queue.unavailable', 'not now', { retry: { afterMs: 1000 } });
    const inbox = { send: () => Promise.reject(full), changeVisibility: async () => {} };
    await expect(hint(world, 0, {}, { ...world.parts(), inbox })).rejects.toBe(full);
    await hint(world, 0);
    expect(read).toEqual(['42', '42']);
    expect(world.inbox.bodies()).toHaveLength(1);
  });

  it('of a connection that the configuration does not have read nothing', async () => {
    const world = createMemoryWorld();
    const { read } = watchedCrm(world);
    const unknown = ['connection.unknown', 'never'];
    expect(await refusalOf(hint(world, 0, { connectionId: 'crm-gone' }))).toEqual(unknown);
    const nameless = { connectionId: 'crm-gone', sinceMs: START_MS };
    expect(await refusalOf(readSeenRecord(nameless, 't', world.parts()))).toEqual(unknown);
    expect(read).toEqual([]);
  });
});

describe('what a hint leads to', () => {
  it('goes through the inbox like everything else, says where it came from, and makes the deal', async () => {
    const world = createMemoryWorld();
    watchedCrm(world);
    await world.enter('s6');
    world.clock.advance(MINUTE_MS);
    // The hub of another day, which never heard of the record.
    const fresh = createMemoryWorld();
    fresh.clock.advance(2 * MINUTE_MS);
    Object.assign(fresh.crm, { deal: world.crm.deal, history: world.crm.history });
    await hint(fresh, 0);
    const [message, ...others] = fresh.inbox.bodies().map((body) => JSON.parse(body));
    expect(others).toEqual([]);
    expect(message).toMatchObject({ kind: 'signals', connectionId: 'crm-main', source: 'hint', traceId: 'trace-7' });
    expect((await drain(fresh)).map(({ id }) => id)).toEqual([
      't/crm-main/42/s6/1793610060000',
      'o/crm-main/42/1793610120000',
    ]);
    expect((await fresh.store.loadDeal(DEAL_ID))?.lanes[0]?.transitions.map(({ stage }) => stage)).toEqual([
      'procurement',
    ]);
    expect(await fresh.store.listDeliveries('2026-11-02', 10)).toMatchObject([
      { provider: 'hub:hint', connectionId: 'crm-main', signals: 2, dealIds: [DEAL_ID] },
    ]);
  });

  it('is nothing when the hub knows all of it', async () => {
    const world = createMemoryWorld();
    const { read } = watchedCrm(world);
    await world.enter('s6');
    await hint(world, 30 * SECOND_MS);
    await drain(world);
    await hint(world, 61 * SECOND_MS);
    expect(read).toEqual(['42', '42']);
    expect(world.inbox.bodies()).toEqual([]);
  });

  it.each([
    ['does not know', { found: false, why: 'unknown' }],
    ['has deleted', { found: false, why: 'deleted' }],
    ['has merged away', { found: false, why: 'merged', intoRecordId: '99' }],
  ] as const)('is no deal when it names a record that the CRM %s, and one read', async (_, answer) => {
    const world = createMemoryWorld();
    const { crm } = watchedCrm(world);
    let reads = 0;
    crm.readDeal = async () => {
      reads += 1;
      return answer;
    };
    await hint(world, 0, { recordId: '77' });
    await hint(world, 0, { recordId: '77' });
    expect([reads, world.inbox.bodies(), world.bus.events]).toEqual([1, [], []]);
    expect(await world.store.loadDeal('crm-main.77')).toBeUndefined();
    expect(await world.store.resolveAlias('crm-main', '77')).toBeUndefined();
  });
});

describe('a CRM that says how many reads hints may cause', () => {
  function budgeted(burst: number) {
    const world = createMemoryWorld();
    const watched = watchedCrm(world);
    watched.crm.capabilities = { ...watched.crm.capabilities, hintReads: { perHour: 60, burst } };
    return { world, ...watched };
  }

  it('is not asked beyond that; the hint comes back when it may be', async () => {
    const { world, read } = budgeted(2);
    await hint(world, 0, { recordId: '1' });
    await hint(world, 0, { recordId: '2' });
    expect(await refusalOf(hint(world, 0, { recordId: '3' }))).toEqual(['crm.read-budget', { afterMs: 60_000 }]);
    expect(read).toEqual(['1', '2']);
    world.clock.advance(MINUTE_MS);
    await hint(world, 0, { recordId: '3' });
    expect(read).toEqual(['1', '2', '3']);
    expect(await refusalOf(hint(world, 0, { recordId: '4' }))).toEqual(['crm.read-budget', { afterMs: 60_000 }]);
  });

  it('does not count hints that share a read, nor those that name no record', async () => {
    const { world, read } = budgeted(2);
    await hint(world, 0, { recordId: '1' });
    for (let each = 0; each < 10; each += 1) await hint(world, 0, { recordId: '1' });
    for (let each = 0; each < 10; each += 1) {
      await readSeenRecord({ connectionId: 'crm-main', sinceMs: START_MS }, 't', world.parts());
    }
    await hint(world, 0, { recordId: '2' });
    expect(read).toEqual(['1', '2']);
  });

  it('has the time of a read counted from when it really began, after the wait for the budget', async () => {
    const { world, read } = budgeted(1);
    await hint(world, 0);
    expect(await refusalOf(hint(world, 1))).toEqual(['crm.read-budget', { afterMs: 60_000 }]);
    world.clock.advance(MINUTE_MS);
    await hint(world, 1);
    await hint(world, MINUTE_MS);
    expect(read).toEqual(['42', '42']);
    expect(await refusalOf(hint(world, MINUTE_MS + 1))).toEqual(['crm.read-budget', { afterMs: 60_000 }]);
  });

  it('that says nothing of it is asked as often as there are hints', async () => {
    const world = createMemoryWorld();
    const { read } = watchedCrm(world);
    for (let each = 0; each < 500; each += 1) await hint(world, 0, { recordId: `${each}` });
    expect(read).toHaveLength(500);
    expect(await world.store.loadConnectionNote('crm-main', 'read-budget')).toBeUndefined();
  });
});
