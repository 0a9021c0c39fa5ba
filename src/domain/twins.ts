import type { Deal, Entry, Lane } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import { entriesOf } from './entries.ts';
import { presenceOf } from './lifecycle.ts';
import type { HubConfig, SyncPolicy } from './policies.ts';
import type { RemediedReason } from './reasons.ts';
import type { Stage } from './stages.ts';
import { sideOf, type Visit } from './visits.ts';

/** Two CRM connections that are synced, seen from one of them. */
export interface Pair extends Omit<SyncPolicy, 'connectionId'> {
  /** The other connection. */
  readonly other: string;
  /** Which of the two says that they are synced; its records name those of the other one. */
  readonly declaredBy: string;
}

/** The pair that this connection is one half of; the configuration allows one. */
export function pairOf(config: HubConfig, connectionId: string): Pair | undefined {
  for (const { id, syncedWith } of config.connections) {
    if (syncedWith === undefined) continue;
    const { connectionId: target, ...policy } = syncedWith;
    if (id === connectionId) return { ...policy, other: target, declaredBy: id };
    if (target === connectionId) return { ...policy, other: id, declaredBy: id };
  }
  return undefined;
}

/** Lanes of the deal in another CRM than the one that leads: shown, and without effect. */
export function followers(deal: Deal): readonly Lane[] {
  return deal.lanes.filter(({ connectionId }) => connectionId !== deal.leading.connectionId);
}

/** What a follower says of the deal, for people who compare. */
export interface FollowerView {
  readonly connectionId: string;
  readonly recordId: string;
  readonly entry: Entry | undefined;
  /** False when it says another stage than the leading record. */
  readonly agrees: boolean;
}

export function followerViews(deal: Deal, leadingStage: Stage): readonly FollowerView[] {
  return followers(deal).map(({ connectionId, recordId, transitions }) => {
    const entry = entriesOf(transitions).at(-1);
    return { connectionId, recordId, entry, agrees: entry === undefined || entry.stage === leadingStage };
  });
}

/** What the questions about twins are answered from. */
interface TwinView {
  readonly deal: Deal;
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
}

export type Waiting = RemediedReason & { readonly untilMs: number };

/**
 * Why effects of this visit wait although everything else is there: the deal may have a record in the other CRM that
 * nobody has linked yet, and that would bring the same contract and the same tasks. Only for a while: a deal that is
 * never synced is a deal too.
 *
 * The record that does not lead waits from when it came here. The one that leads waits only if it was born in this very
 * stage: then it may be a copy that the sync has just made of a deal that already acts under the other record.
 */
export function waitsForLink(
  view: TwinView & { readonly nowMs: number; readonly visits: readonly Visit[] },
  visit: Visit,
): Waiting | undefined {
  const { deal, config, nowMs, facts, visits } = view;
  const { connectionId } = deal.leading;
  const pair = pairOf(config, connectionId);
  // Whoever cannot be read has other troubles.
  if (facts === undefined || pair === undefined) return undefined;
  if (deal.lanes.some((lane) => lane.connectionId === pair.other)) return undefined;
  const isSynced = connectionId !== pair.declaredBy || (pair.pipelines?.includes(facts.pipelineId) ?? true);
  if (!isSynced) return undefined;
  const leads = pair.leading === connectionId;
  if (leads && visits[0] !== visit) return undefined;
  const untilMs = (leads ? visit.enteredAtMs : Math.max(visit.enteredAtMs, deal.createdAtMs)) + pair.graceMs;
  if (nowMs >= untilMs) return undefined;
  return {
    code: 'twin.waits-for-link',
    sentence: `record ${deal.leading.recordId} of ${connectionId} may have a twin in ${pair.other} that is not linked yet; nothing is done for it alone before ${new Date(untilMs).toISOString().slice(0, 16)}Z`,
    remedy: `nothing to do: it goes on as soon as the two are linked, or by itself when the time is over ("graceMinutes")`,
    facts: { untilMs },
    untilMs,
  };
}

/** A fresh read names a record of the other CRM that the hub has not joined to this deal yet. */
export function linkIsUnrecorded(view: TwinView): RemediedReason | undefined {
  const { deal, config, facts } = view;
  const linked = facts?.linkedRecordId;
  const pair = pairOf(config, deal.leading.connectionId);
  if (linked === undefined || pair === undefined) return undefined;
  if (deal.lanes.some((lane) => lane.connectionId === pair.other && lane.recordId === linked)) return undefined;
  return {
    code: 'twin.link-unrecorded',
    sentence: `record ${deal.leading.recordId} of ${deal.leading.connectionId} is the same deal as record ${linked} of ${pair.other}; the two are being joined`,
    remedy: 'nothing to do if it mends itself within minutes; else `npx stagepost retry` the deal',
  };
}

/** Why the record that leads cannot say what is owed, while another one of the deal is where a contract is due. */
export interface LeadingOut {
  readonly follower: Lane;
  /** `unread`: nothing is known of it yet. `gone`: it was deleted, and the other one was not. */
  readonly why: 'unread' | 'gone';
}

/** Nobody would hear that nothing happens; undefined in the ordinary case. */
export function leadingIsOut(deal: Deal): LeadingOut | undefined {
  const { connectionId } = deal.leading;
  const isRead = deal.lanes.some((lane) => lane.connectionId === connectionId && lane.transitions.length > 0);
  const why = !isRead ? 'unread' : presenceOf(deal) === 'deleted' ? 'gone' : undefined;
  if (why === undefined) return undefined;
  const follower = livingFollower(deal, isDueIn);
  return follower === undefined ? undefined : { follower, why };
}

/** A follower whose record is there, and that is as `accepts` says. */
export function livingFollower(deal: Deal, accepts: (lane: Lane) => boolean = () => true): Lane | undefined {
  return followers(deal).find((lane) => isThere(lane) && accepts(lane));
}

function isThere({ lifecycle }: Lane): boolean {
  const last = lifecycle.filter(({ what }) => what !== 'created').at(-1);
  return last === undefined || last.what === 'restored';
}

function isDueIn({ transitions }: Lane): boolean {
  const stage = entriesOf(transitions).at(-1)?.stage;
  return stage !== undefined && (sideOf(stage, 'procurement') ?? -1) >= 0;
}
