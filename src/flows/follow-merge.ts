import type { Deal } from '../domain/deal.ts';
import { HubError } from '../domain/errors.ts';
import { emptyLane, laneOf, withLane } from '../domain/lanes.ts';
import type { RecordLifecycle } from '../domain/signals.ts';
import type { CoreParts } from './parts.ts';
import { changeDeal } from './twins/change-deal.ts';

const SAVE_ATTEMPTS = 12;

/**
 * A record was merged into another one. A record that only follows changes nothing but its own name. If nobody knows the surviving record yet, this deal lives on under it
 * (with its contracts and plans); if it already is another deal, this one points there and has no effects any more.
 * Safe to repeat; returns the deal as it is then. HubError `store.contended` (retryable).
 */
export async function followMerge(deal: Deal, signal: RecordLifecycle, parts: CoreParts): Promise<Deal> {
  const survivor = signal.intoRecordId;
  if (survivor === undefined || survivor === signal.recordId) return deal;
  const winner = await parts.store.claimAlias(signal.connectionId, survivor, deal.dealId);
  if (winner !== deal.dealId) await leaveWord(winner, deal, signal, parts);
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const current = await parts.store.loadDeal(deal.dealId);
    if (current === undefined) return deal;
    const changed = merged(current, signal, winner, survivor);
    if (changed === undefined) return current;
    const saved = await parts.store.saveDeal(changed);
    if (saved !== 'conflict') return saved;
  }
  throw new HubError('store.contended', `deal ${deal.dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId: deal.dealId },
  });
}

/**
 * The record went into a follower of a deal that another CRM leads. That deal has to know of it, or it would not find
 * what is under way in its name.
 */
async function leaveWord(winner: string, deal: Deal, signal: RecordLifecycle, parts: CoreParts): Promise<void> {
  const { connectionId, recordId } = signal;
  const into = await parts.store.loadDeal(winner);
  if (into === undefined || into.leading.connectionId === connectionId) return;
  if (deal.leading.connectionId !== connectionId) return;
  await changeDeal(winner, parts, (current) =>
    laneOf(current, connectionId, recordId) === undefined
      ? withLane(current, emptyLane({ connectionId, recordId }))
      : current,
  );
}

function merged(deal: Deal, signal: RecordLifecycle, winner: string, survivor: string): Deal | undefined {
  // Another CRM leads this deal: that two of its followers became one there does not make two deals one.
  if (deal.leading.connectionId !== signal.connectionId) return undefined;
  if (winner !== deal.dealId) return deal.mergedInto === winner ? undefined : { ...deal, mergedInto: winner };
  const leads = deal.leading.recordId === signal.recordId;
  return leads ? { ...deal, leading: { connectionId: signal.connectionId, recordId: survivor } } : undefined;
}
