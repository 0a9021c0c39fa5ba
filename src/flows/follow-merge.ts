import type { Deal } from '../domain/deal.ts';
import type { RecordLifecycle } from '../domain/signals.ts';
import type { CoreParts } from './parts.ts';

/**
 * A record was merged into another one. If nobody knows the surviving record yet, this deal lives on under it
 * (with its contracts and plans); if it already is another deal, this one points there and has no effects any more.
 */
export async function followMerge(deal: Deal, signal: RecordLifecycle, parts: CoreParts): Promise<void> {
  const survivor = signal.intoRecordId;
  if (survivor === undefined || survivor === signal.recordId) return;
  const winner = await parts.store.claimAlias(signal.connectionId, survivor, deal.dealId);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const current = await parts.store.loadDeal(deal.dealId);
    if (current === undefined) return;
    const changed = merged(current, signal, winner, survivor);
    if (changed === undefined) return;
    if ((await parts.store.saveDeal(changed)) !== 'conflict') return;
  }
}

function merged(deal: Deal, signal: RecordLifecycle, winner: string, survivor: string): Deal | undefined {
  if (winner !== deal.dealId) return deal.mergedInto === winner ? undefined : { ...deal, mergedInto: winner };
  const leads = deal.leading.connectionId === signal.connectionId && deal.leading.recordId === signal.recordId;
  return leads ? { ...deal, leading: { connectionId: signal.connectionId, recordId: survivor } } : undefined;
}
