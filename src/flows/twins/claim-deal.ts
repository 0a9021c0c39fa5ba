import type { Contract } from '../../domain/contract.ts';
import type { Deal } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import { followers, pairOf } from '../../domain/twins.ts';
import type { Claim } from '../../store/claims.ts';
import { connectionOf } from '../connections.ts';
import type { CrmParts } from '../parts.ts';
import { healRecord } from '../refresh/heal-record.ts';
import { changeDeal } from './change-deal.ts';
import type { ClaimView } from './claim-view.ts';
import { lookForTwin } from './look-for-twin.ts';
import { wentInto } from './went-into.ts';

/** A deal that stands for the same opportunity, and what it has already. */
export interface OtherDeal {
  readonly dealId: string;
  readonly contracts: readonly Contract[];
  readonly plans: readonly Plan[];
}

/**
 * Claims every record of the deal for it, after a fresh read and before anything is done outside in its name: the lanes,
 * the record of the other CRM that the read names, and those that were merged into it. Gives the other deals that have
 * claimed one of them or go by it; whoever acts looks at what those have.
 *
 * HubError (retryable): `twin.link-unrecorded` when a twin turned up just now, `twin.claimed-elsewhere` when another
 * deal acts for the record that leads this one, `twin.leading-moved` when another record leads, and what the CRMs throw.
 */
export async function claimDeal(view: ClaimView, parts: CrmParts): Promise<readonly OtherDeal[]> {
  const { deal } = view;
  await lookForTwin(view, parts);
  await claimLeading(deal, parts);
  const others = new Set<string>();
  for (const { connectionId, recordId } of recordsOf(view)) {
    const claim = await parts.store.claimRecord(connectionId, recordId, claimOf(deal));
    const goesBy = await parts.store.resolveAlias(connectionId, recordId);
    // The deal that the record would have begun: it may have been absorbed since, and still have something that is out.
    for (const dealId of [claim.dealId, goesBy, `${connectionId}.${recordId}`]) {
      if (dealId !== undefined && dealId !== deal.dealId) others.add(dealId);
    }
    // Its merge was never told: reading the record that is gone tells it.
    if (goesBy !== undefined && goesBy !== deal.dealId && isPredecessor(view, connectionId, recordId)) {
      const told = { source: 'predecessor', traceId: view.traceId };
      await healRecord(connectionOf(view.config, connectionId), recordId, parts, told);
    }
  }
  for (const dealId of await mergedElsewhere(deal, parts)) others.add(dealId);
  const found = await Promise.all([...others].map((dealId) => parts.store.loadDealItems(dealId)));
  return [...others].map((dealId, at) => ({
    dealId,
    contracts: found[at]?.contracts ?? [],
    plans: found[at]?.plans ?? [],
  }));
}

function claimOf(deal: Deal): Claim {
  return { dealId: deal.dealId, leading: deal.leading.connectionId };
}

/**
 * The claim on the record that leads decides, because it is written once: a deal whose state says otherwise is put right
 * and looked at again, and one that lost its record to another deal is about to be joined to that.
 */
async function claimLeading(deal: Deal, parts: CrmParts): Promise<void> {
  const { connectionId, recordId } = deal.leading;
  const claim = await parts.store.claimRecord(connectionId, recordId, claimOf(deal));
  const context = { dealId: deal.dealId };
  if (claim.dealId !== deal.dealId) {
    // What went into this deal acted for the record before; who leads was decided anew since.
    if (await wentInto(claim.dealId, deal.dealId, parts)) return;
    const sentence = `record ${recordId} of ${connectionId}, which leads deal ${deal.dealId}, is acted for by ${claim.dealId}; the two are being joined`;
    throw new HubError('twin.claimed-elsewhere', sentence, { retry: { afterMs: 10_000 }, context });
  }
  if (claim.leading === connectionId) return;
  await changeDeal(deal.dealId, parts, (current) => {
    const lane = current.lanes.find((each) => each.connectionId === claim.leading);
    if (lane === undefined || current.leading.connectionId === claim.leading) return current;
    return { ...current, leading: { connectionId: lane.connectionId, recordId: lane.recordId } };
  });
  const sentence = `deal ${deal.dealId} is led by ${claim.leading}; looked at again`;
  throw new HubError('twin.leading-moved', sentence, { retry: { afterMs: 5000 }, context });
}

/**
 * Deals of records into which one of ours was merged over there. A deal that our own CRM leads is another opportunity,
 * whatever the other CRM makes of its records.
 */
async function mergedElsewhere(deal: Deal, parts: CrmParts): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { connectionId, lifecycle } of followers(deal)) {
    for (const { intoRecordId } of lifecycle) {
      if (intoRecordId === undefined) continue;
      const dealId = await parts.store.resolveAlias(connectionId, intoRecordId);
      const other = dealId === undefined || dealId === deal.dealId ? undefined : await parts.store.loadDeal(dealId);
      if (other !== undefined && other.leading.connectionId !== deal.leading.connectionId) found.push(other.dealId);
    }
  }
  return found;
}

interface RecordName {
  readonly connectionId: string;
  readonly recordId: string;
}

/** In one order for everybody, so that two deals that claim the same records meet at the first of them. */
function recordsOf({ deal, config, facts }: ClaimView): readonly RecordName[] {
  const leading = deal.leading.connectionId;
  const pair = pairOf(config, leading);
  const linked = facts?.linkedRecordId;
  const names: readonly RecordName[] = [
    deal.leading,
    ...deal.lanes,
    ...(pair === undefined || linked === undefined ? [] : [{ connectionId: pair.other, recordId: linked }]),
    ...(facts?.mergedRecordIds ?? []).map((recordId) => ({ connectionId: leading, recordId })),
  ];
  const byKey = new Map(names.map((name) => [`${name.connectionId} ${name.recordId}`, name]));
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

function isPredecessor({ deal, facts }: ClaimView, connectionId: string, recordId: string): boolean {
  return connectionId === deal.leading.connectionId && facts?.mergedRecordIds.includes(recordId) === true;
}
