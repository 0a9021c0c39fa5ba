import type { Contract } from '../../domain/contract.ts';
import { isLive } from '../../domain/contract-machine.ts';
import { contractInWords } from '../../domain/contract-words.ts';
import type { Deal } from '../../domain/deal.ts';
import type { HoldObligation } from '../hold-decision.ts';
import type { CoreParts } from '../parts.ts';
import { dealsWithin } from './went-into.ts';

/** What is said of the contracts of a deal that goes into another one stands here, on both. */
export function subjectOfBoth(loserId: string): string {
  return `contract/for/twin-${loserId}`;
}

/**
 * Found out too late: the deal that goes has a contract that is out or signed, or one of those that went into it before
 * has. Only the survivor's is followed by files, stage and tasks, so a person has to know of the other one, whether or
 * not there are two. Undefined when there is nothing to say.
 */
export async function contractsOfBoth(
  survivor: Deal,
  loser: Deal,
  parts: CoreParts,
): Promise<Required<HoldObligation> | undefined> {
  const { dealId: survivorId } = survivor;
  const { dealId: loserId } = loser;
  const goes = [loserId, ...(await dealsWithin(loser, parts))];
  // The second time, after a crash, what goes is within the survivor already.
  const stays = [survivorId, ...(await dealsWithin(survivor, parts))].filter((dealId) => !goes.includes(dealId));
  const [mine, theirs] = await Promise.all([contractsOf(stays, parts), contractsOf(goes, parts)]);
  if (theirs.length === 0) return undefined;
  const { calendar } = await parts.config();
  const words = (contracts: readonly Contract[]) =>
    contracts.map((each) => `${contractInWords(each, calendar.timeZone)} (deal ${each.dealId})`).join(', ');
  const both = [...(mine.length === 0 ? [] : [words(mine)]), words(theirs)].join('; ');
  const sentence = `${survivorId} and ${loserId} turned out to be the same deal, ${mine.length === 0 ? 'with a contract under the one that is not followed any more' : 'and both have a contract'}: ${both}; nothing is voided by itself`;
  const remedy = `decide with the customer which one stands and \`npx stagepost void\` the other one; files, stage and tasks follow a contract of ${survivorId} alone`;
  return { subject: subjectOfBoth(loserId), reason: { code: 'twin.two-contracts', sentence }, remedy };
}

async function contractsOf(dealIds: readonly string[], parts: CoreParts): Promise<readonly Contract[]> {
  const items = await Promise.all(dealIds.map((dealId) => parts.store.loadDealItems(dealId)));
  return items.flatMap(({ contracts }) => contracts).filter(counts);
}

/** Somebody may sign it, or has. */
export function counts(contract: Contract): boolean {
  return isLive(contract) || contract.state === 'completed';
}
