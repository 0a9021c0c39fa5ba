import type { Deal } from '../../domain/deal.ts';
import { HubError, isHubError } from '../../domain/errors.ts';
import { type Pair, pairOf } from '../../domain/twins.ts';
import { connectionOf } from '../connections.ts';
import type { CrmParts } from '../parts.ts';
import { putThroughInbox } from '../refresh/refresh-deal.ts';
import type { ClaimView } from './claim-view.ts';
import { linkSignal } from './link-signal.ts';
import { recordsOf } from './links-disagree.ts';

/**
 * The record that leads does not know of its twin; the twin knows of it. Whether there is one is asked before the first
 * effect, as long as none is known. HubError `twin.link-unrecorded` (retryable) when there is: the two are joined first.
 */
export async function lookForTwin(
  { deal, config, traceId }: Pick<ClaimView, 'deal' | 'config' | 'traceId'>,
  parts: CrmParts,
): Promise<void> {
  const { connectionId, recordId } = deal.leading;
  const pair = pairOf(config, connectionId);
  if (pair === undefined || pair.declaredBy === connectionId) return;
  if (deal.lanes.some((lane) => lane.connectionId === pair.other)) return;
  const twin = await findTwin(connectionOf(config, pair.other), recordId, parts);
  if (twin === undefined || (await isTaken(pair, twin, deal.leading, parts))) return;
  const link = linkSignal({ connectionId: pair.other, recordId: twin }, deal.leading, parts.clock.nowMs());
  await putThroughInbox(pair.other, [link], 'twin-found', traceId, parts);
  throw new HubError(
    'twin.link-unrecorded',
    `record ${twin} of ${pair.other} is the same deal as record ${recordId} of ${connectionId}; the two are being joined`,
    { retry: { afterMs: 3000 }, context: { dealId: deal.dealId } },
  );
}

/**
 * It belongs to another opportunity here already, and nobody joins two opportunities because a third record names both:
 * the link was refused, a person was told, and this one goes on by itself.
 */
async function isTaken(pair: Pair, twin: string, leading: Deal['leading'], parts: CrmParts): Promise<boolean> {
  const { connectionId, recordId } = leading;
  const dealId = await parts.store.resolveAlias(pair.other, twin);
  const deal = dealId === undefined ? undefined : await parts.store.loadDeal(dealId);
  if (deal === undefined || deal.mergedInto !== undefined) return false;
  if (deal.leading.connectionId === connectionId) return true;
  return pair.leading === connectionId && recordsOf(deal, connectionId).some((each) => each !== recordId);
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
