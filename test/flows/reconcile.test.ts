import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/domain/contract.ts';
import { newContract } from '../../src/domain/contract-machine.ts';
import { HubError } from '../../src/domain/errors.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { isDue } from '../../src/flows/refresh/look-again.ts';
import { reconcile } from '../../src/flows/refresh/reconcile.ts';
import type { ReconcileParts } from '../../src/flows/refresh/reconcile-parts.ts';
import { reconcileOn } from '../../src/flows/refresh/test-reconcile.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';
import { testConfig, testPolicy } from '../fakes/test-config.ts';

const MINUTE_MS = 60_000;

/** A deal of its own with a contract that was sent an hour ago. */
async function sentContract(world: MemoryWorld, recordId: string, more: Partial<Contract> = {}): Promise<void> {
  const deal = await world.store.loadDeal(DEAL_ID);
  if (deal === undefined) throw new Error('no deal');
  const nowMs = world.clock.nowMs() - 60 * MINUTE_MS;
  const reason = { code: 'contract.due', sentence: 'due' };
  const dealId = `crm-main.${recordId}`;
  const leading = { connectionId: 'crm-main', recordId };
  await world.store.saveDeal({ ...deal, dealId, version: 0, leading });
  const policy = testPolicy();
  const planned = newContract({
    deal: { ...deal, dealId },
    n: 1,
    forEntry: 'e',
    policy,
    config: testConfig(),
    mode: 'live',
    nowMs,
    reason,
  });
  await world.store.createContract({ ...planned, state: 'sent', envelopeId: `env-${recordId}`, ...more });
}

function countingReads(world: MemoryWorld, parts: ReconcileParts) {
  const read: string[] = [];
  const esign = {
    ...world.esign.port,
    readEnvelope: async (envelopeId: string) => {
      read.push(envelopeId);
      return world.esign.port.readEnvelope(envelopeId);
    },
  };
  return { read, parts: { ...parts, esign: () => esign } };
}

describe('contracts of which nothing was heard', () => {
  it('are read at most once in a quarter of an hour, whatever moves the contract', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await ensureContract(DEAL_ID, 't', world.parts());
    const { parts, read } = countingReads(world, reconcileOn(world).parts);
    world.clock.advance(60 * MINUTE_MS);
    for (let run = 0; run < 12; run += 1) {
      await reconcile('catch-up', parts);
      world.clock.advance(5 * MINUTE_MS);
    }
    expect(read).toEqual(['env-1', 'env-1', 'env-1', 'env-1']);
    expect((await world.store.loadContract(DEAL_ID, 1))?.state).toBe('sent');
  });

  it('are all read, over as many runs as it takes, and nothing is read twice on the way', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const ids = Array.from({ length: 70 }, (_, index) => String(100 + index));
    for (const id of ids) await sentContract(world, id);
    const { parts, read } = countingReads(world, reconcileOn(world).parts);
    const first = await reconcile('catch-up', parts);
    expect([read.length, first.envelopes, first.unfinished]).toEqual([50, 50, ['round']]);
    world.clock.advance(5 * MINUTE_MS);
    await reconcile('catch-up', parts);
    expect(read.sort()).toEqual(ids.map((id) => `env-${id}`));
  });

  it('end as the provider says, and wake whoever it matters to', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await ensureContract(DEAL_ID, 't', world.parts());
    const [envelope] = world.esign.envelopes;
    if (envelope === undefined) throw new Error('no envelope');
    envelope.status = 'completed';
    world.clock.advance(60 * MINUTE_MS);
    expect(await reconcile('catch-up', reconcileOn(world).parts)).toMatchObject({ envelopes: 1, failures: 0 });
    expect((await world.store.loadContract(DEAL_ID, 1))?.state).toBe('completed');
    expect(world.bus.events.at(-1)?.detail.wants).toEqual(['contract', 'plans', 'writes']);
  });

  it('do not wait for one that cannot be read', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await sentContract(world, '100', { connectionId: 'sign-gone' });
    for (const id of ['101', '102', '103']) await sentContract(world, id);
    const { parts, read } = countingReads(world, reconcileOn(world).parts);
    const report = await reconcile('catch-up', parts);
    expect(read.sort()).toEqual(['env-101', 'env-102', 'env-103']);
    expect([report.failures, report.codes]).toEqual([1, { 'connection.unknown': 1 }]);
  });

  it('leave the CRM its time when the provider hangs', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    for (const id of ['101', '102', '103', '104', '105']) await sentContract(world, id);
    const { parts } = reconcileOn(world);
    let reads = 0;
    const esign = {
      ...world.esign.port,
      readEnvelope: async () => {
        reads += 1;
        world.clock.advance(15_000);
        throw new HubError('esign.unavailable', 'no answer', { retry: { afterMs: 5000 } });
      },
    };
    const report = await reconcile('catch-up', { ...parts, esign: () => esign });
    expect([reads, report.records]).toEqual([2, 1]);
  });
});

describe('what waits', () => {
  const hold = { code: 'contract.no-contact', sentence: 'nobody may sign', remedy: 'label a contact' };

  it.each<[string, Partial<Contract>, boolean]>([
    ['a contract that is held', { hold: { ...hold, sinceMs: START_MS } }, true],
    ['a contract to be voided', { voiding: { reason: hold, sinceMs: START_MS - 90 * 86_400_000 } }, true],
    ['a contract that stands still on its way', { state: 'drafted', updatedAtMs: START_MS - 3 * MINUTE_MS }, true],
    ['a contract that ended and that nobody may have heard of', { state: 'completed' }, true],
    ['a contract that is on its way right now', { state: 'drafted', updatedAtMs: START_MS + MINUTE_MS }, false],
    ['a contract that ended long ago', { state: 'completed', updatedAtMs: START_MS - 2 * 86_400_000 }, false],
    ['a contract that is out for long', { updatedAtMs: START_MS - 2 * 86_400_000 }, false],
  ])('is looked at again, or left alone: %s', async (_, more, isWoken) => {
    const world = createMemoryWorld();
    await world.enter('s5');
    await sentContract(world, '100', more);
    const { woken, parts } = reconcileOn(world);
    const report = await reconcile('catch-up', parts);
    const looks = [
      'send-contract-hubspot crm-main.100',
      'start-onboarding-hubspot crm-main.100',
      'write-back-hubspot crm-main.100',
    ];
    expect([woken, report.woken]).toEqual(isWoken ? [looks, 1] : [[], 0]);
  });

  it.each([
    ['a decision that something would mend', 0, true],
    ['a decision that is older than a week', -8 * 86_400_000, false],
  ])('is looked at again, or left alone: %s', async (_, agoMs, isWoken) => {
    const world = createMemoryWorld();
    await world.enter('s5');
    const { remedy, ...reason } = hold;
    const atMs = START_MS + agoMs;
    await world.store.putDecision({ v: 1, dealId: DEAL_ID, subject: 'contract/for/e', reason, remedy, atMs });
    const { woken, parts } = reconcileOn(world);
    await reconcile('catch-up', parts);
    expect(woken.length > 0).toBe(isWoken);
  });

  it('is looked at again: a task that is not created yet', async () => {
    const world = createMemoryWorld();
    await world.enter('s5');
    const base = {
      v: 1,
      version: 0,
      mode: 'live',
      createdAtMs: START_MS,
      updatedAtMs: START_MS - 3 * MINUTE_MS,
    } as const;
    await world.store.createWrite({
      ...base,
      dealId: DEAL_ID,
      key: 'fields',
      connectionId: 'crm-main',
      recordId: '42',
      state: 'writing',
      value: 'h',
    });
    const { woken, parts } = reconcileOn(world);
    await reconcile('catch-up', parts);
    expect(woken).toContain('write-back-hubspot crm-main.42');
  });

  it('is looked at once by a run, for however many reasons', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await sentContract(world, '100', { hold: { ...hold, sinceMs: START_MS } });
    const { remedy, ...reason } = hold;
    const decision = { v: 1, dealId: 'crm-main.100', reason, remedy, atMs: START_MS } as const;
    await world.store.putDecision({ ...decision, subject: 'contract/1' });
    const { woken, parts } = reconcileOn(world);
    await reconcile('catch-up', parts);
    expect(woken).toHaveLength(3);
  });

  it('is bounded by run and goes round to all', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const ids = Array.from({ length: 130 }, (_, index) => String(100 + index));
    for (const id of ids) await sentContract(world, id, { hold: { ...hold, sinceMs: START_MS } });
    const { woken, parts } = reconcileOn(world);
    // No envelope is due, so that deals alone fill the run.
    for (const id of ids) {
      const mark = { sinceMs: START_MS, atMs: world.clock.nowMs() };
      await world.store.putReadMark(`crm-main.${id}`, '1', mark);
    }
    expect((await reconcile('catch-up', parts)).woken).toBeLessThanOrEqual(110);
    await reconcile('catch-up', parts);
    expect(new Set(woken).size).toBe(390);
  });

  it('does not stop for a deal whose worker cannot be woken', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    for (const id of ['101', '102']) await sentContract(world, id, { hold: { ...hold, sinceMs: START_MS } });
    const { woken, parts } = reconcileOn(world);
    const wake: ReconcileParts['wake'] = async (job, crm, dealId) => {
      if (dealId === 'crm-main.101') throw new HubError('queue.unavailable', 'no', { retry: { afterMs: 1000 } });
      await parts.wake(job, crm, dealId);
    };
    const report = await reconcile('catch-up', { ...parts, wake });
    expect([woken.length, report.woken, report.codes]).toEqual([3, 1, { 'queue.unavailable': 1 }]);
  });

  it.each([
    [10 * MINUTE_MS, 5 * MINUTE_MS, true],
    [90 * MINUTE_MS, 85 * MINUTE_MS, false],
    [121 * MINUTE_MS, 116 * MINUTE_MS, true],
    [25 * 60 * MINUTE_MS, 24 * 60 * MINUTE_MS + 1, false],
    [30 * 60 * MINUTE_MS + 1, 30 * 60 * MINUTE_MS - 1, true],
  ])('is looked at ever more rarely: %i ms old, the round before at %i: %s', (ageMs, ageBeforeMs, expected) => {
    expect(isDue(START_MS, START_MS + ageBeforeMs, START_MS + ageMs)).toBe(expected);
  });
});
