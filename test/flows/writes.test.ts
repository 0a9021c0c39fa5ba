import { describe, expect, it } from 'vitest';
import { HubError } from '../../src/domain/errors.ts';
import type { EnvelopeSignal } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { BEN } from '../fakes/fake-crm.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { testConfig, testPolicy } from '../fakes/test-config.ts';

const MINUTE_MS = 60_000;

function look(world: MemoryWorld, parts: WorkerParts = world.parts()): Promise<void> {
  return ensureWrittenBack(DEAL_ID, 't', parts);
}

/** The CRM with some methods that answer otherwise. */
function withCrm(world: MemoryWorld, changes: Partial<ReturnType<WorkerParts['crm']>>): WorkerParts {
  const port = { ...world.crm.port, ...changes };
  return { ...world.parts(), crm: () => port };
}

async function hear(world: MemoryWorld, event: EnvelopeSignal['event'], n = 1): Promise<void> {
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

/** A deal in procurement whose contract is out, or signed. */
async function withContract(event?: 'delivered' | 'completed', world = createMemoryWorld()): Promise<MemoryWorld> {
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  if (event !== undefined) await hear(world, event);
  return world;
}

function setModes(world: MemoryWorld, mode: 'observe' | 'rehearse' | 'live'): void {
  const connections = world.config.current.connections.map((each) => ({
    ...each,
    mode,
    rehearseTo: 'ben@example.com',
  }));
  world.config.current = { ...world.config.current, version: world.config.current.version + 1, connections };
}

const titles = (world: MemoryWorld) => world.crm.tasks.map(({ title }) => title);

async function decisionOn(world: MemoryWorld, subject: string) {
  const { standing } = await world.store.loadDealItems(DEAL_ID);
  return standing.find((decision) => decision.subject === subject);
}

describe('two writers', () => {
  it('do not let the one that read first have the last word about the fields', async () => {
    const world = await withContract('delivered');
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const parts = world.parts();
    // The first writer has read the deal, and takes its lease only after the second one is through.
    const slow: WorkerParts = {
      ...parts,
      store: {
        ...world.store,
        loadWrite: async (dealId, key) => {
          await gate;
          return world.store.loadWrite(dealId, key);
        },
      },
    };
    const first = look(world, slow);
    await hear(world, 'completed');
    await look(world);
    expect(world.crm.fields['stagepost_contract_status']).toBe('completed');
    open();
    await first;
    expect(world.crm.fields['stagepost_contract_status']).toBe('completed');
  });
});

describe('notices', () => {
  it('tell of a hold once, and of the same hold again once it was mended and came back', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    const complete = world.crm.deal;
    if (complete === undefined) throw new Error('no deal');
    const turn = async (stageId: string, contacts: typeof complete.contacts) => {
      world.crm.deal = { ...complete, contacts };
      await world.enter(stageId);
      await ensureContract(DEAL_ID, 't', world.parts());
      await look(world);
      await look(world);
    };
    await turn('s6', []);
    expect(titles(world)).toEqual(['Contract 1 is held: 42']);
    await turn('s6', complete.contacts);
    expect(titles(world)).toEqual(['Contract 1 is held: 42', 'Contract 1 waits for approval: 42']);
    const waiting = await world.store.loadContract(DEAL_ID, 1);
    if (waiting?.inputsHash === undefined) throw new Error('no draft');
    const approval = { inputsHash: waiting.inputsHash, atMs: world.clock.nowMs() };
    await world.store.saveContract({ ...waiting, state: 'drafted', approval });
    await turn('s6', []);
    expect(titles(world)).toEqual([
      'Contract 1 is held: 42',
      'Contract 1 waits for approval: 42',
      'Contract 1 is held: 42',
    ]);
  });

  it('ask for approval of another draft again', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    await withContract(undefined, world);
    await look(world);
    const waiting = await world.store.loadContract(DEAL_ID, 1);
    if (waiting?.inputsHash === undefined) throw new Error('no draft');
    const approval = { inputsHash: waiting.inputsHash, atMs: world.clock.nowMs() };
    await world.store.saveContract({ ...waiting, state: 'drafted', approval });
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, amount: '99.00' };
    await ensureContract(DEAL_ID, 't', world.parts());
    await look(world);
    await look(world);
    expect(titles(world)).toEqual(['Contract 1 waits for approval: 42', 'Contract 1 waits for approval: 42']);
  });

  it('tell the owner, once, of a stage that was left alone because the deal is elsewhere', async () => {
    const world = await withContract('completed');
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's8' };
    await look(world);
    world.clock.advance(MINUTE_MS);
    await look(world);
    expect(world.crm.tasks.map(({ title, body, ownerId }) => [title, body, ownerId])).toEqual([
      [
        'Not written to the CRM: 42',
        "Contract 1 is signed, but the deal is now in management (s8), not in procurement (s6) where the contract was sent; the CRM's stage was left alone. What to do: move the deal to implementation (s7) in the CRM if that is right.",
        '501',
      ],
    ]);
  });

  it('tell of an open contract on the record into which its deal was merged', async () => {
    const world = await withContract();
    await look(world);
    const enteredAtMs = world.clock.nowMs();
    const known = {
      v: 1,
      kind: 'transition',
      id: 't/99',
      connectionId: 'crm-main',
      recordId: '99',
      pipelineId: 'main',
      stageId: 's1',
      enteredAtMs,
      granularityMs: 1,
    } as const;
    await recordCrmSignals([known], { deliveryId: 'd0', traceId: 't0', receivedAtMs: enteredAtMs }, world.parts());
    const merged = {
      v: 1,
      kind: 'lifecycle',
      id: 'l/1',
      connectionId: 'crm-main',
      recordId: '42',
      what: 'merged',
      atMs: world.clock.nowMs(),
      intoRecordId: '99',
    } as const;
    await recordCrmSignals([merged], { deliveryId: 'd', traceId: 't', receivedAtMs: merged.atMs }, world.parts());
    const records: string[] = [];
    const parts = withCrm(world, {
      createTask: (recordId, task) => {
        records.push(recordId);
        return world.crm.port.createTask(recordId, task);
      },
    });
    await look(world, parts);
    await look(world, parts);
    expect([records, titles(world)]).toEqual([['99'], ['Contract 1 of a merged deal: 42']]);
  });

  it('tell of a stage that nobody mapped before procurement is missed', async () => {
    const world = createMemoryWorld();
    await world.enter('sX');
    expect(world.bus.events.map(({ detail }) => detail.wants)).toEqual([['contract', 'writes', 'refresh']]);
    await ensureContract(DEAL_ID, 't', world.parts());
    await look(world);
    await look(world);
    expect(world.crm.tasks.map(({ title, body }) => [title, body])).toEqual([
      [
        'Waiting for you: 42',
        'The deal is in CRM stage sX, which was not mapped when it was entered; no effects until it is. What to do: CRM stage sX is not mapped; add "sX: <stage>" to "stages:" of pipeline main (connection crm-main) under "pipelines:" in the configuration.',
      ],
    ]);
  });
});

describe('a task for a person whose creation nobody confirmed', () => {
  /** A CRM that shows a new task by the deal's associations only after nine seconds, and a process that dies. */
  function lateCrm(world: MemoryWorld, afterCreating?: () => never): WorkerParts {
    const born = new Map<string, number>();
    return withCrm(world, {
      createTask: async (recordId, task) => {
        const created = await world.crm.port.createTask(recordId, task);
        born.set(created.id, world.clock.nowMs());
        return afterCreating === undefined ? created : afterCreating();
      },
      findTasks: async (recordId, keys) =>
        (await world.crm.port.findTasks(recordId, keys)).filter(
          ({ id }) => world.clock.nowMs() - (born.get(id) ?? START_OF_ANOTHER_LIFE_MS) >= 9_000,
        ),
    });
  }
  const START_OF_ANOTHER_LIFE_MS = Date.parse('2026-11-02T09:02:00Z');

  it('is not made twice by a hub that was killed and is there again at once', async () => {
    const world = await withContract();
    await hear(world, 'declined');
    world.clock.advance(START_OF_ANOTHER_LIFE_MS - world.clock.nowMs());
    const dead = lateCrm(world, () => {
      throw new Error('killed');
    });
    await expect(look(world, { ...dead, epoch: 'first' })).rejects.toThrow('killed');
    world.clock.advance(3_000);
    const living = lateCrm(world);
    await expect(look(world, { ...living, epoch: 'second' })).rejects.toMatchObject({
      code: 'write.outcome-unknown',
      // The longest call (15 s) and the time to show it (10 s), from when the call began.
      retry: { afterMs: 22_000 },
    });
    world.clock.advance(22_000);
    await look(world, { ...living, epoch: 'second' });
    expect(titles(world)).toEqual(['Contract 1 was declined: 42']);
  });

  it('keeps nobody waiting who only writes fields again', async () => {
    const world = await withContract();
    const dead = withCrm(world, { writeFields: () => Promise.reject(new Error('killed')) });
    await expect(look(world, { ...dead, epoch: 'first' })).rejects.toThrow('killed');
    await look(world, { ...world.parts(), epoch: 'second' });
    expect(world.crm.fields['stagepost_contract_status']).toBe('sent');
  });

  it('is tried again at once after a definite refusal', async () => {
    const world = await withContract();
    await hear(world, 'declined');
    const limited = new HubError('crm.rate-limited', 'later', { retry: { afterMs: 1_000 } });
    await expect(look(world, withCrm(world, { createTask: () => Promise.reject(limited) }))).rejects.toBe(limited);
    await look(world);
    expect(titles(world)).toEqual(['Contract 1 was declined: 42']);
  });
});

describe('a rehearsal', () => {
  it('leaves stage and files of the real deal alone, and tells only the rehearsing person', async () => {
    const world = createMemoryWorld();
    setModes(world, 'rehearse');
    await withContract('completed', world);
    await look(world);
    expect([world.crm.stageWrites, world.crm.files]).toEqual([[], []]);
    expect((await decisionOn(world, 'write/stage/contract-1'))?.reason).toEqual({
      code: 'mode.rehearse',
      sentence:
        'would advance the deal from CRM stage s6 to s7 (contract 1 is signed since 2 November 2026); the stage is left alone in a rehearsal',
    });
  });

  it('gives its notices to the rehearsing person', async () => {
    const world = createMemoryWorld();
    setModes(world, 'rehearse');
    await withContract(undefined, world);
    await hear(world, 'declined');
    await look(world);
    expect(world.crm.tasks.map(({ title, ownerId }) => [title, ownerId])).toEqual([
      ['Contract 1 was declined: 42', BEN.id],
    ]);
  });

  it('does not stand in the way of the real contract once the connections are live', async () => {
    const world = createMemoryWorld();
    setModes(world, 'rehearse');
    await withContract('completed', world);
    await look(world);
    expect(world.crm.fields['stagepost_contract_status']).toBe('completed');
    setModes(world, 'live');
    await look(world);
    expect(world.crm.fields['stagepost_contract_status']).toBe('');
    await ensureContract(DEAL_ID, 't', world.parts());
    const { contracts } = await world.store.loadDealItems(DEAL_ID);
    expect(contracts.map(({ n, state, mode }) => `${n} ${state} ${mode}`)).toEqual([
      '1 completed rehearse',
      '2 sent live',
    ]);
    await look(world);
    expect(world.crm.fields['stagepost_contract_status']).toBe('sent');
  });
});

describe('mode observe, set while something is owed', () => {
  it('writes nothing, and says what it would write', async () => {
    const world = await withContract('completed');
    setModes(world, 'observe');
    await look(world);
    expect([world.crm.fields, world.crm.stageWrites, world.crm.files]).toEqual([{}, [], []]);
    expect((await decisionOn(world, 'write/stage/contract-1'))?.reason.sentence).toBe(
      'would write to the CRM (stage/contract-1): contract 1 is signed since 2 November 2026: the deal advances from CRM stage s6 to s7; nothing is written in mode observe',
    );
  });
});

describe('a CRM that is closed to us', () => {
  it('stands on the deal with what to do, instead of in the dead-letter queue, until it answers again', async () => {
    const world = await withContract('completed');
    const parts: WorkerParts = {
      ...world.parts(),
      crm: () => {
        throw new HubError('crm.settings', 'settings of connection crm-main: portalId is missing; correct them', {
          retry: 'never',
        });
      },
    };
    await look(world, parts);
    expect(await decisionOn(world, 'crm/writes')).toMatchObject({
      reason: {
        code: 'crm.settings',
        sentence:
          'no work on what the CRM has to be told is possible: settings of connection crm-main: portalId is missing; correct them',
      },
      remedy: 'mend the cause, then `npx stagepost retry` the deal',
    });
    await look(world);
    const mended = await decisionOn(world, 'crm/writes');
    expect([mended?.reason.code, mended?.remedy]).toEqual(['crm.answers', undefined]);
    expect(world.crm.stageWrites).toEqual(['s7']);
  });

  it('leaves trouble of the hub itself to its operator', async () => {
    const world = await withContract('completed');
    const broken = new HubError('store.format-unknown', 'a newer hub wrote this', { retry: 'never' });
    const parts = { ...world.parts(), store: { ...world.store, loadDealItems: () => Promise.reject(broken) } };
    await expect(look(world, parts)).rejects.toBe(broken);
  });

  it('holds what it refuses for good under one and the same hold, however often it is tried', async () => {
    const world = await withContract();
    const refused = new HubError('crm.refused', 'no such field', { retry: 'never' });
    const parts = withCrm(world, { writeFields: () => Promise.reject(refused) });
    await look(world, parts);
    const sinceMs = (await world.store.loadWrite(DEAL_ID, 'fields'))?.hold?.sinceMs;
    world.clock.advance(MINUTE_MS);
    await look(world, parts);
    expect((await world.store.loadWrite(DEAL_ID, 'fields'))?.hold?.sinceMs).toBe(sinceMs);
    expect(titles(world)).toEqual(['Not written to the CRM: 42']);
    await look(world);
    expect(await world.store.loadWrite(DEAL_ID, 'fields')).toMatchObject({ state: 'done', mode: 'live' });
    expect((await world.store.loadWrite(DEAL_ID, 'fields'))?.hold).toBeUndefined();
  });
});

it('feeds a stage back that an earlier process wrote and could not tell of', async () => {
  const world = await withContract('completed', createMemoryWorld(testConfig()));
  if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's7' };
  await look(world);
  expect(world.crm.stageWrites).toEqual([]);
  expect(world.inbox.bodies().map((body) => JSON.parse(body)['source'])).toEqual(['stage-write']);
});
