import type { Deal } from '../../domain/deal.ts';
import { followers } from '../../domain/twins.ts';
import { holdDecision } from '../hold-decision.ts';
import type { CrmParts } from '../parts.ts';
import { recordsOf } from './links-disagree.ts';

/**
 * A record that follows here became one of another deal, and that deal has a record of its own in the CRM that leads this
 * one: the two stay two, each with its contract and its tasks, and people hear of it on both. Where the other one has no
 * such record yet a link may still join them, so nothing is said before it is clear.
 */
export async function tellOfMergedFollowers(deal: Deal, traceId: string, parts: CrmParts): Promise<void> {
  if (deal.mergedInto !== undefined) return;
  for (const { connectionId, recordId, lifecycle } of followers(deal)) {
    const into = lifecycle.findLast(({ intoRecordId }) => intoRecordId !== undefined)?.intoRecordId;
    const other = into === undefined ? undefined : await dealOf(connectionId, into, parts);
    if (into === undefined || other === undefined || !staysApart(deal, other)) continue;
    const reason = {
      code: 'twin.links-disagree',
      sentence: `record ${recordId} of ${connectionId}, which follows in ${deal.dealId}, became record ${into}, which is of ${other.dealId}; the two deals have different records of ${deal.leading.connectionId}, and nothing was joined`,
    };
    const remedy = `look at both deals: what is the same has to be merged in ${deal.leading.connectionId} too, and a contract that is not wanted voided; else separate the records in ${connectionId}`;
    for (const { dealId } of [deal, other]) {
      await holdDecision(dealId, { subject: `contract/for/merge-${recordId}`, reason, remedy }, traceId, parts);
    }
  }
}

/** The deal that has the record now. */
async function dealOf(connectionId: string, recordId: string, { store }: CrmParts): Promise<Deal | undefined> {
  let id = await store.resolveAlias(connectionId, recordId);
  for (let hop = 0; hop < 5 && id !== undefined; hop += 1) {
    const deal = await store.loadDeal(id);
    if (deal?.mergedInto === undefined) return deal;
    id = deal.mergedInto;
  }
  return undefined;
}

function staysApart(deal: Deal, other: Deal): boolean {
  if (other.dealId === deal.dealId) return false;
  const mine = recordsOf(deal, deal.leading.connectionId);
  return recordsOf(other, deal.leading.connectionId).some((recordId) => !mine.includes(recordId));
}
