import type { Deal, Lane } from '../domain/deal.ts';
import { HubError } from '../domain/errors.ts';
import { laneOf, withLane } from '../domain/lanes.ts';
import type { RecordLifecycle } from '../domain/signals.ts';
import type { CoreParts } from './parts.ts';
import { changeDeal } from './twins/change-deal.ts';
import { mergeDisagrees } from './twins/links-disagree.ts';
import { survivorOfTwo } from './twins/survivor-of-two.ts';

const SAVE_ATTEMPTS = 12;

/**
 * A record was merged into another one. A record that only follows changes nothing but its own name. If nobody knows the
 * surviving record yet, this deal lives on under it (with its contracts and plans); if it already is another deal, this
 * one points there and has no effects any more.
 * Safe to repeat; returns the deal as it is then. HubError `store.contended`, `twin.not-stored`, `twin.joined-meanwhile`
 * (retryable).
 */
export async function followMerge(deal: Deal, signal: RecordLifecycle, parts: CoreParts): Promise<Deal> {
  const survivor = signal.intoRecordId;
  if (survivor === undefined || survivor === signal.recordId) return deal;
  const owner = await livesOnIn(await parts.store.claimAlias(signal.connectionId, survivor, deal.dealId), parts);
  const goes = owner !== deal.dealId && deal.leading.connectionId === signal.connectionId;
  if (goes && (await mergeDisagrees(deal, await parts.store.loadDeal(owner), signal, parts))) return deal;
  const winner = goes ? await survivorOfTwo(owner, deal.dealId, parts) : owner;
  if (winner !== deal.dealId) await leaveWord(winner, deal, signal, parts);
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const current = await parts.store.loadDeal(deal.dealId);
    if (current === undefined) return deal;
    const changed = merged(current, signal, winner, survivor);
    const saved = changed === undefined ? current : await parts.store.saveDeal(changed);
    if (saved === 'conflict') continue;
    if (saved.mergedInto !== undefined) await goByTheOther(saved, parts);
    return saved;
  }
  throw new HubError('store.contended', `deal ${deal.dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId: deal.dealId },
  });
}

/** Its records are looked for under the name of the deal that has them now. */
async function goByTheOther(deal: Deal, parts: CoreParts): Promise<void> {
  const owner = await livesOnIn(deal.dealId, parts);
  for (const { connectionId, recordId } of deal.lanes) await parts.store.moveAlias(connectionId, recordId, owner);
}

/** The deal itself, or the one that it went into. */
async function livesOnIn(dealId: string, parts: CoreParts): Promise<string> {
  let id = dealId;
  for (let hop = 0; hop < 5; hop += 1) {
    const into = (await parts.store.loadDeal(id))?.mergedInto;
    if (into === undefined) return id;
    id = into;
  }
  return id;
}

/**
 * The record went into one of another deal. That deal has to know of it, or it would not find what is under way in its
 * name, also once it goes into the deal of another CRM itself; and it has the records of the other CRM from now on.
 */
async function leaveWord(winner: string, deal: Deal, signal: RecordLifecycle, parts: CoreParts): Promise<void> {
  const { connectionId } = signal;
  if (deal.leading.connectionId !== connectionId) return;
  const into = await changeDeal(winner, parts, (current) =>
    deal.lanes
      // Stages of the record that is gone say nothing of the one that lives on.
      .map((lane): Lane => (lane.connectionId === connectionId ? { ...lane, transitions: [] } : lane))
      .reduce(
        (all, lane) => (laneOf(all, lane.connectionId, lane.recordId) === undefined ? withLane(all, lane) : all),
        current,
      ),
  );
  // It went into another one meanwhile, which has taken its records over already.
  if (into.mergedInto !== undefined) await leaveWord(into.mergedInto, deal, signal, parts);
}

function merged(deal: Deal, signal: RecordLifecycle, winner: string, survivor: string): Deal | undefined {
  // Another CRM leads this deal: that two of its followers became one there does not make two deals one.
  if (deal.leading.connectionId !== signal.connectionId) return undefined;
  if (winner !== deal.dealId) return deal.mergedInto === winner ? undefined : { ...deal, mergedInto: winner };
  const leads = deal.leading.recordId === signal.recordId;
  return leads ? { ...deal, leading: { connectionId: signal.connectionId, recordId: survivor } } : undefined;
}
