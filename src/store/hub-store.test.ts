import { beforeEach, describe, expect, it } from 'vitest';
import type { Contract } from '../domain/contract.ts';
import type { Deal } from '../domain/deal.ts';
import type { Decision, Plan, Task, WriteBack } from '../domain/plan.ts';
import type { Stage } from '../domain/stages.ts';
import { createFaultyTable } from './faulty-table.ts';
import { createHubStore, type HubStore } from './hub-store.ts';
import { shardOf } from './keys.ts';
import { createMemoryTable, type MemoryTable } from './memory-table.ts';
import type { StoredSignal } from './stored-signal.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
const clock = { nowMs: () => NOW_MS };

function deal(dealId: string, more: Partial<Deal> = {}): Deal {
  return {
    v: 1,
    dealId,
    version: 0,
    configVersion: 1,
    leading: { connectionId: 'hs', recordId: dealId },
    lanes: [{ connectionId: 'hs', recordId: dealId, transitions: [], lifecycle: [] }],
    details: { name: 'procurement' },
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    ...more,
  };
}

const contract = (more: Partial<Contract> = {}): Contract => ({
  v: 1,
  dealId: 'hs.1',
  n: 1,
  version: 0,
  state: 'planned',
  forEntry: 'e-1',
  connectionId: 'ds',
  policy: 'standard',
  configVersion: 1,
  mode: 'live',
  attempts: [],
  recipients: [],
  files: [],
  steps: [],
  seenSignals: [],
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
  ...more,
});

const signal = (id: string, receivedAtMs: number): StoredSignal => ({
  v: 1,
  dealId: 'hs.1',
  signal: { v: 1, kind: 'hint', id, connectionId: 'hs', recordId: '1', about: 'property:amount', atMs: NOW_MS },
  deliveryId: 'd-1',
  configVersion: 1,
  receivedAtMs,
  effect: 'looked at the deal again',
});

const decision = (sentence: string, code = 'contract.held'): Decision => ({
  v: 1,
  dealId: 'hs.1',
  subject: 'contract/for/e-1',
  reason: { code, sentence },
  atMs: NOW_MS,
});

const base = { v: 1, dealId: 'hs.1', version: 0, mode: 'live', createdAtMs: NOW_MS, updatedAtMs: NOW_MS } as const;
const plan: Plan = {
  ...base,
  key: 'onboarding/once',
  play: 'onboarding',
  forEntry: 'e-1',
  connectionId: 'hs',
  configVersion: 1,
  state: 'active',
  taskKeys: ['kick-off'],
  why: { code: 'plan.due', sentence: 'the deal entered implementation' },
};
const task: Task = {
  ...base,
  planKey: 'onboarding/once',
  taskKey: 'kick-off',
  title: 'Kick-off',
  body: '',
  priority: 'high',
  ownerWhy: 'deal owner',
  dueAtMs: NOW_MS,
  dueDate: '2026-11-23',
  after: [],
  connectionId: 'hs',
  recordId: '1',
  state: 'planned',
  effectKey: 'k-1',
};
const write: WriteBack = { ...base, key: 'fields', connectionId: 'hs', recordId: '1', state: 'planned', value: 'h' };

/** The tests keep a deal's stage in its name, so that no domain rule is needed here. */
const stageOf = (each: Deal): Stage => (each.details.name ?? 'unknown') as Stage;

let table: MemoryTable;
let store: HubStore;
beforeEach(() => {
  table = createMemoryTable(clock);
  store = createHubStore({ table, stageOf });
});

describe('deals', () => {
  it('are saved with the next version and loaded as they were saved', async () => {
    const saved = await store.saveDeal(deal('hs.1'));
    expect(saved).toMatchObject({ dealId: 'hs.1', version: 1 });
    expect(await store.loadDeal('hs.1')).toEqual(saved);
    expect(await store.loadDeal('hs.2')).toBeUndefined();
  });

  it('are not saved over somebody else', async () => {
    await store.saveDeal(deal('hs.1'));
    expect(await store.saveDeal(deal('hs.1'))).toBe('conflict');
    expect(await store.saveDeal(deal('hs.1', { version: 1 }))).toMatchObject({ version: 2 });
    expect(await store.saveDeal(deal('hs.1', { version: 1 }))).toBe('conflict');
  });

  it('refuse a format from the future with the remedy', async () => {
    await table.put({ pk: 'DEAL#hs.1', sk: 'STATE', version: 1, data: { v: 2 } });
    await expect(store.loadDeal('hs.1')).rejects.toMatchObject({
      code: 'store.format-unknown',
      message: expect.stringContaining('deploy the version that wrote it'),
    });
  });

  it('belong to whoever claims their record first', async () => {
    expect(await store.resolveAlias('hs', '1')).toBeUndefined();
    expect(await store.claimAlias('hs', '1', 'hs.1')).toBe('hs.1');
    expect(await store.claimAlias('hs', '1', 'sf.9')).toBe('hs.1');
    expect(await store.resolveAlias('hs', '1')).toBe('hs.1');
  });

  it('are listed by stage, latest change first, without merged ones', async () => {
    await store.saveDeal(deal('hs.1', { updatedAtMs: NOW_MS - 3_000 }));
    await store.saveDeal(deal('hs.2', { updatedAtMs: NOW_MS - 1_000 }));
    await store.saveDeal(deal('hs.3', { updatedAtMs: NOW_MS - 2_000 }));
    await store.saveDeal(deal('hs.4', { details: { name: 'lost' } }));
    await store.saveDeal(deal('hs.5', { mergedInto: 'hs.1' }));
    const ids = async (stage: Stage | undefined, limit: number) =>
      (await store.listDeals(stage, limit)).map(({ dealId }) => dealId);
    expect(await ids('procurement', 10)).toEqual(['hs.2', 'hs.3', 'hs.1']);
    expect(await ids('procurement', 2)).toEqual(['hs.2', 'hs.3']);
    expect(await ids('lost', 10)).toEqual(['hs.4']);
    expect(await ids('expansion', 10)).toEqual([]);
    expect(await ids(undefined, 10)).toEqual(['hs.4', 'hs.2', 'hs.3', 'hs.1']);
  });

  it('disappear from a stage they have left, even while the listing still names them', async () => {
    const stale = { pk: `DEALS#negotiation#${shardOf('hs.1')}`, sk: '1767430900000#hs.1' };
    const lagging = createHubStore({
      table: {
        ...table,
        queryListing: async (pk) => (pk === stale.pk ? [{ pk: 'DEAL#hs.1', sk: 'STATE', listing: stale }] : []),
      },
      stageOf,
    });
    await lagging.saveDeal(deal('hs.1'));
    expect(await lagging.listDeals('negotiation', 10)).toEqual([]);
  });
});

describe('what hangs on a deal', () => {
  it('comes with one query, each kind in its order', async () => {
    await store.saveDeal(deal('hs.1'));
    expect(await store.putSignal(signal('b', NOW_MS))).toBe('new');
    expect(await store.putSignal(signal('a', NOW_MS + 5))).toBe('new');
    for (const n of [10, 2, 1]) await store.createContract(contract({ n }));
    await store.createPlan(plan);
    await store.createTask(task);
    await store.createWrite(write);
    await store.putDecision(decision('it waits'));
    let queries = 0;
    const counting = createFaultyTable(table, { before: (operation) => (queries += operation === 'query' ? 1 : 100) });
    const items = await createHubStore({ table: counting, stageOf }).loadDealItems('hs.1');
    expect(queries).toBe(1);
    expect(items.deal?.version).toBe(1);
    expect(items.signals.map((each) => each.signal.id)).toEqual(['b', 'a']);
    expect(items.contracts.map(({ n, version }) => [n, version])).toEqual([
      [1, 1],
      [2, 1],
      [10, 1],
    ]);
    expect(items.plans).toEqual([{ ...plan, version: 1 }]);
    expect(items.tasks).toEqual([{ ...task, version: 1 }]);
    expect(items.writes).toEqual([{ ...write, version: 1 }]);
    expect(items.decisions.map(({ reason }) => reason.sentence)).toEqual(['it waits']);
  });

  it('is empty for a deal that is not known', async () => {
    expect(await store.loadDealItems('hs.404')).toEqual({
      signals: [],
      contracts: [],
      plans: [],
      tasks: [],
      writes: [],
      decisions: [],
      standing: [],
    });
  });

  it('knows a signal that it has seen', async () => {
    expect(await store.hasSignal('hs.1', 'a')).toBe(false);
    await store.putSignal(signal('a', NOW_MS));
    expect(await store.hasSignal('hs.1', 'a')).toBe(true);
    expect(await store.putSignal(signal('a', NOW_MS + 1))).toBe('known');
  });

  it('creates a contract once and saves it under its version', async () => {
    expect(await store.createContract(contract())).toEqual(contract({ version: 1 }));
    expect(await store.createContract(contract())).toBe('conflict');
    expect(await store.saveContract(contract({ version: 1, state: 'drafting' }))).toMatchObject({ version: 2 });
    expect(await store.saveContract(contract({ version: 1, state: 'drafted' }))).toBe('conflict');
    expect(await store.loadContract('hs.1', 1)).toEqual(contract({ version: 2, state: 'drafting' }));
    expect(await store.loadContract('hs.1', 2)).toBeUndefined();
  });

  it('creates and saves plans, tasks and write-backs in the same way', async () => {
    await store.createPlan(plan);
    await store.createTask(task);
    await store.createWrite(write);
    expect(await store.createPlan(plan)).toBe('conflict');
    expect(await store.createTask(task)).toBe('conflict');
    expect(await store.createWrite(write)).toBe('conflict');
    expect(await store.savePlan({ ...plan, version: 1, state: 'paused' })).toMatchObject({ version: 2 });
    expect(await store.saveTask({ ...task, version: 1, state: 'done' })).toMatchObject({ version: 2 });
    expect(await store.saveWrite({ ...write, version: 1, state: 'done' })).toMatchObject({ version: 2 });
    expect(await store.loadPlan('hs.1', 'onboarding/once')).toMatchObject({ state: 'paused', version: 2 });
    expect(await store.loadTask('hs.1', 'onboarding/once', 'kick-off')).toMatchObject({ state: 'done', version: 2 });
    expect(await store.loadWrite('hs.1', 'fields')).toMatchObject({ state: 'done', version: 2 });
  });

  it('lets one decision stand per subject, and keeps on record what stood before', async () => {
    expect(await store.putDecision(decision('the amount is missing'))).toBe('new');
    expect(await store.putDecision(decision('the amount is missing'))).toBe('known');
    expect(await store.putDecision(decision('the signer is missing'))).toBe('new');
    expect(await store.putDecision(decision('it was sent', 'contract.sent'))).toBe('new');
    const { decisions, standing } = await store.loadDealItems('hs.1');
    expect(standing.map(({ reason }) => reason.sentence)).toEqual(['it was sent']);
    expect(decisions.map(({ reason }) => reason.sentence).sort()).toEqual([
      'it was sent',
      'the amount is missing',
      'the signer is missing',
    ]);
  });

  it('tells again what stood before, when it comes back', async () => {
    await store.putDecision({ ...decision('the amount is missing'), atMs: NOW_MS });
    await store.putDecision({ ...decision('it was sent', 'contract.sent'), atMs: NOW_MS + 1 });
    expect(await store.putDecision({ ...decision('the amount is missing'), atMs: NOW_MS + 2 })).toBe('new');
    const { decisions } = await store.loadDealItems('hs.1');
    expect(decisions.map(({ reason }) => reason.sentence)).toEqual([
      'the amount is missing',
      'it was sent',
      'the amount is missing',
    ]);
  });

  it('sees the decision that another worker wrote in between', async () => {
    let interrupted = false;
    const racing = createFaultyTable(table, {
      before: async (operation) => {
        if (operation !== 'create' || interrupted) return;
        interrupted = true;
        await store.putDecision(decision('the amount is missing'));
      },
    });
    const late = createHubStore({ table: racing, stageOf });
    expect(await late.putDecision(decision('the amount is missing'))).toBe('known');
    expect(interrupted).toBe(true);
  });
});
