import type { Contract } from '../../domain/contract.ts';
import { isActive } from '../../domain/contract-machine.ts';
import { contractInWords } from '../../domain/contract-words.ts';
import type { Deal, Lane } from '../../domain/deal.ts';
import { laneOf, withLane } from '../../domain/lanes.ts';
import { compareText, compareTransitions } from '../../domain/transitions.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';
import { changeDeal } from './change-deal.ts';

/**
 * One deal goes into another one: the survivor takes its lanes over, it says where it went, and its records go by the
 * survivor's name. In this order, so that a crash leaves nothing unreachable; every step is safe to repeat. What both have
 * signed or sent is shown to people, and nothing of it is voided.
 */
export async function absorbDeal(survivorId: string, loserId: string, parts: CoreParts): Promise<Deal> {
  const loser = await parts.store.loadDeal(loserId);
  const lanes = loser?.lanes ?? [];
  const survivor = await changeDeal(survivorId, parts, (deal) => lanes.reduce(withBoth, deal));
  await changeDeal(loserId, parts, (deal) =>
    deal.mergedInto === survivorId ? deal : { ...deal, mergedInto: survivorId },
  );
  for (const { connectionId, recordId } of lanes) await parts.store.moveAlias(connectionId, recordId, survivorId);
  await tellOfTwoContracts(survivorId, loserId, parts);
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

/** Found out too late: both deals have a contract that is out or signed. */
async function tellOfTwoContracts(survivorId: string, loserId: string, parts: CoreParts): Promise<void> {
  const [mine, theirs] = await Promise.all([contractsThatCount(survivorId, parts), contractsThatCount(loserId, parts)]);
  if (mine.length === 0 || theirs.length === 0) return;
  const { calendar } = await parts.config();
  const words = (dealId: string, contracts: readonly Contract[]) =>
    contracts.map((contract) => `${contractInWords(contract, calendar.timeZone)} (deal ${dealId})`).join(', ');
  const sentence = `${survivorId} and ${loserId} turned out to be the same deal, and both have a contract: ${words(survivorId, mine)}; ${words(loserId, theirs)}; nothing is voided by itself`;
  const remedy = 'decide with the customer which one stands, and `npx stagepost void` the other one';
  for (const dealId of [survivorId, loserId]) {
    await decide(dealId, 'contract/for/twin', { code: 'twin.two-contracts', sentence }, parts, remedy);
  }
}

async function contractsThatCount(dealId: string, parts: CoreParts): Promise<readonly Contract[]> {
  const { contracts } = await parts.store.loadDealItems(dealId);
  return contracts.filter((contract) => isActive(contract) || contract.state === 'completed');
}
