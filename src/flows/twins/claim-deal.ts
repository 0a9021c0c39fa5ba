import type { Contract } from '../../domain/contract.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import { HubError, isHubError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { HubConfig } from '../../domain/policies.ts';
import { pairOf } from '../../domain/twins.ts';
import { connectionOf } from '../connections.ts';
import type { CrmParts } from '../parts.ts';
import { healRecord } from '../refresh/heal-record.ts';
import { putThroughInbox } from '../refresh/refresh-deal.ts';
import { linkSignal } from './link-signal.ts';

/** A deal that stands for the same opportunity, and what it has already. */
export interface OtherDeal {
  readonly dealId: string;
  readonly contracts: readonly Contract[];
  readonly plans: readonly Plan[];
}

interface ClaimView {
  readonly deal: Deal;
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly traceId: string;
}

/**
 * Claims every record of the deal for it, after a fresh read and before anything is done outside in its name: the lanes,
 * the record of the other CRM that the read names, and those that were merged into it. Gives the other deals that have
 * claimed one of them or go by it; whoever acts looks at what those have.
 *
 * HubError (retryable): `twin.link-unrecorded` when a twin turned up just now, `twin.leading-moved` when another
 * connection leads meanwhile, and what the CRMs throw.
 */
export async function claimDeal(view: ClaimView, parts: CrmParts): Promise<readonly OtherDeal[]> {
  const { deal } = view;
  await lookForTwin(view, parts);
  const others = new Set<string>();
  for (const { connectionId, recordId } of recordsOf(view)) {
    const wanted = { dealId: deal.dealId, leading: deal.leading.connectionId };
    const claim = await parts.store.claimRecord(connectionId, recordId, wanted);
    if (claim.dealId !== deal.dealId) others.add(claim.dealId);
    else if (claim.leading !== wanted.leading) throw leadingMoved(deal, claim.leading);
    const goesBy = await parts.store.resolveAlias(connectionId, recordId);
    if (goesBy === undefined || goesBy === deal.dealId) continue;
    others.add(goesBy);
    // Its merge was never told: reading the record that is gone tells it.
    if (isPredecessor(view, connectionId, recordId)) {
      await healRecord(connectionOf(view.config, connectionId), recordId, parts, {
        source: 'predecessor',
        traceId: view.traceId,
      });
    }
  }
  const found = await Promise.all([...others].map((dealId) => parts.store.loadDealItems(dealId)));
  return [...others].map((dealId, at) => ({
    dealId,
    contracts: found[at]?.contracts ?? [],
    plans: found[at]?.plans ?? [],
  }));
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
  const byKey = new Map(
    names.map(({ connectionId, recordId }) => [`${connectionId} ${recordId}`, { connectionId, recordId }]),
  );
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

function isPredecessor({ deal, facts }: ClaimView, connectionId: string, recordId: string): boolean {
  return connectionId === deal.leading.connectionId && facts?.mergedRecordIds.includes(recordId) === true;
}

/**
 * The record that leads does not know of its twin; the twin knows of it. Whether there is one is asked before the first
 * effect, as long as none is known.
 */
async function lookForTwin({ deal, config, traceId }: ClaimView, parts: CrmParts): Promise<void> {
  const { connectionId, recordId } = deal.leading;
  const pair = pairOf(config, connectionId);
  if (pair === undefined || pair.declaredBy === connectionId) return;
  if (deal.lanes.some((lane) => lane.connectionId === pair.other)) return;
  const twin = await findTwin(connectionOf(config, pair.other), recordId, parts);
  if (twin === undefined) return;
  const link = linkSignal({ connectionId: pair.other, recordId: twin }, deal.leading, parts.clock.nowMs());
  await putThroughInbox(pair.other, [link], 'twin-found', traceId, parts);
  throw new HubError(
    'twin.link-unrecorded',
    `record ${twin} of ${pair.other} is the same deal as record ${recordId} of ${connectionId}; the two are being joined`,
    { retry: { afterMs: 3000 }, context: { dealId: deal.dealId } },
  );
}

async function findTwin(
  connection: Parameters<CrmParts['crm']>[0],
  recordId: string,
  parts: CrmParts,
): Promise<string | undefined> {
  try {
    return await parts.crm(connection).findLinkedRecord(recordId);
  } catch (error) {
    // A CRM that is closed to us must not stop the other one for good; what passes is waited for.
    if (!isHubError(error) || error.retry !== 'never') throw error;
    parts.log('warn', 'twin.not-asked', { connectionId: connection.id, code: error.code });
    return undefined;
  }
}

function leadingMoved(deal: Deal, leading: string): HubError {
  return new HubError('twin.leading-moved', `deal ${deal.dealId} is led by ${leading} now; looked at again`, {
    retry: { afterMs: 1000 },
    context: { dealId: deal.dealId },
  });
}
