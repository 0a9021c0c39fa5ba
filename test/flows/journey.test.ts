import { describe, expect, it } from 'vitest';
import { approveContract } from '../../src/actions/approve-contract.ts';
import type { EnvelopeSignal } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { testPolicy } from '../fakes/test-config.ts';

function envelopeSignal(world: MemoryWorld, event: EnvelopeSignal['event'], envelopeId = 'env-1'): EnvelopeSignal {
  return {
    v: 1,
    kind: 'envelope',
    id: `e/sign-main/${envelopeId}/${event}/-`,
    connectionId: 'sign-main',
    envelopeId,
    contractRef: `${DEAL_ID}/1`,
    attemptKey: `${DEAL_ID}/1/1`,
    event,
    atMs: world.clock.nowMs(),
  };
}

async function hear(world: MemoryWorld, event: EnvelopeSignal['event']): Promise<void> {
  world.clock.advance(60_000);
  const origin = { deliveryId: `d-${event}`, traceId: 't', receivedAtMs: world.clock.nowMs() };
  await recordEnvelopeSignal(envelopeSignal(world, event), origin, 1, world.parts());
}

async function work(world: MemoryWorld): Promise<void> {
  await ensureContract(DEAL_ID, 't', world.parts());
  await ensurePlans(DEAL_ID, 't', world.parts());
  await ensureWrittenBack(DEAL_ID, 't', world.parts());
}

function approve(world: MemoryWorld) {
  return approveContract(DEAL_ID, 1, 'Dmitri', {
    store: world.store,
    files: world.files,
    clock: world.clock,
    config: async () => world.config.current,
    newId: () => 'id',
    queueNamed: () => world.inbox,
  });
}

describe('the journey on ports', () => {
  it('goes from procurement to a signed contract, an advanced stage and owned tasks', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await work(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
    expect(world.esign.envelopes[0]?.spec).toMatchObject({
      contractRef: 'crm-main.42/1',
      attemptKey: 'crm-main.42/1/1',
      subject: 'Contract for Northwind rollout',
      notifyUrl: 'https://hub.example.com/webhooks/docusign/sign-main',
      expiresAfterDays: 30,
    });
    expect(
      world.esign.envelopes[0]?.spec.recipients.map(({ role, email, routingOrder }) => [role, email, routingOrder]),
    ).toEqual([
      ['legal', 'dmitri@example.com', 1],
      ['customer-signer', 'nora@northwind.example', 2],
    ]);

    await hear(world, 'completed');
    await work(world);
    expect(world.crm.stageWrites).toEqual(['s7']);
    expect(world.crm.files.map(({ fileName }) => fileName).sort()).toEqual([
      'crm-main.42-contract-1-certificate.pdf',
      'crm-main.42-contract-1-signed-document.pdf',
    ]);
    expect(world.crm.fields['stagepost_contract_status']).toBe('completed');
    expect(world.crm.tasks).toEqual([]);

    await world.enter('s7');
    await work(world);
    await work(world);
    expect(world.crm.tasks.map(({ title, ownerId }) => [title, ownerId])).toEqual([
      ['Kick off Northwind rollout', '502'],
      ['Train the team', '501'],
    ]);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });

  it('voids once when the deal goes back, and sends contract 2 when it returns', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await work(world);
    await world.enter('s5');
    await work(world);
    expect(world.esign.mails).toEqual(['env-1 invitation', 'env-1 void']);
    await world.enter('s6');
    await work(world);
    await work(world);
    expect(world.esign.mails).toEqual(['env-1 invitation', 'env-1 void', 'env-2 invitation']);
    const { contracts } = await world.store.loadDealItems(DEAL_ID);
    expect(contracts.map(({ n, state }) => `${n} ${state}`)).toEqual(['1 voided', '2 sent']);
  });

  it('sends nothing when the deal only came back for a moment before the worker looked', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await world.enter('s5');
    await work(world);
    expect(world.esign.envelopes).toEqual([]);
  });

  it('holds the contract with a sentence when nobody may sign, and sends it once the label is there', async () => {
    const world = createMemoryWorld();
    const complete = world.crm.deal;
    if (complete === undefined) throw new Error('no deal');
    world.crm.deal = { ...complete, contacts: [] };
    await world.enter('s6');
    await work(world);
    const held = await world.store.loadContract(DEAL_ID, 1);
    expect(held?.state).toBe('planned');
    expect(held?.hold?.sentence).toContain('Contract signer');
    expect(world.crm.tasks).toHaveLength(1);
    expect(world.esign.envelopes).toEqual([]);

    world.crm.deal = { ...complete, stageId: 's6' };
    await work(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
    expect((await world.store.loadContract(DEAL_ID, 1))?.hold).toBeUndefined();
  });

  it('asks for another approval, of another draft, when the amount changed after the first one was made', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    await world.enter('s6');
    await work(world);
    expect((await world.store.loadContract(DEAL_ID, 1))?.state).toBe('awaiting-approval');
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, amount: '130000.00' };
    expect((await approve(world)).ok).toBe(true);
    await work(world);
    expect(world.esign.envelopes.map(({ status, spec }) => [status, spec.tabs['ContractValue']])).toEqual([
      ['deleted', '€120,000.00'],
      ['created', '€130,000.00'],
    ]);
    expect((await world.store.loadContract(DEAL_ID, 1))?.state).toBe('awaiting-approval');
    expect(world.esign.mails).toEqual([]);
    await approve(world);
    await work(world);
    expect(world.esign.mails).toEqual(['env-2 invitation']);
  });

  it('does nothing outside in mode observe, and says what it would have done', async () => {
    const world = createMemoryWorld();
    const [crm, esign] = world.config.current.connections;
    if (crm === undefined || esign === undefined) throw new Error('no connections');
    world.config.current = { ...world.config.current, connections: [{ ...crm, mode: 'observe' }, esign] };
    await world.enter('s6');
    await work(world);
    await world.enter('s7');
    await work(world);
    expect([world.esign.envelopes, world.crm.tasks, world.crm.files, world.crm.stageWrites, world.crm.fields]).toEqual([
      [],
      [],
      [],
      [],
      {},
    ]);
    const { decisions } = await world.store.loadDealItems(DEAL_ID);
    const told = decisions.filter(({ reason }) => reason.code === 'mode.observe').map(({ reason }) => reason.sentence);
    expect(
      told.some((sentence) => sentence.includes('"Contract for Northwind rollout" to Dmitri (legal), then Nora')),
    ).toBe(true);
  });

  it('publishes a repeated envelope event once, unless the process died before it was published', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await work(world);
    await hear(world, 'delivered');
    const before = world.bus.events.length;
    await hear(world, 'delivered');
    expect(world.bus.events).toHaveLength(before);
    const dying = { ...world.parts(), bus: { publish: () => Promise.reject(new Error('killed')) } };
    const origin = { deliveryId: 'd', traceId: 't', receivedAtMs: world.clock.nowMs() };
    const completed = envelopeSignal(world, 'completed');
    await expect(recordEnvelopeSignal(completed, origin, 1, dying)).rejects.toThrow('killed');
    await recordEnvelopeSignal(completed, origin, 2, world.parts());
    expect(world.bus.events.slice(before).map(({ detail }) => detail.wants)).toEqual([['contract', 'plans', 'writes']]);
  });

  it('leaves the stage alone when a person moved the deal while the contract was out', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await work(world);
    await world.enter('s8');
    await hear(world, 'completed');
    await work(world);
    expect(world.crm.stageWrites).toEqual([]);
    const write = await world.store.loadWrite(DEAL_ID, 'stage/contract-1');
    expect(write?.state).toBe('held');
    expect(write?.hold?.sentence).toContain('management (s8)');
  });
});
