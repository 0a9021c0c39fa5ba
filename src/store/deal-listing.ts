import type { Deal } from '../domain/deal.ts';
import { STAGES, type Stage } from '../domain/stages.ts';
import { dealOf } from './deal-store.ts';
import { SHARD_NUMBERS, stageListingPk } from './keys.ts';
import type { Table } from './table.ts';

/**
 * Deals of a stage, or of all stages, latest change first. Index rows are hints: each deal is read again, and one that
 * has left the stage meanwhile is dropped.
 */
export async function listDeals(
  table: Table,
  stageOf: (deal: Deal) => Stage,
  stage: Stage | undefined,
  limit: number,
): Promise<readonly Deal[]> {
  const stages = stage === undefined ? STAGES : [stage];
  const partitions = stages.flatMap((each) => SHARD_NUMBERS.map((shard) => stageListingPk(each, shard)));
  const rows = await Promise.all(partitions.map((pk) => table.queryListing(pk, { descending: true, limit })));
  const hints = rows.flat().sort((a, b) => (a.listing.sk < b.listing.sk ? 1 : -1));
  const deals = new Map<string, Deal>();
  for (const hint of hints) {
    if (deals.size >= limit) break;
    if (deals.has(hint.pk)) continue;
    const item = await table.get(hint);
    if (item === undefined) continue;
    const deal = dealOf(item);
    if (deal.mergedInto !== undefined || (stage !== undefined && stageOf(deal) !== stage)) continue;
    deals.set(hint.pk, deal);
  }
  return [...deals.values()].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
}
