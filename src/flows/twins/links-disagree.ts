import type { Deal } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import { emptyLane, withLane } from '../../domain/lanes.ts';
import type { HubConfig } from '../../domain/policies.ts';
import type { RecordLifecycle, RecordLink } from '../../domain/signals.ts';
import { type Pair, pairOf } from '../../domain/twins.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';

/**
 * Joining the two would put two opportunities of the CRM that leads into one deal, and one of them would never be heard
 * of again: a record was linked anew, or records that name different opportunities were merged. Then nothing is joined,
 * and both deals say so to a person.
 */
export async function linksDisagree(
  deal: Deal,
  other: Deal | undefined,
  { recordId, to }: RecordLink,
  pair: Pair,
  parts: CoreParts,
): Promise<boolean> {
  const names = twoOpportunities(deal, other ?? withLane(deal, emptyLane(to)), pair);
  if (names === undefined) return false;
  const sentence = `record ${recordId} of ${pair.declaredBy} names record ${to.recordId} of ${to.connectionId}, but that would make one deal of ${names} of ${pair.leading}; nothing was joined`;
  const remedy = `correct the link of record ${recordId} in ${pair.declaredBy}, or merge what is the same there`;
  for (const { dealId } of other === undefined ? [deal] : [deal, other]) {
    await decide(dealId, `contract/for/link-${recordId}`, { code: 'twin.links-disagree', sentence }, parts, remedy);
  }
  return true;
}

/**
 * The same for a record that became one of another deal: the deal that it led has an opportunity of its own in the CRM
 * that leads, and keeps it.
 */
export async function mergeDisagrees(
  deal: Deal,
  other: Deal | undefined,
  { connectionId, recordId, intoRecordId }: RecordLifecycle,
  parts: CoreParts,
): Promise<boolean> {
  const pair = pairOf(await parts.config(), connectionId);
  if (pair === undefined || pair.leading === connectionId || other === undefined) return false;
  const names = twoOpportunities(deal, other, pair);
  if (names === undefined) return false;
  const sentence = `record ${recordId} of ${connectionId} became record ${intoRecordId ?? '?'}, but that would make one deal of ${names} of ${pair.leading}; nothing was joined`;
  const remedy = `look at both deals: what is the same has to be merged in ${pair.leading} too; else separate the records in ${connectionId}`;
  for (const { dealId } of [deal, other]) {
    await decide(dealId, `contract/for/merge-${recordId}`, { code: 'twin.links-disagree', sentence }, parts, remedy);
  }
  return true;
}

function twoOpportunities(deal: Deal, other: Deal, { leading }: Pair): string | undefined {
  const opportunities = new Set([deal, other].flatMap((each) => recordsOf(each, leading)));
  return opportunities.size < 2 ? undefined : [...opportunities].sort().join(' and ');
}

/**
 * The deal as it would be saved, if it still is one: whether two of them disagree was asked a moment ago, and somebody may
 * have joined one of them to a third since. HubError `twin.joined-meanwhile` (retryable): it is asked again.
 */
export function onlyOneOpportunity(deal: Deal, config: HubConfig): Deal {
  const pair = pairOf(config, deal.leading.connectionId);
  if (pair === undefined || recordsOf(deal, pair.leading).length < 2) return deal;
  throw new HubError('twin.joined-meanwhile', `deal ${deal.dealId} was joined to another opportunity meanwhile`, {
    retry: { afterMs: 1000 },
    context: { dealId: deal.dealId },
  });
}

/** Records of the connection that the deal knows and that did not become another record. */
export function recordsOf({ lanes }: Deal, connectionId: string): readonly string[] {
  return lanes
    .filter((lane) => lane.connectionId === connectionId && !lane.lifecycle.some(({ what }) => what === 'merged'))
    .map(({ recordId }) => recordId);
}
