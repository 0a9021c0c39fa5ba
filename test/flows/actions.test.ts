import { describe, expect, it } from 'vitest';
import type { ActionParts } from '../../src/actions/action-parts.ts';
import { createActions } from '../../src/actions/create-actions.ts';
import { HubError } from '../../src/domain/errors.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import type { QuarantineEntry } from '../../src/store/quarantine.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';
import { testConfig, testPolicy } from '../fakes/test-config.ts';

const ALL_WORKERS = ['send-contract-hubspot', 'start-onboarding-hubspot', 'write-back-hubspot', 'refresh-hubspot'];

/** Actions on a world, and the names of the queues that they sent to. */
function actionsOn(world: MemoryWorld, onSend: () => Promise<unknown> = async () => {}) {
  const sent: string[] = [];
  const queue = { refuses: false };
  let ids = 0;
  const parts: ActionParts = {
    store: world.store,
    files: world.files,
    clock: world.clock,
    config: async () => world.config.current,
    newId: () => `a-${++ids}`,
    queueNamed: (name) => ({
      async send() {
        if (queue.refuses) throw new HubError('queue.unavailable', 'no', { retry: { afterMs: 1000 } });
        sent.push(name);
        await onSend();
      },
      changeVisibility: async () => {},
    }),
  };
  return { act: createActions(parts), sent, queue };
}

async function awaitingApproval() {
  const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  const contract = await world.store.loadContract(DEAL_ID, 1);
  if (contract?.inputsHash === undefined) throw new Error('no draft');
  return { world, hash: contract.inputsHash, ...actionsOn(world) };
}

async function sentences(world: MemoryWorld) {
  return (await world.store.loadDealItems(DEAL_ID)).decisions.map(({ reason }) => reason.sentence);
}

describe('approving a contract', () => {
  it('lets the draft go that was shown, and says who did it', async () => {
    const { world, hash, act, sent } = await awaitingApproval();
    expect(await act.approve(DEAL_ID, 1, hash, 'Ada')).toEqual({
      ok: true,
      sentence: 'contract 1 is approved and goes out now',
    });
    expect(sent).toEqual(ALL_WORKERS);
    expect(await sentences(world)).toContain('Ada approved contract 1');
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(world.esign.mails).toEqual(['env-1 invitation']);
  });

  it('refuses a draft that is not the one that was shown', async () => {
    const { world, hash, act, sent } = await awaitingApproval();
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, amount: '1.00' };
    await act.approve(DEAL_ID, 1, hash, 'Ada');
    await ensureContract(DEAL_ID, 't', world.parts());
    sent.length = 0;
    expect(await act.approve(DEAL_ID, 1, hash, 'Ben')).toEqual({
      ok: false,
      code: 'contract.changed',
      sentence: 'contract 1 says something else now than what was shown; look at it again and approve that',
    });
    await ensureContract(DEAL_ID, 't', world.parts());
    expect([sent, world.esign.mails]).toEqual([[], []]);
  });

  it('wakes the workers again when the first click died before it did', async () => {
    const { hash, act, sent, queue } = await awaitingApproval();
    queue.refuses = true;
    await expect(act.approve(DEAL_ID, 1, hash, 'Ada')).rejects.toMatchObject({ code: 'queue.unavailable' });
    queue.refuses = false;
    expect(await act.approve(DEAL_ID, 1, hash, 'Ada')).toEqual({
      ok: true,
      sentence: 'contract 1 was approved before; every worker looks at crm-main.42 again now',
    });
    expect(sent).toEqual(ALL_WORKERS);
  });

  it.each([
    [1, 'contract.not-awaiting', 'contract 1 is sent; only one that awaits approval can be approved'],
    [2, 'contract.unknown', 'deal crm-main.42 has no contract 2'],
  ])('says why contract %i cannot be approved', async (n, code, sentence) => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(await actionsOn(world).act.approve(DEAL_ID, n, 'h', 'Ada')).toEqual({ ok: false, code, sentence });
  });
});

describe('voiding a contract', () => {
  it('voids the envelope that is out, for the reason that was given, and sends no other one', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    await ensureContract(DEAL_ID, 't', world.parts());
    const { act, sent } = actionsOn(world);
    expect(await act.void(DEAL_ID, 1, ' wrong price list ', 'Ada')).toEqual({
      ok: true,
      sentence: 'contract 1 is voided now',
    });
    expect((await world.store.loadContract(DEAL_ID, 1))?.voiding?.reason).toEqual({
      code: 'action.void',
      sentence: 'wrong price list',
      facts: { by: 'Ada' },
    });
    expect(sent).toEqual(ALL_WORKERS);
    expect(await sentences(world)).toContain('Ada voids contract 1: wrong price list');
    await ensureContract(DEAL_ID, 't', world.parts());
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(world.esign.mails).toEqual(['env-1 invitation', 'env-1 void']);
    expect(world.esign.envelopes.map(({ status, reason }) => [status, reason])).toEqual([
      ['voided', 'wrong price list'],
    ]);
  });

  it('removes a draft that waits for approval', async () => {
    const { world, act } = await awaitingApproval();
    await act.void(DEAL_ID, 1, 'not now', 'Ada');
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(world.esign.envelopes.map(({ status }) => status)).toEqual(['deleted']);
    expect([(await world.store.loadContract(DEAL_ID, 1))?.state, world.esign.mails]).toEqual(['voided', []]);
  });

  it('wakes the workers again when it is being voided already', async () => {
    const { act, sent, queue } = await awaitingApproval();
    queue.refuses = true;
    await expect(act.void(DEAL_ID, 1, 'not now', 'Ada')).rejects.toMatchObject({ code: 'queue.unavailable' });
    queue.refuses = false;
    expect(await act.void(DEAL_ID, 1, 'not now', 'Ada')).toMatchObject({ ok: true });
    expect(sent).toEqual(ALL_WORKERS);
  });

  it.each([
    [1, '  ', 'reason.wrong', 'give a reason of 1 to 200 letters; whoever was asked to sign reads it'],
    [1, 'x'.repeat(201), 'reason.wrong', 'give a reason of 1 to 200 letters; whoever was asked to sign reads it'],
    [2, 'not now', 'contract.unknown', 'deal crm-main.42 has no contract 2'],
  ])('says why contract %i cannot be voided for "%s"', async (n, reason, code, sentence) => {
    const { act } = await awaitingApproval();
    expect(await act.void(DEAL_ID, n, reason, 'Ada')).toEqual({ ok: false, code, sentence });
  });

  it('leaves alone what has ended', async () => {
    const { world, act } = await awaitingApproval();
    await act.void(DEAL_ID, 1, 'not now', 'Ada');
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(await act.void(DEAL_ID, 1, 'again', 'Ada')).toEqual({
      ok: false,
      code: 'contract.ended',
      sentence: 'contract 1 is voided; only one that is under way can be voided',
    });
  });
});

describe('mapping the history of a deal again', () => {
  async function mappedLate() {
    const world = createMemoryWorld();
    await world.enter('s99');
    const [pipeline] = testConfig().pipelines;
    if (pipeline === undefined) throw new Error('no pipeline');
    const stages = { ...pipeline.stages, s99: 'procurement' } as const;
    world.config.current = testConfig({ version: 2, pipelines: [{ ...pipeline, stages }] });
    return { world, ...actionsOn(world) };
  }

  const change = {
    transitionId: 't/crm-main/42/s99/1793610060000',
    stageId: 's99',
    from: 'unknown',
    to: 'procurement',
  };

  it('shows first what would change, and changes nothing', async () => {
    const { world, act, sent } = await mappedLate();
    expect(await act.previewRemap(DEAL_ID)).toEqual({
      ok: true,
      sentence: 'under configuration 2 1 transition would mean something else; nothing is changed yet',
      changes: [change],
    });
    expect([(await world.store.loadDeal(DEAL_ID))?.version, sent]).toEqual([1, []]);
  });

  it('saves it, says so on the timeline, and has what follows from it done', async () => {
    const { world, act, sent } = await mappedLate();
    expect(await act.remap(DEAL_ID, 'Ada')).toEqual({
      ok: true,
      sentence: '1 transition mapped again; every worker looks at crm-main.42 again now',
      changes: [change],
    });
    expect(sent).toEqual(ALL_WORKERS);
    expect(await sentences(world)).toContain(
      'Ada had the history mapped again under configuration 2: s99 unknown to procurement',
    );
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(world.esign.mails).toEqual(['env-1 invitation']);
    expect(await act.previewRemap(DEAL_ID)).toEqual({
      ok: true,
      sentence: 'the history means the same under configuration 2',
      changes: [],
    });
  });

  it('wakes the workers again when it is done already', async () => {
    const { world, act, sent, queue } = await mappedLate();
    queue.refuses = true;
    await expect(act.remap(DEAL_ID, 'Ada')).rejects.toMatchObject({ code: 'queue.unavailable' });
    queue.refuses = false;
    const before = (await world.store.loadDeal(DEAL_ID))?.version;
    expect(await act.remap(DEAL_ID, 'Ada')).toMatchObject({ ok: true, changes: [] });
    expect([(await world.store.loadDeal(DEAL_ID))?.version, sent]).toEqual([before, ALL_WORKERS]);
  });

  it('does not read a deal under an older configuration than it was recorded with', async () => {
    const { world, act } = await mappedLate();
    await act.remap(DEAL_ID, 'Ada');
    world.config.current = testConfig();
    expect(await act.remap(DEAL_ID, 'Ada')).toMatchObject({ ok: false, code: 'config.outdated' });
  });

  it('says that there is no such deal', async () => {
    const { act } = await mappedLate();
    expect(await act.previewRemap('crm-main.1')).toEqual({
      ok: false,
      code: 'deal.unknown',
      sentence: 'no deal "crm-main.1"; `npx stagepost deals` lists them',
    });
  });
});

describe('replaying what is in quarantine', () => {
  const entry: QuarantineEntry = {
    v: 1,
    id: 'd-1.1',
    deliveryId: 'd-1',
    connectionId: 'crm-main',
    provider: 'test',
    atMs: START_MS,
    code: 'account.unknown',
    sentence: 'portal 1 is not configured',
    index: 0,
    excerpt: '',
    delivery: {
      v: 1,
      kind: 'delivery',
      deliveryId: 'd-1',
      provider: 'test',
      connectionId: 'crm-main',
      receivedAtMs: START_MS,
      traceId: 't',
      headers: {},
      bodyBase64: 'e30=',
    },
  };

  it('closes the entry, and leaves it open when the inbox does not take the delivery', async () => {
    const world = createMemoryWorld();
    await world.store.putQuarantine(entry);
    const { act, sent, queue } = actionsOn(world);
    queue.refuses = true;
    await expect(act.replay('d-1.1', 'Ada')).rejects.toMatchObject({ code: 'queue.unavailable' });
    expect(await world.store.loadQuarantine('d-1.1')).toEqual(entry);
    queue.refuses = false;
    expect(await act.replay('d-1.1', 'Ada')).toMatchObject({ ok: true });
    expect(sent).toEqual(['inbox']);
    expect((await world.store.loadQuarantine('d-1.1'))?.resolvedBy).toBe('Ada');
  });

  it('says that the body is gone, and why, instead of closing the entry', async () => {
    const world = createMemoryWorld();
    await world.store.putQuarantine(entry);
    await world.store.putQuarantine({ ...entry, id: 'd-1.2' });
    const { delivery: _, ...large } = entry;
    await world.store.putQuarantine({ ...large, id: 'd-1.3', fileKey: 'quarantine/d-1.json' });
    await world.store.removeQuarantineBody('d-1.2');
    const { act, sent } = actionsOn(world);
    const gone = (id: string, why: string) => ({
      ok: false,
      code: 'quarantine.body-gone',
      sentence: `the body of ${id} is gone: ${why}; reconcile reads at the provider what it may have said`,
    });
    const removed = 'it was removed because it spoke of a person who asked for that';
    const over = 'what came in is kept for 30 days, and they are over';
    expect(await act.replay('d-1.2', 'Ada')).toEqual(gone('d-1.2', removed));
    // The bucket is ahead of the table.
    expect(await act.replay('d-1.3', 'Ada')).toEqual(gone('d-1.3', over));
    world.clock.advance(30 * 86_400_000);
    expect(await act.replay('d-1.1', 'Ada')).toEqual(gone('d-1.1', over));
    expect(sent).toEqual([]);
    expect((await world.store.loadQuarantine('d-1.1'))?.resolvedAtMs).toBeUndefined();
  });

  it('leaves an entry open that failed again before the replay was over', async () => {
    const world = createMemoryWorld();
    await world.store.putQuarantine(entry);
    const { act } = actionsOn(world, () => world.store.putQuarantine(entry));
    expect(await act.replay('d-1.1', 'Ada')).toMatchObject({ ok: true });
    expect((await world.store.loadQuarantine('d-1.1'))?.resolvedAtMs).toBeUndefined();
  });
});
