import type { Deal } from '../../domain/deal.ts';
import { emptyLane, withLane } from '../../domain/lanes.ts';
import type { RecordLifecycle, RecordLink } from '../../domain/signals.ts';
import { type Pair, pairOf } from '../../domain/twins.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';
import { notStored } from './not-stored.ts';

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
 * that leads, and keeps it. HubError `twin.not-stored` (retryable).
 */
export async function mergeDisagrees(
  deal: Deal,
  other: Deal | undefined,
  { connectionId, recordId, intoRecordId }: RecordLifecycle,
  parts: CoreParts,
): Promise<boolean> {
  // Whoever goes leaves word there, so there has to be somewhere to leave it.
  if (other === undefined) throw notStored(`${connectionId}.${intoRecordId ?? '?'}`);
  const pair = pairOf(await parts.config(), connectionId);
  if (pair === undefined || pair.leading === connectionId) return false;
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
 * Two deals were joined, and one of them had got another opportunity since it was asked: a third deal went into it. That
 * cannot be taken back, and only one of the opportunities is followed; a person hears of the other one.
 */
export async function tellOfTwoOpportunities(deal: Deal, loserId: string, parts: CoreParts): Promise<void> {
  const { dealId, leading } = deal;
  const pair = pairOf(await parts.config(), leading.connectionId);
  const names = pair === undefined ? undefined : twoOpportunities(deal, deal, pair);
  if (pair === undefined || names === undefined) return;
  const sentence = `${dealId} and ${loserId} were joined while a third deal went into ${loserId}: ${names} of ${pair.leading} are in one deal, and only record ${leading.recordId} of ${leading.connectionId} is followed`;
  const remedy = `do by hand what the other record needs, or merge the two in ${pair.leading} if they are the same`;
  await decide(dealId, `contract/for/twin-of-${loserId}`, { code: 'twin.links-disagree', sentence }, parts, remedy);
}

/** Records of the connection that the deal knows and that did not become another record. */
export function recordsOf({ lanes }: Deal, connectionId: string): readonly string[] {
  return lanes
    .filter((lane) => lane.connectionId === connectionId && !lane.lifecycle.some(({ what }) => what === 'merged'))
    .map(({ recordId }) => recordId);
}
