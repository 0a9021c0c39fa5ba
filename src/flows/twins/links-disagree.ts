import type { Deal } from '../../domain/deal.ts';
import type { RecordLink } from '../../domain/signals.ts';
import type { Pair } from '../../domain/twins.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';

/**
 * Joining the two would put two opportunities of the CRM that leads into one deal, and one of them would never be heard
 * of again: a record was linked anew, or records that name different opportunities were merged. Then nothing is joined,
 * and both deals say so to a person.
 */
export async function linksDisagree(
  deal: Deal,
  other: Deal,
  { recordId, to }: RecordLink,
  pair: Pair,
  parts: CoreParts,
): Promise<boolean> {
  const opportunities = new Set([deal, other].flatMap((each) => recordsOf(each, pair.leading)));
  if (opportunities.size < 2) return false;
  const names = [...opportunities].sort().join(' and ');
  const sentence = `record ${recordId} of ${pair.declaredBy} names record ${to.recordId} of ${to.connectionId}, but that would make one deal of ${names} of ${pair.leading}; nothing was joined`;
  const remedy = `correct the link of record ${recordId} in ${pair.declaredBy}, or merge what is the same there`;
  for (const { dealId } of [deal, other]) {
    await decide(dealId, `contract/for/link-${recordId}`, { code: 'twin.links-disagree', sentence }, parts, remedy);
  }
  return true;
}

/** Records of the connection that the deal knows and that did not become another record. */
function recordsOf({ lanes }: Deal, connectionId: string): readonly string[] {
  return lanes
    .filter((lane) => lane.connectionId === connectionId && !lane.lifecycle.some(({ what }) => what === 'merged'))
    .map(({ recordId }) => recordId);
}
