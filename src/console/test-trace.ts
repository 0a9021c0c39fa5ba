import type { Contract, ContractStep } from '../domain/contract.ts';
import type { Deal } from '../domain/deal.ts';
import type { Plan, Task, WriteBack } from '../domain/plan.ts';
import type { EnvelopeSignal, Signal, StageTransition } from '../domain/signals.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { StoredSignal } from '../store/stored-signal.ts';

/** Seconds since the beginning of the deal that the tests of traces tell of. */
export function at(seconds: number): number {
  return Date.parse('2026-11-02T09:00:00Z') + seconds * 1000;
}

const DEAL_ID = 'crm-main.42';
const CONNECTIONS = { connectionId: 'crm-main', recordId: '42' };

export function entered(id: string, stageId: string, seconds: number): StageTransition {
  return { v: 1, kind: 'transition', id, ...CONNECTIONS, stageId, enteredAtMs: at(seconds), granularityMs: 1 };
}

export function ofEnvelope(id: string, event: EnvelopeSignal['event'], seconds: number): EnvelopeSignal {
  return {
    v: 1,
    kind: 'envelope',
    id,
    connectionId: 'sign-main',
    envelopeId: 'e-1',
    contractRef: `${DEAL_ID}/1`,
    event,
    atMs: at(seconds),
  };
}

export function told(
  signal: Signal,
  deliveryId: string,
  seconds: number,
  more: Partial<StoredSignal> = {},
): StoredSignal {
  const receivedAtMs = at(seconds);
  return { v: 1, dealId: DEAL_ID, signal, deliveryId, configVersion: 1, receivedAtMs, effect: 'recorded', ...more };
}

export function stepOf(state: ContractStep['state'], seconds: number, traceId?: string): ContractStep {
  return { atMs: at(seconds), state, note: state, ...(traceId === undefined ? {} : { traceId }) };
}

export function contractOf(steps: readonly ContractStep[], more: Partial<Contract> = {}): Contract {
  return {
    v: 1,
    dealId: DEAL_ID,
    n: 1,
    version: 3,
    state: steps.at(-1)?.state ?? 'planned',
    forEntry: 't/procurement',
    connectionId: 'sign-main',
    policy: 'standard',
    configVersion: 1,
    mode: 'live',
    attempts: [],
    recipients: [],
    envelopeId: 'e-1',
    files: [],
    steps,
    seenSignals: [],
    createdAtMs: at(1),
    updatedAtMs: at(9),
    ...more,
  };
}

export function planOf(traceId: string, seconds: number): Plan {
  return {
    v: 1,
    dealId: DEAL_ID,
    key: 'onboarding/once',
    version: 1,
    play: 'onboarding',
    forEntry: 't/implementation',
    connectionId: 'crm-main',
    configVersion: 1,
    mode: 'live',
    state: 'active',
    taskKeys: ['a', 'b'],
    why: { code: 'plan.due', sentence: 'it is due' },
    createdAtMs: at(seconds),
    updatedAtMs: at(seconds),
    traceId,
  };
}

export function taskOf(taskKey: string, traceId: string, seconds: number): Task {
  return {
    v: 1,
    dealId: DEAL_ID,
    planKey: 'onboarding/once',
    taskKey,
    version: 2,
    title: taskKey,
    body: '',
    priority: 'low',
    ownerWhy: '',
    dueAtMs: at(0),
    dueDate: '2026-11-09',
    after: [],
    ...CONNECTIONS,
    mode: 'live',
    state: 'done',
    effectKey: taskKey,
    createdAtMs: at(seconds),
    updatedAtMs: at(seconds),
    traceId,
  };
}

export function stageWrite(traceId: string, seconds: number): WriteBack {
  return {
    v: 1,
    dealId: DEAL_ID,
    key: 'stage/contract-1',
    version: 2,
    ...CONNECTIONS,
    mode: 'live',
    state: 'done',
    value: '/s7',
    note: 'CRM stage advanced',
    createdAtMs: at(seconds),
    updatedAtMs: at(seconds),
    traceId,
  };
}

export function itemsOf(parts: Partial<DealItems>): DealItems {
  const transitions = (parts.signals ?? []).flatMap(({ signal }) =>
    signal.kind === 'transition'
      ? [
          {
            id: signal.id,
            stageId: signal.stageId,
            enteredAtMs: signal.enteredAtMs,
            granularityMs: 1,
            stage: signal.stageId === 's7' ? ('implementation' as const) : ('procurement' as const),
            configVersion: 1,
          },
        ]
      : [],
  );
  const deal: Deal = {
    v: 1,
    dealId: DEAL_ID,
    version: 3,
    configVersion: 1,
    leading: CONNECTIONS,
    lanes: [{ ...CONNECTIONS, transitions, lifecycle: [] }],
    details: { name: 'Fabrikam' },
    createdAtMs: at(0),
    updatedAtMs: at(9),
  };
  return { deal, signals: [], contracts: [], plans: [], tasks: [], writes: [], decisions: [], standing: [], ...parts };
}
