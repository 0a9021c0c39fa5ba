import type { Contract } from '../../domain/contract.ts';
import { isLive } from '../../domain/contract-machine.ts';
import { contractInWords } from '../../domain/contract-words.ts';
import type { Deal, Lane } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import { laneOf, withLane } from '../../domain/lanes.ts';
import { compareText, compareTransitions } from '../../domain/transitions.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';
import { changeDeal } from './change-deal.ts';
import { onlyOneOpportunity } from './links-disagree.ts';
import { survivorOfTwo } from './survivor-of-two.ts';

/**
 * One deal goes into another one: the survivor takes its lanes over, it says where it went, and its records go by the
 * survivor's name. In this order, so that a crash leaves nothing unreachable; every step is safe to repeat. What has been
 * signed or sent is shown to people, and nothing of it is voided. HubError `twin.survivor-gone` (retryable).
 */
export async function absorbDeal(survivorId: string, loserId: string, parts: CoreParts): Promise<Deal> {
  if ((await survivorOfTwo(survivorId, loserId, parts)) !== survivorId) throw goneItself(survivorId, loserId);
  const loser = await parts.store.loadDeal(loserId);
  const lanes = loser?.lanes ?? [];
  const config = await parts.config();
  await changeDeal(survivorId, parts, (deal) => {
    if (deal.mergedInto !== undefined) throw goneItself(survivorId, deal.mergedInto);
    return onlyOneOpportunity(lanes.reduce(withBoth, deal), config);
  });
  await tellOfContracts(survivorId, loserId, parts);
  await endWaiting(loserId, survivorId, parts);
  const gone = await changeDeal(loserId, parts, (deal) =>
    deal.mergedInto === survivorId ? deal : { ...deal, mergedInto: survivorId },
  );
  // Something may have been recorded there since its lanes were read.
  const survivor = await changeDeal(survivorId, parts, (deal) => gone.lanes.reduce(withBoth, deal));
  for (const { connectionId, recordId } of gone.lanes) await parts.store.moveAlias(connectionId, recordId, survivorId);
  return survivor;
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

/**
 * Found out too late: the deal that goes has a contract that is out or signed. Only the survivor's is followed by files,
 * stage and tasks, so a person has to know of the other one, whether or not there are two.
 */
async function tellOfContracts(survivorId: string, loserId: string, parts: CoreParts): Promise<void> {
  const [mine, theirs] = await Promise.all([contractsThatCount(survivorId, parts), contractsThatCount(loserId, parts)]);
  if (theirs.length === 0) return;
  const { calendar } = await parts.config();
  const words = (dealId: string, contracts: readonly Contract[]) =>
    contracts.map((contract) => `${contractInWords(contract, calendar.timeZone)} (deal ${dealId})`).join(', ');
  const both = [...(mine.length === 0 ? [] : [words(survivorId, mine)]), words(loserId, theirs)].join('; ');
  const sentence = `${survivorId} and ${loserId} turned out to be the same deal, ${mine.length === 0 ? 'with a contract under the one that is not followed any more' : 'and both have a contract'}: ${both}; nothing is voided by itself`;
  const remedy = `decide with the customer which one stands and \`npx stagepost void\` the other one; files, stage and tasks follow a contract of ${survivorId} alone`;
  for (const dealId of [survivorId, loserId]) {
    await decide(dealId, `contract/for/twin-${loserId}`, { code: 'twin.two-contracts', sentence }, parts, remedy);
  }
}

async function contractsThatCount(dealId: string, parts: CoreParts): Promise<readonly Contract[]> {
  const { contracts } = await parts.store.loadDealItems(dealId);
  return contracts.filter((contract) => isLive(contract) || contract.state === 'completed');
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
