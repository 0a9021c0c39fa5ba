import { describe, expect, it } from 'vitest';
import type { Contract, ContractStep } from '../domain/contract.ts';
import { currentStage } from '../domain/entries.ts';
import type { Task } from '../domain/plan.ts';
import { createHubStore } from './hub-store.ts';
import { createMemoryTable } from './memory-table.ts';
import { createRecordingStore, createTracedStore } from './traced-store.ts';

const NOW_MS = 1_000_000;

function setup() {
  return createHubStore({ table: createMemoryTable({ nowMs: () => NOW_MS }), stageOf: currentStage });
}

function contract(steps: readonly ContractStep[]): Contract {
  return {
    v: 1,
    dealId: 'crm-main.42',
    n: 1,
    version: 0,
    state: 'planned',
    forEntry: 't/1',
    connectionId: 'sign-main',
    policy: 'standard',
    configVersion: 1,
    mode: 'live',
    attempts: [],
    recipients: [],
    files: [],
    steps,
    seenSignals: [],
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
  };
}

const planned: ContractStep = { atMs: 1, state: 'planned', note: 'due' };
const drafted: ContractStep = { atMs: 2, state: 'drafted', note: 'draft made' };
const sent: ContractStep = { atMs: 3, state: 'sent', note: 'sent' };

const task: Task = {
  v: 1,
  dealId: 'crm-main.42',
  planKey: 'onboarding/once',
  taskKey: 'kick-off',
  version: 0,
  title: 'Kick-off',
  body: '',
  priority: 'high',
  ownerWhy: '',
  dueAtMs: 9,
  dueDate: '2026-11-27',
  after: [],
  connectionId: 'crm-main',
  recordId: '42',
  mode: 'live',
  state: 'planned',
  effectKey: 'e',
  createdAtMs: 10,
  updatedAtMs: 10,
};

/** Stored at once; a conflict is a mistake of the test. */
function stored<T>(outcome: T | 'conflict'): T {
  if (outcome === 'conflict') throw new Error('somebody else was faster');
  return outcome;
}

describe('what one look writes', () => {
  it('has each step of a contract with the look that took it, and old steps without one', async () => {
    const store = setup();
    stored(await store.createContract(contract([planned])));
    const first = createTracedStore(store, 'trace-1');
    const read = await first.loadContract('crm-main.42', 1);
    const saved = stored(
      await first.saveContract({ ...(read ?? contract([])), steps: [...(read?.steps ?? []), drafted] }),
    );
    // The same look goes on with what it was given back; what it has written keeps its trace.
    stored(await first.saveContract({ ...saved, lease: { holder: 'h', untilMs: 5 } }));
    const second = createTracedStore(store, 'trace-2');
    const again = (await second.loadDealItems('crm-main.42')).contracts[0] ?? contract([]);
    stored(await second.saveContract({ ...again, steps: [...again.steps, sent] }));
    expect((await store.loadContract('crm-main.42', 1))?.steps).toEqual([
      planned,
      { ...drafted, traceId: 'trace-1' },
      { ...sent, traceId: 'trace-2' },
    ]);
  });

  it('takes a contract as known that was read from a list', async () => {
    const store = setup();
    const listed = stored(await store.createContract(contract([planned])));
    const look = createTracedStore(store, 'trace-1', [listed]);
    await look.saveContract({ ...listed, steps: [...listed.steps, sent] });
    expect((await store.loadContract('crm-main.42', 1))?.steps).toEqual([planned, { ...sent, traceId: 'trace-1' }]);
  });

  it('leaves the trace of a task to the look that changed it, not to one that only held its lease', async () => {
    const store = setup();
    stored(await createTracedStore(store, 'trace-1').createTask(task));
    const second = createTracedStore(store, 'trace-2');
    const read = (await second.loadTask('crm-main.42', 'onboarding/once', 'kick-off')) ?? task;
    const leased = stored(await second.saveTask({ ...read, lease: { holder: 'h', untilMs: 5 } }));
    expect(leased.traceId).toBe('trace-1');
    const done = stored(await second.saveTask({ ...leased, state: 'done', updatedAtMs: 11 }));
    const { lease: _, ...free } = done;
    stored(await second.saveTask(free));
    expect((await store.loadTask('crm-main.42', 'onboarding/once', 'kick-off'))?.traceId).toBe('trace-2');
  });

  it('has a decision with the look that came to it first', async () => {
    const store = setup();
    const decision = {
      v: 1,
      dealId: 'crm-main.42',
      subject: 'write',
      reason: { code: 'write.none', sentence: 'nothing to write' },
      atMs: 1,
    } as const;
    await createTracedStore(store, 'trace-1').putDecision(decision);
    await createTracedStore(store, 'trace-2').putDecision(decision);
    expect((await store.loadDealItems('crm-main.42')).standing).toEqual([{ ...decision, traceId: 'trace-1' }]);
  });

  it('carries nothing where the wake-up named no trace', () => {
    const store = setup();
    expect(createTracedStore(store, '-')).toBe(store);
    expect(createRecordingStore(store, '-')).toBe(store);
  });
});

describe('what recording a delivery writes', () => {
  it('has facts with their trace where it is not that of their own delivery', async () => {
    const store = setup();
    const signal = {
      v: 1,
      kind: 'hint',
      id: 'h/1',
      connectionId: 'crm-main',
      recordId: '42',
      about: 'property:amount',
      atMs: 1,
    } as const;
    const fact = { v: 1, dealId: 'crm-main.42', configVersion: 1, receivedAtMs: 1, effect: 'recorded' } as const;
    await createRecordingStore(store, 'd-1').putSignal({ ...fact, signal, deliveryId: 'd-1' });
    await createRecordingStore(store, 'd-1').putSignal({
      ...fact,
      signal: { ...signal, id: 'h/2' },
      deliveryId: 'd-2',
    });
    const { signals } = await store.loadDealItems('crm-main.42');
    expect(signals.map(({ deliveryId, traceId }) => [deliveryId, traceId])).toEqual([
      ['d-1', undefined],
      ['d-2', 'd-1'],
    ]);
  });
});
