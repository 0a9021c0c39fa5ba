import type { Deal, Entry, Lane, RecordedTransition } from './deal.ts';
import { entriesOf } from './entries.ts';
import { emptyLane, laneOf, withLane } from './lanes.ts';
import type { DealDetails, StageObservation } from './signals.ts';

type Dispute = NonNullable<Lane['dispute']>;

/** A dispute that is only repeated is the same one; after this long it is worth another read of the history. */
const RENEW_AFTER_MS = 15 * 60_000;

/**
 * An observation knows only what is so now. It confirms the recorded stage or disputes it; it never makes an entry,
 * because it does not know when the stage was entered. Older than the standing dispute, or than the newest entry: no news.
 */
export function applyObservation(deal: Deal, signal: StageObservation): Deal {
  const lane = laneOf(deal, signal.connectionId, signal.recordId) ?? emptyLane(signal);
  if (lane.dispute !== undefined && signal.observedAtMs < lane.dispute.observedAtMs) return deal;
  const current = entriesOf(lane.transitions).at(-1);
  const told = withDetails(deal, signal);
  if (current !== undefined && confirms(current, signal)) {
    if (lane.dispute === undefined) return told;
    const { dispute: _settled, ...rest } = lane;
    return withLane(told, rest);
  }
  // Seen before the newest entry was surely entered, so it says nothing about now.
  if (current !== undefined && signal.observedAtMs < enteredByMs(current, lane.transitions)) return told;
  const stands =
    lane.dispute?.stageId === signal.stageId && signal.observedAtMs < lane.dispute.observedAtMs + RENEW_AFTER_MS;
  if (stands) return told;
  return withLane(told, { ...lane, dispute: { stageId: signal.stageId, observedAtMs: signal.observedAtMs } });
}

function confirms(current: Entry, signal: StageObservation): boolean {
  return (
    current.stageId === signal.stageId &&
    (current.pipelineId === undefined || signal.pipelineId === undefined || current.pipelineId === signal.pipelineId)
  );
}

/** The history now says the observed stage, either as the present one or as one at the time of observing. */
export function isExplained({ stageId, observedAtMs }: Dispute, transitions: readonly RecordedTransition[]): boolean {
  const entries = entriesOf(transitions);
  if (entries.at(-1)?.stageId === stageId) return true;
  return entries.some((entry, index) => {
    const next = entries[index + 1];
    const isOver = next !== undefined && enteredByMs(next, transitions) <= observedAtMs;
    return entry.stageId === stageId && entry.enteredAtMs <= observedAtMs && !isOver;
  });
}

/** The latest moment at which it may have been: a clock of whole seconds does not say in which part of its second. */
function enteredByMs({ id, enteredAtMs }: Entry, transitions: readonly RecordedTransition[]): number {
  return enteredAtMs + (transitions.find((each) => each.id === id)?.granularityMs ?? 1) - 1;
}

/** What the leading record says replaces what was known; a follower only fills gaps. */
function withDetails(deal: Deal, signal: StageObservation): Deal {
  if (signal.details === undefined) return deal;
  const leads = signal.connectionId === deal.leading.connectionId && signal.recordId === deal.leading.recordId;
  const said = present(signal.details);
  const details: DealDetails = leads ? { ...deal.details, ...said } : { ...said, ...deal.details };
  return sameDetails(details, deal.details) ? deal : { ...deal, details };
}

function present(details: DealDetails): DealDetails {
  const { name, amount, currency, url } = details;
  return {
    ...(name === undefined ? {} : { name }),
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(url === undefined ? {} : { url }),
  };
}

function sameDetails(a: DealDetails, b: DealDetails): boolean {
  return a.name === b.name && a.amount === b.amount && a.currency === b.currency && a.url === b.url;
}
