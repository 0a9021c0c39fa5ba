import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/domain/contract.ts';
import { HubError } from '../../src/domain/errors.ts';
import type { EnvelopeSignal } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { testPolicy } from '../fakes/test-config.ts';

const MINUTE_MS = 60_000;

function look(world: MemoryWorld, parts: WorkerParts = world.parts()): Promise<void> {
  return ensureContract(DEAL_ID, 't', parts);
}

async function contractOf(world: MemoryWorld, n = 1): Promise<Contract> {
  const contract = await world.store.loadContract(DEAL_ID, n);
  if (contract === undefined) throw new Error(`no contract ${n}`);
  return contract;
}

/** The e-sign port with one method that answers otherwise. */
function withESign(world: MemoryWorld, changes: Partial<ReturnType<WorkerParts['esign']>>): WorkerParts {
  const port = { ...world.esign.port, ...changes };
  return { ...world.parts(), esign: () => port };
}

function setMode(world: MemoryWorld, mode: 'observe' | 'rehearse' | 'live'): void {
  const connections = world.config.current.connections.map((each) => ({ ...each, mode, rehearseTo: 'me@example.com' }));
  world.config.current = { ...world.config.current, connections };
}

function hear(world: MemoryWorld, changes: Partial<EnvelopeSignal>): Promise<string | undefined> {
  const signal: EnvelopeSignal = {
    v: 1,
    kind: 'envelope',
    id: `e/${JSON.stringify(changes)}`,
    connectionId: 'sign-main',
    envelopeId: 'env-1',
    contractRef: `${DEAL_ID}/1`,
    attemptKey: `${DEAL_ID}/1/1`,
    event: 'sent',
    atMs: world.clock.nowMs(),
    ...changes,
  };
  const origin = { deliveryId: 'd', traceId: 't', receivedAtMs: world.clock.nowMs() };
  return recordEnvelopeSignal(signal, origin, 1, world.parts());
}

const out = (world: MemoryWorld) => world.esign.envelopes.filter((each) => each.status === 'sent').length;

describe('an envelope that the provider does not find', () => {
  it('is not taken for void while somebody may sign it, and no other contract goes out', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await look(world);
    await world.enter('s5');
    await look(world, withESign(world, { readEnvelope: async () => undefined }));
    const contract = await contractOf(world);
    expect([contract.state, contract.hold?.code]).toEqual(['sent', 'contract.envelope-not-found']);
    await world.enter('s6');
    await look(world, withESign(world, { readEnvelope: async () => undefined }));
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });
});

describe('a mode that changes while a contract is under way', () => {
  it('stops a contract that was not sent yet, and says so', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    await world.enter('s6');
    await look(world);
    setMode(world, 'observe');
    const waiting = await contractOf(world);
    if (waiting.inputsHash === undefined) throw new Error('no draft');
    const approval = { inputsHash: waiting.inputsHash, atMs: world.clock.nowMs() };
    await world.store.saveContract({ ...waiting, state: 'drafted', approval });
    await look(world);
    expect(world.esign.mails).toEqual([]);
    const { standing } = await world.store.loadDealItems(DEAL_ID);
    expect(standing.map(({ reason }) => reason.code)).toContain('mode.observe');
  });

  it('voids nothing in mode observe', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await look(world);
    setMode(world, 'observe');
    await world.enter('s5');
    await look(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });

  it('does not mail the real customer about a contract that was planned live, once the mode is rehearse', async () => {
    const world = createMemoryWorld();
    const refusing = withESign(world, {
      createDraft: () => Promise.reject(new HubError('esign.rate-limited', 'later', { retry: { afterMs: 1000 } })),
    });
    await world.enter('s6');
    await expect(look(world, refusing)).rejects.toMatchObject({ code: 'esign.rate-limited' });
    setMode(world, 'rehearse');
    await look(world);
    expect(world.esign.envelopes).toEqual([]);
    setMode(world, 'live');
    await look(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });
});

describe('a CRM that shows yesterday', () => {
  it('is asked again instead of being believed once and for all', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's5' };
    await expect(look(world)).rejects.toMatchObject({ code: 'contract.looks-again', retry: { afterMs: 10_000 } });
    expect(world.inbox.bodies()).toHaveLength(1);
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's6' };
    await look(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });
});

describe('what others have to hear', () => {
  it('is said by the next look when the bus refused it', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const deaf = {
      ...world.parts(),
      bus: {
        publish: () => Promise.reject(new HubError('bus.unavailable', 'refused', { retry: { afterMs: 1000 } })),
      },
    };
    await expect(look(world, deaf)).rejects.toMatchObject({ code: 'bus.unavailable' });
    const before = world.bus.events.length;
    world.clock.advance(MINUTE_MS);
    await look(world);
    const said = world.bus.events
      .slice(before)
      .map(({ type, detail }) => [type, Reflect.get(detail, 'contractState'), detail.wants]);
    expect(said).toEqual([['contract.changed', 'sent', ['writes']]]);
    await look(world);
    expect(world.bus.events).toHaveLength(before + 1);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });

  it('reaches the deal owner when a recipient cannot be reached', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await look(world);
    const before = world.bus.events.length;
    await hear(world, { event: 'recipient-failed', recipientId: '1' });
    expect(world.bus.events.slice(before).map(({ detail }) => detail.wants)).toEqual([['writes']]);
    await ensureWrittenBack(DEAL_ID, 't', world.parts());
    expect(world.crm.tasks.map(({ ownerId, priority }) => [ownerId, priority])).toEqual([['501', 'high']]);
    expect(world.crm.tasks[0]?.body).toContain('could not be reached');
  });

  it('reaches a person when a foreign envelope claims to be this contract and is out', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await look(world);
    await hear(world, { event: 'sent', envelopeId: 'env-77', attemptKey: 'somebody-else' });
    const { standing } = await world.store.loadDealItems(DEAL_ID);
    const told = standing.find(({ subject }) => subject === 'contract/for/envelope-env-77');
    expect(told?.reason.code).toBe('envelope.not-ours');
    expect(told?.remedy).toContain('void there');
  });
});

describe('an error that trying again cannot mend', () => {
  const forbidden = new HubError('esign.forbidden', 'the user may not void envelopes', { retry: 'never' });

  it('holds the contract while voiding, and goes on once it is mended', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await look(world);
    await world.enter('s5');
    await look(world, withESign(world, { voidEnvelope: () => Promise.reject(forbidden) }));
    expect((await contractOf(world)).hold?.sentence).toBe('the user may not void envelopes');
    world.clock.advance(MINUTE_MS);
    await look(world);
    expect(world.esign.mails).toEqual(['env-1 invitation', 'env-1 void']);
    expect((await contractOf(world)).state).toBe('voided');
  });

  it('stands on the deal when it is the CRM that refuses, instead of ending in a dead-letter queue', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const dead = new HubError('crm.unauthorized', 'the grant was revoked', { retry: 'never' });
    const port = { ...world.crm.port, readDeal: () => Promise.reject(dead) };
    await look(world, { ...world.parts(), crm: () => port });
    const { standing } = await world.store.loadDealItems(DEAL_ID);
    expect(standing.map(({ reason }) => reason.sentence)).toContain(
      'no work on contracts is possible: the grant was revoked',
    );
    await look(world);
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });
});

describe('a deal that changes while its contract is under way', () => {
  const changeAmount = (world: MemoryWorld, amount: string) => {
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, amount };
  };

  it('is not sent with old data when the sending was put off', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    const limited = withESign(world, {
      sendDraft: () => Promise.reject(new HubError('esign.rate-limited', 'later', { retry: { afterMs: 1000 } })),
    });
    await expect(look(world, limited)).rejects.toMatchObject({ code: 'esign.rate-limited' });
    expect((await contractOf(world)).state).toBe('sending');
    changeAmount(world, '1.00');
    world.clock.advance(MINUTE_MS);
    await look(world);
    expect(world.esign.envelopes.map(({ status, spec }) => [status, spec.tabs['ContractValue']])).toEqual([
      ['deleted', '€120,000.00'],
      ['sent', '€1.00'],
    ]);
    expect(out(world)).toBe(1);
  });

  it('does not send a deleted draft when the change is taken back after the old draft was removed', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    await world.enter('s6');
    await look(world);
    const waiting = await contractOf(world);
    if (waiting.inputsHash === undefined) throw new Error('no draft');
    const approval = { inputsHash: waiting.inputsHash, atMs: world.clock.nowMs() };
    await world.store.saveContract({ ...waiting, state: 'drafted', approval });
    changeAmount(world, '1.00');
    const lost = new HubError('esign.unavailable', 'no answer', { retry: { afterMs: 1000 }, done: 'unknown' });
    const losing = withESign(world, {
      discardDraft: async (envelopeId) => {
        await world.esign.port.discardDraft(envelopeId);
        throw lost;
      },
    });
    await expect(look(world, losing)).rejects.toBeDefined();
    changeAmount(world, '120000.00');
    for (let wake = 0; wake < 4; wake += 1) {
      world.clock.advance(10 * MINUTE_MS);
      await look(world).catch(() => undefined);
    }
    // The approval was for exactly these inputs, so a third draft that says them again goes out.
    expect(world.esign.envelopes.map(({ status, spec }) => [status, spec.tabs['ContractValue']])).toEqual([
      ['deleted', '€120,000.00'],
      ['deleted', '€1.00'],
      ['sent', '€120,000.00'],
    ]);
    expect((await contractOf(world)).envelopeId).toBe('env-3');
    expect(world.esign.mails).toEqual(['env-3 invitation']);
  });

  it('is held after ten drafts when it changes at every read', async () => {
    const world = createMemoryWorld();
    let amount = 1000;
    const port = {
      ...world.crm.port,
      readDeal: async (recordId: string, properties: readonly string[]) => {
        amount += 1;
        changeAmount(world, `${amount}.00`);
        return world.crm.port.readDeal(recordId, properties);
      },
    };
    await world.enter('s6');
    for (let wake = 0; wake < 8; wake += 1) {
      world.clock.advance(10 * MINUTE_MS);
      await look(world, { ...world.parts(), crm: () => port }).catch(() => undefined);
    }
    const contract = await contractOf(world);
    expect(contract.hold?.code).toBe('contract.drafted-too-often');
    expect(contract.attempts).toHaveLength(10);
    expect(world.esign.envelopes).toHaveLength(10);
    expect(world.esign.mails).toEqual([]);
  });
});
