import type { ContractPolicy } from './policies.ts';
import { sideOf, type Visit, visitHas } from './visits.ts';

/** The visit that a contract answers: procurement itself, or a later stage that was reached without it. */
export interface Owing {
  readonly visit: Visit;
  readonly how: 'entered' | 'passed';
}

type ClosingPolicy = Pick<ContractPolicy, 'goingBack' | 'lost'> | undefined;

/**
 * Only the last visit to procurement counts, and it goes on counting while the deal walks forward: a worker that looks
 * a minute late owes the same contract as one that looked in time. It is closed by what would have voided its
 * contract (going back, being lost). A deal beyond procurement without an open visit has passed it by.
 */
export function owingOf(visits: readonly Visit[], policy: ClosingPolicy): Owing | undefined {
  const at = visits.findLastIndex((visit) => visit.stage === 'procurement');
  const last = visits[at];
  if (last !== undefined && !visits.slice(at + 1).some((visit) => closes(visit, policy))) {
    return { visit: last, how: 'entered' };
  }
  const before = visits.findLastIndex(
    (visit) => visit.stage === 'lost' || (sideOf(visit.stage, 'procurement') ?? 1) <= 0,
  );
  const beyond = visits.slice(before + 1).find((visit) => sideOf(visit.stage, 'procurement') === 1);
  return beyond === undefined ? undefined : { visit: beyond, how: 'passed' };
}

/** The visit that has ended the one of this entry, as far as the contract's own policy lets it end. */
export function closingVisit(visits: readonly Visit[], forEntry: string, policy: ClosingPolicy): Visit | undefined {
  const at = visits.findIndex((visit) => visitHas(visit, forEntry));
  return at < 0 ? undefined : visits.slice(at + 1).find((visit) => closes(visit, policy));
}

function closes(visit: Visit, policy: ClosingPolicy): boolean {
  if (visit.stage === 'lost') return policy?.lost !== 'keep';
  return sideOf(visit.stage, 'procurement') === -1 && policy?.goingBack !== 'keep';
}
