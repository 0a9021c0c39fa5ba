import type { Deal } from '../domain/deal.ts';
import { currentEntry, isDeleted } from '../domain/entries.ts';
import type { Stage } from '../domain/stages.ts';
import { followerViews } from '../domain/twins.ts';

/** One line of the list of deals. */
export interface DealRow {
  readonly dealId: string;
  readonly name?: string;
  readonly stage: Stage;
  /** When the present stage was entered; absent while nothing is known. */
  readonly sinceMs?: number;
  readonly amount?: string;
  readonly currency?: string;
  readonly url?: string;
  readonly isDeleted: boolean;
  /** The CRM showed a stage that its history does not explain yet. */
  readonly isDisputed: boolean;
  /** Records of the deal in other CRMs: shown, and without effect. */
  readonly followers?: readonly FollowerRow[];
  /** The deal that this one went into. */
  readonly partOf?: string;
  readonly updatedAtMs: number;
}

export interface FollowerRow {
  readonly connectionId: string;
  readonly recordId: string;
  readonly stage?: Stage;
  readonly sinceMs?: number;
  /** False when it says another stage than the record that leads. */
  readonly agrees: boolean;
}

export function dealRow(deal: Deal): DealRow {
  const entry = currentEntry(deal);
  const followers = followerViews(deal, entry?.stage ?? 'unknown').map(
    ({ connectionId, recordId, entry: theirs, agrees }): FollowerRow => ({
      connectionId,
      recordId,
      ...(theirs === undefined ? {} : { stage: theirs.stage, sinceMs: theirs.enteredAtMs }),
      agrees,
    }),
  );
  return {
    dealId: deal.dealId,
    ...deal.details,
    stage: entry?.stage ?? 'unknown',
    ...(entry === undefined ? {} : { sinceMs: entry.enteredAtMs }),
    isDeleted: isDeleted(deal),
    isDisputed: deal.lanes.some((lane) => lane.dispute !== undefined),
    ...(followers.length === 0 ? {} : { followers }),
    ...(deal.mergedInto === undefined ? {} : { partOf: deal.mergedInto }),
    updatedAtMs: deal.updatedAtMs,
  };
}
