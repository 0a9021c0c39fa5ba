import type { Deal } from '../../src/domain/deal.ts';
import { currentStage } from '../../src/domain/entries.ts';
import type { Decision } from '../../src/domain/plan.ts';
import { type Court, PASSES, recordNamed } from './court.ts';
import type { TwinWorld } from './twin-world.ts';
import { eachPair, type Standing } from './watch.ts';

/** Somebody hears of a contract that files, stage and tasks do not follow. */
const TELLS_OF_ANOTHER = /^(?:twin\.(?:two-contracts|contract-elsewhere|links-disagree)|deal\.merged)$/;

/**
 * Two contracts of one deal are shown to people, and so is one that nothing follows: what is sent under a deal that went
 * into another one is never voided by the hub itself.
 *
 * @param shown what waits for a person, on the deal and on those of the contracts
 */
export function judgeWhatIsTold(
  deal: Deal,
  contracts: readonly Standing[],
  shown: readonly Decision[],
  { items }: Pick<Court, 'items'>,
  say: (what: string) => void,
): void {
  const toldWith = whatIsToldTogether(items);
  eachPair(contracts, (a, b) => {
    if (a.dealId !== b.dealId && !toldWith(a.dealId).has(b.dealId)) {
      say(`contracts of ${a.dealId} and ${b.dealId}, and no word about the two`);
    }
  });
  for (const each of contracts) {
    if (!wentInto(each.dealId, deal.dealId, items)) continue;
    if (!shown.some((decision) => isAbout(each, decision) && tellsOfAnother(decision))) {
      say(`nothing follows the contract of ${each.dealId}, and no word about it`);
    }
  }
}

/** Nothing is left of the deal in either CRM. */
export function judgeWhatIsOut(
  deal: Deal,
  contracts: readonly Standing[],
  shown: readonly Decision[],
  { scenario, world }: Pick<Court, 'scenario' | 'world'>,
  say: (what: string) => void,
): void {
  if (isUnheardOf(deal.leading.recordId, world)) return;
  for (const each of contracts) {
    if (each.isSigned) continue;
    // Of a record that was never seen, or became one that was not, nobody knows that it is gone; nothing is done to a deal in a stage that nobody
    // mapped; and what went into another deal is left to people.
    const isSeen =
      scenario.plot !== 'leading record never seen' && !deal.lanes.some((lane) => isUnheardOf(lane.recordId, world));
    const isClear = isSeen && currentStage(deal) !== 'unknown';
    const isToBeVoid = each.dealId === deal.dealId && isClear;
    if (isToBeVoid) say('everything is gone, and the contract is still out');
    else if (!shown.some((decision) => isAbout(each, decision) && !PASSES.has(decision.reason.code))) {
      say(`everything is gone, and no word about the contract of ${each.dealId}`);
    }
  }
}

/**
 * Deals of which somebody is told that they are one, by one word or by several that name one after the other: a word
 * stands on a deal and names others, or it stands on both.
 */
function whatIsToldTogether(items: Court['items']): (dealId: string) => ReadonlySet<string> {
  const found = new Map<string, ReadonlySet<string>>();
  const toldWith = (dealId: string) => found.get(dealId) ?? new Set([dealId]);
  const said = [...items.values()].flatMap(({ standing }) => standing.filter(tellsOfAnother));
  for (const { subject, reason } of said) {
    const about = [...items.keys()].filter(
      (dealId) =>
        reason.sentence.includes(dealId) ||
        said.some(
          (each) => each.dealId === dealId && each.subject === subject && each.reason.sentence === reason.sentence,
        ),
    );
    const all = new Set(about.flatMap((dealId) => [...toldWith(dealId)]));
    for (const dealId of all) found.set(dealId, all);
  }
  return toldWith;
}

function tellsOfAnother({ subject, reason, remedy }: Decision): boolean {
  return remedy !== undefined && subject.startsWith('contract/') && TELLS_OF_ANOTHER.test(reason.code);
}

/** Whether it stands on the contract's deal, or names that. */
function isAbout({ dealId }: Standing, { subject, reason, ...decision }: Decision): boolean {
  return subject.startsWith('contract/') && (decision.dealId === dealId || reason.sentence.includes(dealId));
}

function wentInto(dealId: string, intoId: string, items: Court['items']): boolean {
  let at = items.get(dealId)?.deal;
  for (let hop = 0; hop < 5 && at?.mergedInto !== undefined; hop += 1) {
    if (at.mergedInto === intoId) return true;
    at = items.get(at.mergedInto)?.deal;
  }
  return false;
}

/**
 * It became a record that was deleted before anybody had read it, and no webhook told of the merge in time: the CRM shows
 * neither of the two in what changed lately, so a contract in its name stays out until somebody looks.
 */
function isUnheardOf(recordId: string, world: TwinWorld): boolean {
  const heir = recordNamed(recordNamed(recordId, world)?.mergedInto ?? '', world);
  return heir?.isDeleted === true && world.togetherSinceMs(recordId, heir.id) === undefined;
}
