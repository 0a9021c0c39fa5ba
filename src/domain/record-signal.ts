import type { Reason } from './contract.ts';
import type { Deal, RecordedTransition } from './deal.ts';
import { currentEntry, entriesOfDeal, isDeleted } from './entries.ts';
import { HubError } from './errors.ts';
import type { Want } from './events.ts';
import { emptyLane, laneOf, leadingLane, withLane } from './lanes.ts';
import { mapStage } from './mapping.ts';
import { applyObservation, isExplained } from './observation.ts';
import type { HubConfig } from './policies.ts';
import type { CrmSignal, RecordLifecycle, StageTransition } from './signals.ts';
import { betterTransition, compareText, compareTransitions } from './transitions.ts';
import { leadingIsOut } from './twins.ts';
import { sideOf } from './visits.ts';

const FUTURE_TOLERANCE_MS = 5 * 60_000;

export type RecordOutcome =
  | {
      readonly kind: 'recorded';
      readonly deal: Deal;
      readonly wants: readonly Want[];
      /** The stored deal holds all of it already: `deal` is the one that was given, nothing needs saving. */
      readonly known: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** A deal of which only the first record's name is known. Version 0: not saved yet. */
export function newDeal(connectionId: string, recordId: string, configVersion: number, nowMs: number): Deal {
  return {
    v: 1,
    dealId: `${connectionId}.${recordId}`,
    version: 0,
    configVersion,
    leading: { connectionId, recordId },
    lanes: [{ connectionId, recordId, transitions: [], lifecycle: [] }],
    details: {},
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/**
 * Who has to look at the deal: a pure function of the record and the configuration, so that the same facts wake the
 * same workers whatever their order. A deal of which nothing is wanted costs no event.
 */
export function wantsOf(deal: Deal, config: HubConfig): readonly Want[] {
  return [...effectWants(deal, config), ...(disputed(deal) || unread(deal) ? (['refresh'] as const) : [])];
}

function effectWants(deal: Deal, config: HubConfig): readonly Want[] {
  const entries = entriesOfDeal(deal);
  const reached = entries.some((entry) => (sideOf(entry.stage, 'procurement') ?? -1) >= 0);
  const played = entries.some((entry) => config.plays.some((play) => play.stage === entry.stage));
  const asked = reached || isLostTrackOf(deal, config) || leadingIsOut(deal) !== undefined;
  return [
    ...(asked ? (['contract'] as const) : []),
    ...(played ? (['plans'] as const) : []),
    ...(asked || played ? (['writes'] as const) : []),
  ];
}

/**
 * The deal was moved into a stage that nobody mapped: whoever decides about contracts says so, before procurement is
 * missed. A pipeline of which nothing is mapped is none of ours.
 */
function isLostTrackOf(deal: Deal, config: HubConfig): boolean {
  const entry = currentEntry(deal);
  if (entry?.stage !== 'unknown') return false;
  // Webhooks of some CRMs leave the pipeline out: then it is the one that the deal was last known to be in.
  const pipelineId =
    entry.pipelineId ?? entriesOfDeal(deal).findLast((each) => each.pipelineId !== undefined)?.pipelineId;
  const { connectionId } = deal.leading;
  const effectsFromMs = config.connections.find((each) => each.id === connectionId)?.effectsFromMs ?? 0;
  if (entry.enteredAtMs < effectsFromMs) return false;
  return (
    pipelineId === undefined ||
    config.pipelines.some((each) => each.connectionId === connectionId && each.pipelineId === pipelineId)
  );
}

/** A record that is gone cannot be read. */
function readable(deal: Deal): boolean {
  return deal.mergedInto === undefined && !isDeleted(deal);
}

function disputed(deal: Deal): boolean {
  return readable(deal) && leadingLane(deal)?.dispute !== undefined;
}

/** Nothing is known yet of the leading record but that it exists. */
function unread(deal: Deal): boolean {
  return readable(deal) && (deal.details.name === undefined || leadingLane(deal) === undefined);
}

/**
 * A refresh answers with signals of its own. They must not ask for the next refresh, or a dispute that the history
 * cannot settle would read the CRM for ever: only the signal that made the dispute, or brought news into it, asks.
 */
function asksForRefresh(before: Deal, after: Deal, signal: CrmSignal): boolean {
  switch (signal.kind) {
    case 'observation': {
      const { stageId, observedAtMs } = leadingLane(after)?.dispute ?? {};
      const isTheDispute = stageId === signal.stageId && observedAtMs === signal.observedAtMs;
      return unread(after) || (disputed(after) && isTheDispute);
    }
    case 'transition':
      return (
        (unread(after) && (currentEntry(after)?.transitionIds.includes(signal.id) ?? true)) ||
        (disputed(after) && after !== before)
      );
    default:
      return unread(after) || disputed(after);
  }
}

/**
 * Applies one CRM signal to the deal. Adding is idempotent and does not depend on order: entries and stage are the
 * same for every permutation and duplication of the same signals. `version` is left for the store to raise.
 * Throws HubError `config.outdated` (retryable) when the deal was recorded under a newer configuration.
 */
export function recordSignal(deal: Deal, signal: CrmSignal, config: HubConfig, nowMs: number): RecordOutcome {
  if (config.version < deal.configVersion) {
    throw new HubError(
      'config.outdated',
      `the deal was recorded under configuration ${deal.configVersion}, this process still has ${config.version}; it reads the configuration again within a minute, nothing to do`,
      { retry: { afterMs: 60_000 }, context: { dealId: deal.dealId, configVersion: config.version } },
    );
  }
  const reason = refusal(signal, nowMs);
  if (reason !== undefined) return { kind: 'refused', reason };
  const changed = apply(deal, signal, config);
  // What a follower says is shown and moves nobody.
  const follows = signal.connectionId !== deal.leading.connectionId && leadingIsOut(changed) === undefined;
  const recorded: Deal = changed === deal ? deal : { ...changed, configVersion: config.version, updatedAtMs: nowMs };
  return {
    kind: 'recorded',
    deal: recorded,
    wants: follows
      ? []
      : [...effectWants(recorded, config), ...(asksForRefresh(deal, recorded, signal) ? (['refresh'] as const) : [])],
    known: recorded === deal && deal.version > 0,
  };
}

function apply(deal: Deal, signal: CrmSignal, config: HubConfig): Deal {
  switch (signal.kind) {
    case 'transition':
      return applyTransition(deal, signal, config);
    case 'observation':
      return applyObservation(deal, signal);
    case 'lifecycle':
      return applyLifecycle(deal, signal);
    case 'hint':
    case 'link':
      return deal;
  }
}

function applyTransition(deal: Deal, signal: StageTransition, config: HubConfig): Deal {
  const lane = laneOf(deal, signal.connectionId, signal.recordId) ?? emptyLane(signal);
  const { stage } = mapStage(config, signal.connectionId, signal.stageId, signal.pipelineId);
  const told: RecordedTransition = {
    id: signal.id,
    stageId: signal.stageId,
    ...(signal.pipelineId === undefined ? {} : { pipelineId: signal.pipelineId }),
    enteredAtMs: signal.enteredAtMs,
    granularityMs: signal.granularityMs,
    stage,
    configVersion: config.version,
  };
  const known = lane.transitions.find((each) => each.id === signal.id);
  if (known !== undefined && betterTransition(known, told) === known) return deal;
  const transitions = [...lane.transitions.filter((each) => each.id !== signal.id), told].sort(compareTransitions);
  const { dispute, ...rest } = lane;
  const explained = dispute === undefined || isExplained(dispute, transitions);
  return withLane(deal, explained ? { ...rest, transitions } : { ...rest, transitions, dispute });
}

function applyLifecycle(deal: Deal, signal: RecordLifecycle): Deal {
  const lane = laneOf(deal, signal.connectionId, signal.recordId) ?? emptyLane(signal);
  if (lane.lifecycle.some((each) => each.id === signal.id)) return deal;
  const { id, what, atMs, intoRecordId } = signal;
  const told = { id, what, atMs, ...(intoRecordId === undefined ? {} : { intoRecordId }) };
  const lifecycle = [...lane.lifecycle, told].sort((a, b) => a.atMs - b.atMs || compareText(a.id, b.id));
  return withLane(deal, { ...lane, lifecycle });
}

function refusal(signal: CrmSignal, nowMs: number): Reason | undefined {
  if (signal.kind === 'hint') return undefined;
  const atMs =
    signal.kind === 'transition'
      ? signal.enteredAtMs
      : signal.kind === 'observation'
        ? signal.observedAtMs
        : signal.atMs;
  const facts = { connectionId: signal.connectionId, recordId: signal.recordId };
  // The largest time that a Date can hold; beyond it no sentence could name the day.
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) {
    return {
      code: 'signal.time-unreadable',
      sentence: `the time of signal ${signal.id} is not a time; look at the delivery and replay it once the sender is mended`,
      facts,
    };
  }
  if (atMs > nowMs + FUTURE_TOLERANCE_MS) {
    return {
      code: 'signal.from-the-future',
      sentence: `signal ${signal.id} says ${new Date(atMs).toISOString()}, more than 5 minutes after our clock (${new Date(nowMs).toISOString()}); check the clocks, then replay it`,
      facts: { ...facts, atMs, nowMs },
    };
  }
  return undefined;
}
