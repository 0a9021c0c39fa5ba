import type { Reason } from './contract.ts';
import type { Deal } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import { entriesOfDeal } from './entries.ts';
import { leadingLane } from './lanes.ts';
import { type Presence, presenceOf } from './lifecycle.ts';
import { mapStage } from './mapping.ts';
import type { HubConfig } from './policies.ts';
import type { RemediedReason } from './reasons.ts';
import type { Stage } from './stages.ts';
import { linkIsUnrecorded } from './twins.ts';
import { type Visit, visitsOf } from './visits.ts';
import { longDate } from './wording.ts';

/** What the decisions about contracts and plans both look at. */
export interface DealView {
  readonly deal: Deal;
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly nowMs: number;
  readonly visits: readonly Visit[];
  readonly current: Visit | undefined;
  readonly presence: Presence;
  readonly day: (atMs: number) => string;
}

export function viewOf(input: {
  readonly deal: Deal;
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly nowMs: number;
}): DealView {
  const { deal, config, facts, nowMs } = input;
  const visits = visitsOf(entriesOfDeal(deal));
  return {
    deal,
    config,
    facts,
    nowMs,
    visits,
    current: visits.at(-1),
    presence: presenceOf(deal),
    day: (atMs) => longDate(atMs, config.calendar.timeZone),
  };
}

const READS_AGAIN = 'nothing to do if it mends itself within minutes; else `npx stagepost retry` the deal';

/** Why nothing may be done for a deal as it is recorded: nobody mapped its stage, or the CRM contradicts the record. */
export function recordBlocks(view: DealView): RemediedReason | undefined {
  const { deal, config, current, visits } = view;
  if (deal.mergedInto !== undefined) {
    return {
      code: 'deal.merged',
      sentence: `this deal was merged into ${deal.mergedInto}; what hangs on it is left as it is`,
      remedy: `look at both deals and void by hand what ${deal.mergedInto} does not need`,
    };
  }
  if (view.presence === 'merged-away') {
    return {
      code: 'deal.merged-away',
      sentence: `CRM record ${deal.leading.recordId} was merged into a record that is not known yet; nothing is voided by itself`,
      remedy: READS_AGAIN,
    };
  }
  if (current?.stage === 'unknown') {
    const entry = current.entries.at(-1);
    const { connectionId } = deal.leading;
    const now = entry && mapStage(config, connectionId, entry.stageId, entry.pipelineId);
    return {
      code: 'stage.unmapped',
      sentence: `the deal is in CRM stage ${entry?.stageId ?? '?'}, which was not mapped when it was entered; no effects until it is`,
      remedy:
        now?.why?.sentence ??
        `the stage is mapped to ${now?.stage ?? '?'} now; have the history of the deal mapped again`,
    };
  }
  const dispute = leadingLane(deal)?.dispute;
  if (dispute !== undefined && visits.length > 0) {
    return {
      code: 'stage.disputed',
      sentence: `the CRM was seen in stage ${dispute.stageId} on ${view.day(dispute.observedAtMs)}, the record says ${current?.stage ?? 'unknown'}; the stage history is being read`,
      remedy: READS_AGAIN,
    };
  }
  return undefined;
}

/** Why a fresh read of the CRM forbids to act on the record; undefined when both say the same stage. */
export function readBlocks(view: DealView): RemediedReason | undefined {
  const { deal, config, facts, current } = view;
  const { connectionId, recordId } = deal.leading;
  if (facts === undefined) {
    return {
      code: 'crm.deal-gone',
      sentence: `the CRM (${connectionId}) no longer has record ${recordId}`,
      remedy: 'restore the deal in the CRM, or void by hand what is still open',
    };
  }
  const link = linkIsUnrecorded(view);
  if (link !== undefined) return link;
  const stage = current?.stage ?? 'unknown';
  if (facts.stageId === current?.entries.at(-1)?.stageId) return undefined;
  const now: Stage = mapStage(config, connectionId, facts.stageId, facts.pipelineId).stage;
  if (now === stage) return undefined;
  return {
    code: 'stage.moved-on',
    sentence: `the CRM says ${now} (stage ${facts.stageId}) now, the record still says ${stage}`,
    remedy: READS_AGAIN,
  };
}

/** Why an entry has no effects: it was entered before its connection may act, or so long ago that a person decides. */
export function entryBlocks(
  view: DealView,
  visit: Visit,
  connectionIds: readonly string[],
):
  | { readonly do: 'nothing'; readonly reason: Reason }
  | { readonly do: 'hold'; readonly reason: RemediedReason }
  | undefined {
  const { config, nowMs, day } = view;
  const entered = `entered ${visit.stage} on ${day(visit.enteredAtMs)}`;
  for (const id of connectionIds) {
    const connection = config.connections.find((each) => each.id === id);
    if (connection === undefined) {
      const reason = {
        code: 'connection.unknown',
        sentence: `connection "${id}" is not in the configuration`,
        remedy: `put connection "${id}" back under "connections:" in the configuration`,
      };
      return { do: 'hold', reason };
    }
    if (visit.enteredAtMs < connection.effectsFromMs) {
      const from = day(connection.effectsFromMs);
      const reason = {
        code: 'entry.before-effects',
        sentence: `the deal ${entered}, before effects of ${id} began on ${from}`,
        facts: { enteredAtMs: visit.enteredAtMs, effectsFromMs: connection.effectsFromMs },
      };
      return { do: 'nothing', reason };
    }
  }
  const ageDays = Math.floor((nowMs - visit.enteredAtMs) / 86_400_000);
  if (nowMs - visit.enteredAtMs <= config.maxEntryAgeDays * 86_400_000) return undefined;
  const reason = {
    code: 'entry.too-old',
    sentence: `the deal ${entered}; entries older than ${config.maxEntryAgeDays} days are not acted on without a person`,
    remedy: `move the deal out of ${visit.stage} and in again in the CRM if it is still wanted, or raise "maxEntryAgeDays:" in the configuration`,
    facts: { enteredAtMs: visit.enteredAtMs, ageDays },
  };
  return { do: 'hold', reason };
}
