import { describe, expect, it } from 'vitest';
import { isHubError } from '../../src/domain/errors.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { type Mortality, ProcessDied } from '../fakes/mortal.ts';

const HOUR_MS = 3_600_000;

/** Wakes the worker until it comes to rest, as the queue would; leases and settle times pass in between. */
async function untilQuiet(world: MemoryWorld): Promise<void> {
  for (let wake = 0; wake < 6; wake += 1) {
    world.clock.advance(HOUR_MS);
    try {
      await ensureContract(DEAL_ID, 't', world.parts());
      return;
    } catch (error) {
      if (!isHubError(error)) throw error;
    }
  }
  throw new Error('the contract never came to rest');
}

async function callsOf(run: (world: MemoryWorld, mortality: Mortality) => Promise<void>): Promise<number> {
  const mortality: Mortality = { calls: 0, diesAt: 0, when: 'before', dead: false };
  const world = createMemoryWorld();
  await run(world, mortality);
  return mortality.calls;
}

async function send(world: MemoryWorld, mortality: Mortality): Promise<void> {
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts(mortality));
}

async function cancel(world: MemoryWorld, mortality: Mortality): Promise<void> {
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  await world.enter('s5');
  await ensureContract(DEAL_ID, 't', world.parts(mortality));
}

async function dyingAt(
  diesAt: number,
  when: 'before' | 'after',
  run: (world: MemoryWorld, mortality: Mortality) => Promise<void>,
): Promise<MemoryWorld> {
  const world = createMemoryWorld();
  await expect(run(world, { calls: 0, diesAt, when, dead: false })).rejects.toBeInstanceOf(ProcessDied);
  await untilQuiet(world);
  return world;
}

describe('a process that dies while it sends a contract', () => {
  for (const when of ['before', 'after'] as const) {
    it(`sends exactly one envelope, wherever it dies (${when} a call takes effect)`, async () => {
      const calls = await callsOf(send);
      // Deal, contract, lease, draft, send and their saves: if this shrinks, the test no longer covers the journey.
      expect(calls).toBeGreaterThan(15);
      for (let diesAt = 1; diesAt <= calls - 1; diesAt += 1) {
        const world = await dyingAt(diesAt, when, send).catch((error: unknown) => {
          throw new Error(`died ${when} call ${diesAt}`, { cause: error });
        });
        const out = world.esign.envelopes.filter((envelope) => envelope.status === 'sent');
        expect(out, `died ${when} call ${diesAt}`).toHaveLength(1);
        // Its draft was found again: nothing was made twice, not even a draft that nobody sees.
        expect(world.esign.envelopes, `died ${when} call ${diesAt}`).toHaveLength(1);
        expect(world.esign.mails, `died ${when} call ${diesAt}`).toEqual([`${out[0]?.envelopeId} invitation`]);
        const { contracts } = await world.store.loadDealItems(DEAL_ID);
        expect(contracts.map(({ n, state, envelopeId }) => ({ n, state, envelopeId }))).toEqual([
          { n: 1, state: 'sent', envelopeId: out[0]?.envelopeId },
        ]);
      }
    });

    it(`cancels exactly once when the deal goes back, wherever it dies (${when} a call takes effect)`, async () => {
      const calls = await callsOf(cancel);
      expect(calls).toBeGreaterThan(10);
      for (let diesAt = 1; diesAt <= calls - 1; diesAt += 1) {
        const world = await dyingAt(diesAt, when, cancel);
        expect(world.esign.mails, `died ${when} call ${diesAt}`).toEqual(['env-1 invitation', 'env-1 void']);
        const { contracts } = await world.store.loadDealItems(DEAL_ID);
        expect(contracts.map(({ n, state }) => ({ n, state }))).toEqual([{ n: 1, state: 'voided' }]);
      }
    });
  }
});

describe('two workers on the same deal', () => {
  it('send one envelope, and the one that finds the lease taken asks to come back', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const outcomes = await Promise.allSettled([
      ensureContract(DEAL_ID, 't', world.parts()),
      ensureContract(DEAL_ID, 't', world.parts()),
      ensureContract(DEAL_ID, 't', world.parts()),
    ]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused.every((error) => isHubError(error, 'lease.held') || isHubError(error, 'store.contended'))).toBe(
      true,
    );
    await untilQuiet(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });
});
