import type { Contract } from '../domain/contract.ts';
import { entriesOfDeal } from '../domain/entries.ts';
import type { Decision, Plan, Task } from '../domain/plan.ts';
import type { Signal } from '../domain/signals.ts';
import { counted } from '../domain/wording.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { StoredSignal } from '../store/stored-signal.ts';
import { signalAtMs, signalText } from './signal-words.ts';
import { contractRows, planRows, type TimelineKind, type TimelineRow, writeRow } from './timeline.ts';

/** One step of a deal's way with the trace that it belongs to: a fact that came in, or what was made of it. */
export interface Act extends Omit<TimelineRow, 'kind'> {
  readonly kind: Exclude<TimelineKind, 'stage' | 'crm'> | 'fact';
  /** What it is about, so that a step of another trace is found: `contract/1`, `plan/onboarding/once`; empty: the deal. */
  readonly about: string;
  /** Of a fact: the delivery that brought it first. */
  readonly deliveryId?: string;
  readonly signalId?: string;
}

/** Order of steps of the same moment. */
const KINDS: readonly Act['kind'][] = ['fact', 'decision', 'contract', 'plan', 'task', 'write-back'];

/** Everything that came in about a deal and everything that was made of it, oldest first. */
export function actsOf(items: DealItems): readonly Act[] {
  const { contracts, plans, writes } = items;
  const acts = [
    ...items.signals.map((stored) => factOf(stored, items)),
    ...contracts.flatMap((contract) => contractActs(contract, items)),
    ...plans.flatMap((plan) => planActs(plan, items.tasks)),
    // What is written is told by the decision that says so; what is not yet written by nothing else.
    ...writes
      .filter(({ state }) => state === 'planned' || state === 'writing')
      .flatMap((write) => [{ ...ofTrace(write), ...writeRow(write), kind: 'write-back' as const, about: '' }]),
  ];
  const told = new Set(acts.flatMap(({ text, note }) => [text, note ?? '']));
  const isTold = ({ reason }: Decision) => [...told].some((text) => text.includes(reason.sentence));
  const decisions = items.decisions.filter((decision) => !isTold(decision)).map(decisionAct);
  return [...acts, ...decisions].sort((a, b) => a.atMs - b.atMs || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

export function aboutContract(n: number): string {
  return `contract/${n}`;
}

export function aboutPlan(key: string): string {
  return `plan/${key}`;
}

/** The contract that an envelope's signal is about. */
export function contractOf(signal: Signal, contracts: readonly Contract[]): Contract | undefined {
  if (signal.kind !== 'envelope') return undefined;
  const n = Number(signal.contractRef?.split('/').at(-1));
  return contracts.find((each) => each.envelopeId === signal.envelopeId || each.n === n);
}

function ofTrace({ traceId }: { readonly traceId?: string }): { readonly traceId?: string } {
  return traceId === undefined ? {} : { traceId };
}

/** What an envelope's news made of the contract has no trace of its own, and is told by the fact. */
function contractActs(contract: Contract, { contracts, signals }: DealItems): readonly Act[] {
  const news = signals.filter(({ signal }) => contractOf(signal, contracts) === contract);
  const toldAtMs = new Set(news.map(({ signal }) => signalAtMs(signal)));
  const drafted = contract.steps.findLast(({ state }) => state === 'drafted');
  return contractRows(contract, [])
    .filter(({ traceId, atMs }) => traceId !== undefined || !toldAtMs.has(atMs))
    .map((row) => {
      const isDraft = contract.envelopeId !== undefined && drafted !== undefined && row.atMs === drafted.atMs;
      const text = isDraft ? `${row.text}, envelope ${contract.envelopeId}` : row.text;
      return { ...row, text, kind: 'contract', about: aboutContract(contract.n) };
    });
}

function factOf(stored: StoredSignal, { deal, contracts }: DealItems): Act {
  const { signal, effect, deliveryId, receivedAtMs } = stored;
  const contract = contractOf(signal, contracts);
  const entry =
    deal === undefined ? undefined : entriesOfDeal(deal).find(({ transitionIds }) => transitionIds.includes(signal.id));
  const stage = entry?.stage === 'unknown' ? 'a stage that is not mapped' : entry?.stage;
  const text =
    stage !== undefined && signal.kind === 'transition'
      ? `the deal entered ${stage} (CRM stage ${signal.stageId})`
      : (signalText(signal, contracts) ??
        `contract ${contract?.n ?? '?'}: the envelope was ${signal.kind === 'envelope' ? signal.event : 'seen'}`);
  return {
    atMs: receivedAtMs,
    kind: 'fact',
    text,
    about: contract === undefined ? '' : aboutContract(contract.n),
    deliveryId,
    signalId: signal.id,
    // Before traces were kept with a fact, its delivery stands for it.
    traceId: stored.traceId ?? deliveryId,
    ...(effect === 'recorded' ? {} : { note: effect }),
  };
}

/** A plan, and its tasks by the look that made them. */
function planActs(plan: Plan, tasks: readonly Task[]): readonly Act[] {
  const about = aboutPlan(plan.key);
  const groups = new Map<string, Task[]>();
  for (const task of tasks.filter(({ planKey }) => planKey === plan.key)) {
    const key = `${task.state} ${task.traceId ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  const made = [...groups.values()].flatMap((group): readonly Act[] => {
    const [first] = group;
    if (first === undefined) return [];
    const holds = [...new Set(group.flatMap(({ hold }) => hold?.sentence ?? []))];
    const state = { done: 'created in the CRM', creating: 'being created', planned: 'planned' }[first.state];
    return [
      {
        ...ofTrace(first),
        atMs: Math.max(...group.map(({ updatedAtMs }) => updatedAtMs)),
        kind: 'task',
        text: `${counted(group.length, 'task')} of plan ${plan.play} ${state}`,
        about,
        ...(holds.length === 0 ? {} : { note: holds.join('; ') }),
      },
    ];
  });
  return [...planRows(plan).map((row) => ({ ...ofTrace(plan), ...row, kind: 'plan' as const, about })), ...made];
}

function decisionAct(decision: Decision): Act {
  const { subject, reason, remedy, atMs } = decision;
  const n = /(?:^contract\/|\/contract-)(\d+)/.exec(subject)?.[1];
  const isWrite = subject.startsWith('write/') && reason.code === 'write.done';
  return {
    ...ofTrace(decision),
    atMs,
    kind: isWrite ? 'write-back' : 'decision',
    text: reason.sentence,
    about: n === undefined ? (subject.startsWith('plan/') ? subject : '') : aboutContract(Number(n)),
    ...(remedy === undefined ? {} : { note: remedy }),
  };
}
