import type { Deal } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import { emptyLane, laneOf, withLane } from '../../domain/lanes.ts';
import type { RecordLink } from '../../domain/signals.ts';
import { type Pair, pairOf } from '../../domain/twins.ts';
import type { CoreParts } from '../parts.ts';
import { absorbDeal } from './absorb-deal.ts';
import { changeDeal } from './change-deal.ts';
import { linksDisagree } from './links-disagree.ts';
import { notStored } from './not-stored.ts';

/** What came of a link: the deal that both records belong to now, and the one that went into it. */
export interface Linked {
  readonly deal: Deal;
  readonly absorbed?: string;
}

/**
 * Two records of two CRMs are one deal. If nobody knows the other record yet, it becomes a lane of this deal. If it is a
 * deal of its own, one of the two goes into the other. Which one, and which connection leads, is decided by claims, that
 * is once: where something was done already, its record goes on leading. Safe to repeat, at any point of a crash.
 * HubError (retryable): `store.contended`, `twin.not-stored`.
 *
 * @param deal the deal of the record that names the other one
 */
export async function followLink(deal: Deal, signal: RecordLink, parts: CoreParts): Promise<Linked> {
  const pair = pairOf(await parts.config(), signal.connectionId);
  if (pair === undefined || pair.other !== signal.to.connectionId) return { deal };
  const here = { connectionId: signal.connectionId, recordId: signal.recordId };
  const { to } = signal;
  // Nobody knows the other record yet, and this deal has another one already: it is left to become a deal of its own. One
  // that goes by this deal's name already, and is not there yet, got the name from a process that died before it joined.
  const known = await parts.store.resolveAlias(to.connectionId, to.recordId);
  const isNew = known === undefined || (known === deal.dealId && !knows(deal, to));
  if (isNew && (await linksDisagree(deal, undefined, signal, pair, parts))) return { deal };
  const otherId = await parts.store.claimAlias(to.connectionId, to.recordId, deal.dealId);
  if (otherId === deal.dealId) return { deal: await joinLane(deal, here, to, pair, parts) };
  const other = await settled(otherId, parts);
  if (other.dealId === deal.dealId) {
    // It went into this deal already, and the process died before its record went by this name.
    await parts.store.moveAlias(to.connectionId, to.recordId, deal.dealId);
    return { deal: await joinLane(deal, here, to, pair, parts) };
  }
  if (await linksDisagree(deal, other, signal, pair, parts)) return { deal };
  return merge({ deal, record: here }, { deal: other, record: to }, pair, parts);
}

interface RecordName {
  readonly connectionId: string;
  readonly recordId: string;
}

interface Half {
  readonly deal: Deal;
  readonly record: RecordName;
}

function knows(deal: Deal, { connectionId, recordId }: RecordName): boolean {
  return laneOf(deal, connectionId, recordId) !== undefined;
}

/** Follows to where a deal went, should it have gone into another one. */
async function settled(dealId: string, parts: CoreParts): Promise<Deal> {
  let id = dealId;
  for (let hop = 0; hop < 5; hop += 1) {
    const deal = await parts.store.loadDeal(id);
    if (deal === undefined) throw notStored(id);
    if (deal.mergedInto === undefined) return deal;
    id = deal.mergedInto;
  }
  throw new HubError('twin.merged-in-circle', `deal ${dealId} goes into deals that go into each other`, {
    retry: 'never',
    context: { dealId },
  });
}

/** The other record joins this deal, and leads it from now on if it is to and nothing was done yet. */
async function joinLane(deal: Deal, here: RecordName, to: RecordName, pair: Pair, parts: CoreParts): Promise<Deal> {
  const [leader, follower] = pair.leading === to.connectionId ? [to, here] : [here, to];
  await claimWhatIsBegun({ deal, record: follower }, parts);
  // Frozen by whoever comes first: this link, or the first effect in the follower's name.
  const claim = await parts.store.claimRecord(follower.connectionId, follower.recordId, {
    dealId: deal.dealId,
    leading: pair.leading,
  });
  const switches = claim.dealId === deal.dealId && claim.leading === pair.leading;
  return changeDeal(deal.dealId, parts, (current) => {
    const lanes = [here, to].reduce((all, name) => (knows(all, name) ? all : withLane(all, emptyLane(name))), current);
    const leads = current.leading.connectionId === leader.connectionId;
    return switches && !leads ? { ...lanes, leading: leader } : lanes;
  });
}

async function merge(here: Half, there: Half, pair: Pair, parts: CoreParts): Promise<Linked> {
  const [leader, follower] = pair.leading === there.record.connectionId ? [there, here] : [here, there];
  for (const half of [leader, follower]) await claimWhatIsBegun(half, parts);
  const survivor = await survivorOf(leader, follower, parts);
  const loser = survivor === leader ? follower : leader;
  const deal = await absorbDeal(survivor.deal.dealId, loser.deal.dealId, parts);
  return { deal, absorbed: loser.deal.dealId };
}

/**
 * The deal of the record that leads lives on, unless only the other one has acted: then that one keeps what it has begun.
 * Both sides claim a record before they act, so these two questions settle it whatever happens at the same time.
 */
async function survivorOf(leader: Half, follower: Half, parts: CoreParts): Promise<Half> {
  const { claimRecord } = parts.store;
  const leaderWins = { dealId: leader.deal.dealId, leading: leader.deal.leading.connectionId };
  const forFollower = await claimRecord(follower.record.connectionId, follower.record.recordId, leaderWins);
  if (forFollower.dealId !== follower.deal.dealId) return leader;
  const forLeader = await claimRecord(leader.record.connectionId, leader.record.recordId, forFollower);
  return forLeader.dealId === follower.deal.dealId ? follower : leader;
}

/** What was begun before records were claimed, or while the record had another name, counts as begun. */
async function claimWhatIsBegun({ deal, record }: Half, parts: CoreParts): Promise<void> {
  const { contracts, plans } = await parts.store.loadDealItems(deal.dealId);
  if (contracts.length + plans.length === 0) return;
  const claim = { dealId: deal.dealId, leading: deal.leading.connectionId };
  await parts.store.claimRecord(record.connectionId, record.recordId, claim);
}
