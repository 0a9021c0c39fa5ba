import { describe, expect, it } from 'vitest';
import type { CrmSignal, RecordLifecycle } from '../../src/domain/signals.ts';
import { followMerge } from '../../src/flows/follow-merge.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';

function mergedInto(world: MemoryWorld, intoRecordId: string): RecordLifecycle {
  const base = { v: 1, kind: 'lifecycle', connectionId: 'crm-main', recordId: '42', what: 'merged' } as const;
  return { ...base, id: `l/42/${intoRecordId}`, atMs: world.clock.nowMs(), intoRecordId };
}

function entered(world: MemoryWorld, recordId: string, stageId: string): CrmSignal {
  const enteredAtMs = world.clock.nowMs();
  const base = { v: 1, kind: 'transition', connectionId: 'crm-main', recordId, stageId, granularityMs: 1 } as const;
  return { ...base, id: `t/crm-main/${recordId}/${stageId}/${enteredAtMs}`, pipelineId: 'main', enteredAtMs };
}

function record(world: MemoryWorld, signal: CrmSignal, parts: WorkerParts = world.parts()) {
  const origin = { deliveryId: `d-${signal.id}`, traceId: 't', receivedAtMs: world.clock.nowMs() };
  return recordCrmSignals([signal], origin, parts);
}

/** The table refuses to say whose the surviving record is. */
function dyingAtTheAlias(world: MemoryWorld): WorkerParts {
  const parts = world.parts();
  return { ...parts, store: { ...world.store, claimAlias: () => Promise.reject(new Error('killed')) } };
}

describe('a CRM record that is merged into another one', () => {
  it('takes its deal along, and has the surviving record read', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    world.clock.advance(60_000);
    await record(world, mergedInto(world, '99'));
    expect((await world.store.loadDeal(DEAL_ID))?.leading).toEqual({ connectionId: 'crm-main', recordId: '99' });
    expect(world.bus.events.at(-1)?.detail.wants).toEqual(['contract', 'writes', 'refresh']);
    expect(await record(world, entered(world, '99', 's6'))).toMatchObject({ dealId: DEAL_ID });
    expect(await world.store.loadDeal('crm-main.99')).toBeUndefined();
  });

  it('is followed by the next try when the process died after the state was saved', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    world.clock.advance(60_000);
    const signal = mergedInto(world, '99');
    await expect(record(world, signal, dyingAtTheAlias(world))).rejects.toThrow('killed');
    expect(await world.store.hasSignal(DEAL_ID, signal.id)).toBe(false);
    await record(world, signal);
    expect(await world.store.resolveAlias('crm-main', '99')).toBe(DEAL_ID);
    expect((await world.store.loadDeal(DEAL_ID))?.leading.recordId).toBe('99');
    expect(world.bus.events.at(-1)?.detail.wants).toEqual(['contract', 'writes', 'refresh']);
  });

  it('is followed once: told again it changes nothing and wakes nobody', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const signal = mergedInto(world, '99');
    await record(world, signal);
    const before = [(await world.store.loadDeal(DEAL_ID))?.version, world.bus.events.length];
    await record(world, signal);
    expect([(await world.store.loadDeal(DEAL_ID))?.version, world.bus.events.length]).toEqual(before);
  });

  it('points to the other deal when the surviving record has one, and is not read any more', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await record(world, entered(world, '99', 's5'));
    await record(world, mergedInto(world, '99'));
    expect((await world.store.loadDeal(DEAL_ID))?.mergedInto).toBe('crm-main.99');
    expect(world.bus.events.at(-1)?.detail.wants).toEqual(['contract', 'writes']);
  });

  it('comes back as a message when others keep changing the deal', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const deal = await world.store.loadDeal(DEAL_ID);
    if (deal === undefined) throw new Error('no deal');
    const parts = { ...world.parts(), store: { ...world.store, saveDeal: async () => 'conflict' as const } };
    await expect(followMerge(deal, mergedInto(world, '99'), parts)).rejects.toMatchObject({
      code: 'store.contended',
      retry: { afterMs: 2000 },
    });
  });
});
