import type { Deal } from '../domain/deal.ts';
import { currentEntry, isDeleted } from '../domain/entries.ts';
import type { Stage } from '../domain/stages.ts';

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
  readonly updatedAtMs: number;
}

export function dealRow(deal: Deal): DealRow {
  const entry = currentEntry(deal);
  return {
    dealId: deal.dealId,
    ...deal.details,
    stage: entry?.stage ?? 'unknown',
    ...(entry === undefined ? {} : { sinceMs: entry.enteredAtMs }),
    isDeleted: isDeleted(deal),
    isDisputed: deal.lanes.some((lane) => lane.dispute !== undefined),
    updatedAtMs: deal.updatedAtMs,
  };
}
