import type { Contract } from '../domain/contract.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { StoredSignal } from '../store/stored-signal.ts';
import { type Act, aboutContract, aboutPlan, actsOf, contractOf } from './trace-acts.ts';

/** What one delivery, or one look of the hub, did to a deal, and what followed from that under traces of its own. */
export interface TraceNode {
  readonly dealId: string;
  /** Absent for what a version stored that kept no traces. */
  readonly traceId?: string;
  /** Deliveries that brought its facts; none for a look that a person or the hub itself began. */
  readonly deliveries: readonly { readonly deliveryId: string; readonly connectionId: string }[];
  /** Why it hangs here, in words; absent for the first. */
  readonly because?: string;
  readonly steps: readonly Act[];
  readonly follows: readonly TraceNode[];
}

/** Where a trace came from, when it answers something that the hub did itself. */
export interface TraceOrigin {
  readonly dealId: string;
  readonly sentence: string;
  readonly traceId?: string;
  readonly deliveryId?: string;
}

export interface DealTrace {
  readonly chain: TraceNode;
  readonly cameOf: readonly TraceOrigin[];
}

interface Link {
  /** Undefined: what a version stored that kept no traces. */
  readonly traceId: string | undefined;
  readonly because: string;
  /** The steps that make the link; of a trace that began earlier only these are told. */
  readonly acts: readonly Act[];
}

/** Clocks of a CRM and ours may differ; a stage that we wrote is never that much older than the intent to write it. */
const SKEW_MS = 60_000;

/**
 * The chain from one trace to the last effect, for one deal. Looks are level-triggered: whoever looks first does what is
 * owed, whatever woke it. So what another trace did about a contract or plan of this one is found by the contract or
 * plan, and hangs below with its own trace.
 */
export function chainOf(traceId: string, items: DealItems): DealTrace {
  const acts = actsOf(items);
  const dealId = items.deal?.dealId ?? items.signals[0]?.dealId ?? '';
  const told = new Set<string | undefined>([traceId]);

  /** @param acted what is told of it; undefined: all of it, and what followed */
  function node(trace: string | undefined, acted: readonly Act[] | undefined, because?: string): TraceNode {
    return {
      dealId,
      ...(trace === undefined ? {} : { traceId: trace }),
      deliveries: deliveriesOf(trace, items.signals),
      ...(because === undefined ? {} : { because }),
      steps: acted ?? stepsOf(trace, acts),
      follows: acted === undefined && trace !== undefined ? following(trace) : [],
    };
  }

  function following(trace: string): readonly TraceNode[] {
    const links = linksOf(trace, items, acts).filter((link) => !told.has(link.traceId));
    // All of them before the first is followed: they hang beside each other, not below each other.
    for (const link of links) told.add(link.traceId);
    return links.map((link) => {
      const isLater = link.traceId !== undefined && beganAtMs(link.traceId, acts) >= beganAtMs(trace, acts);
      return node(link.traceId, isLater ? undefined : link.acts, link.because);
    });
  }

  return { chain: node(traceId, undefined), cameOf: originsOf(traceId, items) };
}

function stepsOf(traceId: string | undefined, acts: readonly Act[]): readonly Act[] {
  return acts.filter((act) => act.traceId === traceId);
}

function beganAtMs(traceId: string, acts: readonly Act[]): number {
  return Math.min(...stepsOf(traceId, acts).map(({ atMs }) => atMs));
}

/** Other traces that went on with what this one began, each once, in the order in which they did. */
function linksOf(traceId: string, items: DealItems, acts: readonly Act[]): readonly Link[] {
  const entered = new Set(factsOf(traceId, items.signals).map(({ signal }) => signal.id));
  const since = beganAtMs(traceId, acts);
  const about = [
    ...items.contracts
      .filter((contract) => entered.has(contract.forEntry) || isMadeBy(traceId, contract))
      .map(({ n }) => ({ key: aboutContract(n), because: `contract ${n}` })),
    ...items.plans
      .filter((plan) => entered.has(plan.forEntry) || plan.traceId === traceId)
      .map(({ key, play }) => ({ key: aboutPlan(key), because: `plan ${play}` })),
  ];
  const cameBack = writtenStages(items).filter((written) => written.traceId === traceId);
  const ofStage = new Map(
    cameBack.flatMap(({ n, signals }) =>
      signals.map(({ signal }) => [signal.id, `the stage that was written because contract ${n} is signed`] as const),
    ),
  );
  const links = acts.flatMap((act): readonly Link[] => {
    if (act.traceId === traceId || act.atMs < since) return [];
    const because =
      about.find(({ key }) => key === act.about)?.because ??
      (act.signalId === undefined ? undefined : ofStage.get(act.signalId));
    return because === undefined ? [] : [{ traceId: act.traceId, because, acts: [act] }];
  });
  return [...Map.groupBy(links, (link) => link.traceId)].map(([other, mine]) => ({
    traceId: other,
    because: [...new Set(mine.map(({ because }) => because))].join(', '),
    acts: mine.flatMap((link) => link.acts),
  }));
}

/** Planning, drafting and sending make a contract; what it goes through afterwards does not. */
function isMadeBy(traceId: string, { steps }: Contract): boolean {
  return steps.some(
    (step, index) =>
      step.traceId === traceId &&
      step.state !== steps[index - 1]?.state &&
      ['planned', 'drafting', 'sending'].includes(step.state),
  );
}

function factsOf(traceId: string | undefined, signals: readonly StoredSignal[]): readonly StoredSignal[] {
  return signals.filter((stored) => (stored.traceId ?? stored.deliveryId) === traceId);
}

function deliveriesOf(traceId: string | undefined, signals: readonly StoredSignal[]): TraceNode['deliveries'] {
  const facts = factsOf(traceId, signals);
  // The one that began the trace comes first; reads that the hub made because of it come after.
  return [...new Map(facts.map(({ deliveryId, signal }) => [deliveryId, signal.connectionId]))]
    .map(([deliveryId, connectionId]) => ({ deliveryId, connectionId }))
    .sort((a, b) => Number(b.deliveryId === traceId) - Number(a.deliveryId === traceId));
}

interface WrittenStage {
  readonly n: number;
  /** Of the look that wrote it. */
  readonly traceId: string | undefined;
  /** The CRM's news of it. */
  readonly signals: readonly StoredSignal[];
}

/** Stages that the hub wrote after signing, with the news of them that came back. */
function writtenStages({ writes, decisions, signals }: DealItems): readonly WrittenStage[] {
  return writes.flatMap(({ key, state, value, createdAtMs, traceId }) => {
    const n = /^stage\/contract-(\d+)$/.exec(key)?.[1];
    if (n === undefined || state !== 'done') return [];
    const stageId = value.slice(value.indexOf('/') + 1);
    const done = decisions.find(({ subject, reason }) => subject === `write/${key}` && reason.code === 'write.done');
    const cameBack = signals.filter(
      ({ signal }) =>
        signal.kind === 'transition' && signal.stageId === stageId && signal.enteredAtMs >= createdAtMs - SKEW_MS,
    );
    return [{ n: Number(n), traceId: done?.traceId ?? traceId, signals: cameBack.slice(0, 1) }];
  });
}

/** What the facts of this trace answer: an envelope that the hub sent, a stage that it wrote. */
function originsOf(traceId: string, items: DealItems): readonly TraceOrigin[] {
  const dealId = items.deal?.dealId ?? '';
  const facts = factsOf(traceId, items.signals);
  const contracts = new Set(facts.flatMap(({ signal }) => contractOf(signal, items.contracts) ?? []));
  const ofContracts = [...contracts].flatMap((contract): readonly TraceOrigin[] => {
    const maker = contract.steps[0]?.traceId;
    if (maker === traceId) return [];
    return [{ dealId, sentence: `contract ${contract.n} of deal ${dealId}`, ...pointer(maker, items.signals) }];
  });
  const ofStages = writtenStages(items)
    .filter((written) => written.traceId !== traceId && written.signals.some((stored) => facts.includes(stored)))
    .map((written) => ({
      dealId,
      sentence: `the stage that the hub wrote because contract ${written.n} is signed`,
      ...pointer(written.traceId, items.signals),
    }));
  return [...ofContracts, ...ofStages];
}

function pointer(traceId: string | undefined, signals: readonly StoredSignal[]): Pick<TraceOrigin, 'traceId'> {
  if (traceId === undefined) return {};
  const deliveryId = factsOf(traceId, signals)[0]?.deliveryId;
  return { traceId, ...(deliveryId === undefined ? {} : { deliveryId }) };
}
