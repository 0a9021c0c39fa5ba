import { describe, expect, it } from 'vitest';
import { isHubError } from '../../src/domain/errors.ts';
import type { EnvelopeSignal } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { type Mortality, ProcessDied } from '../fakes/mortal.ts';
import { testPolicy } from '../fakes/test-config.ts';

const MINUTE_MS = 60_000;

async function hear(world: MemoryWorld, n: number, event: EnvelopeSignal['event']): Promise<void> {
  world.clock.advance(MINUTE_MS);
  const signal: EnvelopeSignal = {
    v: 1,
    kind: 'envelope',
    id: `e/env-${n}/${event}`,
    connectionId: 'sign-main',
    envelopeId: `env-${n}`,
    contractRef: `${DEAL_ID}/${n}`,
    attemptKey: `${DEAL_ID}/${n}/1`,
    event,
    atMs: world.clock.nowMs(),
  };
  await recordEnvelopeSignal(signal, { deliveryId: event, traceId: 't', receivedAtMs: signal.atMs }, 1, world.parts());
}

/** Contract 1 was declined, contract 2 is signed: fields, two files, the stage and a notice are owed. */
async function everythingOwed(): Promise<MemoryWorld> {
  const world = createMemoryWorld({ contracts: [testPolicy({ declined: 'renew' })] });
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  await hear(world, 1, 'declined');
  await ensureContract(DEAL_ID, 't', world.parts());
  await hear(world, 2, 'completed');
  world.clock.advance(Date.parse('2026-11-02T10:00:00Z') - world.clock.nowMs());
  return world;
}

/** The message comes back as its errors say. */
async function untilQuiet(world: MemoryWorld, epoch: string): Promise<void> {
  for (let receive = 0; receive < 40; receive += 1) {
    try {
      await ensureWrittenBack(DEAL_ID, 't', { ...world.parts(), epoch });
      return;
    } catch (error) {
      if (!isHubError(error) || error.retry === 'never') throw error;
      world.clock.advance(error.retry.afterMs);
    }
  }
  throw new Error('the write-back never came to rest');
}

async function dyingAt(diesAt: number, when: 'before' | 'after', nextEpoch: string): Promise<MemoryWorld> {
  const world = await everythingOwed();
  const mortality: Mortality = { calls: 0, diesAt, when, dead: false };
  const death = ensureWrittenBack(DEAL_ID, 't', { ...world.parts(mortality), epoch: 'first' });
  await expect(death).rejects.toBeInstanceOf(ProcessDied);
  await untilQuiet(world, nextEpoch);
  return world;
}

describe('a process that dies while it writes back to the CRM', () => {
  for (const when of ['before', 'after'] as const) {
    // The embedded hub frees its leases when it starts again: its next life comes at once. Elsewhere they run out.
    for (const [host, nextEpoch] of [
      ['an embedded hub', 'second'],
      ['a function', 'first'],
    ] as const) {
      it(`leaves everything written once, wherever it dies (${host}, ${when} a call takes effect)`, async () => {
        const counting: Mortality = { calls: 0, diesAt: 0, when, dead: false };
        const healthy = await everythingOwed();
        await ensureWrittenBack(DEAL_ID, 't', healthy.parts(counting));
        // Fields, a notice, two files and the stage, each with item, lease, intent and result.
        expect(counting.calls).toBeGreaterThan(40);
        for (let diesAt = 1; diesAt <= counting.calls; diesAt += 1) {
          const world = await dyingAt(diesAt, when, nextEpoch);
          const died = `died ${when} call ${diesAt}`;
          expect(world.crm.fields, died).toEqual({
            stagepost_contract_status: 'completed',
            stagepost_contract_envelope: 'env-2',
            stagepost_contract_sent_at: '2026-11-02T09:02:00.000Z',
            stagepost_contract_signed_at: '2026-11-02T09:03:00.000Z',
          });
          expect(world.crm.files.map(({ fileName }) => fileName).sort(), died).toEqual([
            'crm-main.42-contract-2-certificate.pdf',
            'crm-main.42-contract-2-signed-document.pdf',
          ]);
          expect(world.crm.stageWrites, died).toEqual(['s7']);
          expect(
            world.crm.tasks.map(({ title }) => title),
            died,
          ).toEqual(['Contract 1 was declined: 42']);
          const { writes } = await world.store.loadDealItems(DEAL_ID);
          expect(writes.map(({ key, state, lease }) => [key, state, lease]).sort(), died).toEqual([
            ['fields', 'done', undefined],
            ['file/contract-2/certificate', 'done', undefined],
            ['file/contract-2/signed-document', 'done', undefined],
            ['notice/contract-1/declined', 'done', undefined],
            ['stage/contract-2', 'done', undefined],
          ]);
          // Whatever died, the advanced stage was told to the record.
          expect(
            world.inbox.bodies().some((body) => JSON.parse(body)['source'] === 'stage-write'),
            died,
          ).toBe(true);
        }
      });
    }
  }
});
