import type { Deal } from '../../domain/deal.ts';
import type { Decision } from '../../domain/plan.ts';
import { holdDecision } from '../hold-decision.ts';
import type { CrmParts } from '../parts.ts';
import { contractsOfBoth, counts, subjectOfBoth } from './contracts-of-both.ts';
import { dealsWithin, wentInto } from './went-into.ts';

/** What went in just now says so itself. */
const QUIET_MS = 2 * 60_000;

/**
 * A deal went into this one because its record became another one, and nobody was told of a contract that it has: the
 * process died before that deal was looked at, and its record goes by this deal's name since, or it was signed already.
 * Nothing else looks at a deal that is a part of another one.
 */
export async function tellOfPredecessors(
  { deal, standing }: { readonly deal: Deal; readonly standing: readonly Decision[] },
  traceId: string,
  parts: CrmParts,
): Promise<void> {
  if (deal.mergedInto !== undefined) return;
  const merged = deal.lanes.filter(({ lifecycle }) => lifecycle.some(({ what }) => what === 'merged'));
  for (const { connectionId, recordId } of merged) {
    const goneId = `${connectionId}.${recordId}`;
    if (goneId === deal.dealId || standing.some((decision) => tellsOfBoth(goneId, decision))) continue;
    const { deal: gone, contracts, standing: said } = await parts.store.loadDealItems(goneId);
    if (gone === undefined || parts.clock.nowMs() - gone.updatedAtMs < QUIET_MS) continue;
    if (!(await wentInto(goneId, deal.dealId, parts))) continue;
    // What went by way of another deal has named that one, and nobody looks there any more.
    const isNamed = gone.mergedInto === deal.dealId;
    const isUntold = contracts.some(
      (each) => counts(each) && !(isNamed && said.some((decision) => tellsOf(each.n, decision))),
    );
    if (!isUntold && !(await hasContractWithin(gone, parts))) continue;
    const told = await contractsOfBoth(deal, gone, parts);
    if (told === undefined) continue;
    for (const dealId of [deal.dealId, goneId]) await holdDecision(dealId, told, traceId, parts);
  }
}

/** Those that went into it before have spoken of it alone, which has gone on since. */
async function hasContractWithin(gone: Deal, parts: CrmParts): Promise<boolean> {
  const within = await dealsWithin(gone, parts);
  const items = await Promise.all(within.map((dealId) => parts.store.loadDealItems(dealId)));
  return items.some(({ contracts }) => contracts.some(counts));
}

function tellsOfBoth(goneId: string, { subject, reason }: Decision): boolean {
  return subject === subjectOfBoth(goneId) || reason.sentence.includes(`(deal ${goneId})`);
}

function tellsOf(n: number, { subject, reason, remedy }: Decision): boolean {
  return remedy !== undefined && subject === `contract/${n}` && reason.code === 'deal.merged';
}
