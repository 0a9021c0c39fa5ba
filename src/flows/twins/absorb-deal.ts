import type { Deal, Lane } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import { laneOf, withLane } from '../../domain/lanes.ts';
import { compareText, compareTransitions } from '../../domain/transitions.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';
import { changeDeal } from './change-deal.ts';
import { contractsOfBoth } from './contracts-of-both.ts';
import { tellOfTwoOpportunities } from './links-disagree.ts';
import { notStored } from './not-stored.ts';
import { survivorOfTwo } from './survivor-of-two.ts';

const ROUNDS = 5;

/**
 * One deal goes into another one: the survivor takes its lanes over, it says where it went, and its records go by the
 * survivor's name. In this order, so that a crash leaves nothing unreachable; every step is safe to repeat. What has been
 * signed or sent is shown to people, and nothing of it is voided. HubError `twin.survivor-gone`, `twin.joined-meanwhile`
 * (retryable).
 */
export async function absorbDeal(survivorId: string, loserId: string, parts: CoreParts): Promise<Deal> {
  if ((await survivorOfTwo(survivorId, loserId, parts)) !== survivorId) throw goneItself(survivorId, loserId);
  for (let round = 0; round < ROUNDS; round += 1) {
    const loser = await parts.store.loadDeal(loserId);
    if (loser === undefined) throw notStored(loserId);
    const isLate = round > 0;
    const joined = await changeDeal(survivorId, parts, (deal) => goesOn(deal, loser.lanes), isLate);
    if (isLate) await tellOfTwoOpportunities(joined, loserId, parts);
    const told = await contractsOfBoth(joined, loser, parts);
    if (told !== undefined) {
      for (const each of [survivorId, loserId]) await decide(each, told.subject, told.reason, parts, told.remedy);
    }
    await endWaiting(loserId, survivorId, parts);
    // What was recorded there since its lanes were read comes along first.
    const gone = await changeDeal(loserId, parts, (deal) =>
      deal.mergedInto === survivorId || goesOn(joined, deal.lanes) !== joined
        ? deal
        : { ...deal, mergedInto: survivorId },
    );
    if (gone.mergedInto !== survivorId) continue;
    for (const lane of gone.lanes) {
      if (await isOfOthers(lane, survivorId, parts)) continue;
      await parts.store.moveAlias(lane.connectionId, lane.recordId, survivorId);
    }
    return joined;
  }
  throw new HubError('store.contended', `deal ${loserId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId: loserId },
  });
}

/**
 * The record has left word that it became one of the deal that goes, and its own deal is about to follow: by its name that
 * deal is found, so it keeps it until then.
 */
async function isOfOthers({ connectionId, recordId }: Lane, survivorId: string, parts: CoreParts): Promise<boolean> {
  const dealId = await parts.store.resolveAlias(connectionId, recordId);
  const deal = dealId === undefined || dealId === survivorId ? undefined : await parts.store.loadDeal(dealId);
  return deal !== undefined && deal.mergedInto === undefined;
}

/** The deal with what the other one's records brought; the deal itself when it knows all of it. */
function goesOn(deal: Deal, lanes: readonly Lane[]): Deal {
  if (deal.mergedInto !== undefined) throw goneItself(deal.dealId, deal.mergedInto);
  return lanes.reduce(withBoth, deal);
}

/** What either of them knew of the record. */
function withBoth(deal: Deal, lane: Lane): Deal {
  const known = laneOf(deal, lane.connectionId, lane.recordId);
  if (known === undefined) return withLane(deal, lane);
  const transitions = lane.transitions.filter(({ id }) => !known.transitions.some((each) => each.id === id));
  const lifecycle = lane.lifecycle.filter(({ id }) => !known.lifecycle.some((each) => each.id === id));
  if (transitions.length === 0 && lifecycle.length === 0) return deal;
  return withLane(deal, {
    ...known,
    transitions: [...known.transitions, ...transitions].sort(compareTransitions),
    lifecycle: [...known.lifecycle, ...lifecycle].sort((a, b) => a.atMs - b.atMs || compareText(a.id, b.id)),
  });
}

function goneItself(dealId: string, into: string): HubError {
  return new HubError('twin.survivor-gone', `deal ${dealId} goes into ${into} meanwhile`, {
    retry: { afterMs: 1000 },
    context: { dealId },
  });
}

/** What the deal that goes was waiting for is over; left standing, it would be looked at for a week. */
async function endWaiting(loserId: string, survivorId: string, parts: CoreParts): Promise<void> {
  const { standing } = await parts.store.loadDealItems(loserId);
  for (const { subject, reason, remedy } of standing) {
    if (remedy === undefined || !WAITS.has(reason.code)) continue;
    await decide(
      loserId,
      subject,
      { code: 'twin.joined', sentence: `it is decided about in ${survivorId} now` },
      parts,
    );
  }
}

const WAITS: ReadonlySet<string> = new Set([
  'twin.waits-for-link',
  'twin.link-unrecorded',
  'twin.leading-unread',
  'twin.leading-missing',
  'twin.contract-elsewhere',
  'twin.plan-elsewhere',
]);
