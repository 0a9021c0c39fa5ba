import type { Contract } from './contract.ts';
import { contractObligations } from './contract-obligations.ts';
import type { Deal } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import type { ContractPolicy, HubConfig } from './policies.ts';
import { config, contract, DAY, deal, facts, MAY_3, policy } from './test-builders.ts';

/** Days of May 2026, 10:00 in Berlin. */
export const may = (day: number) => MAY_3 + (day - 3) * DAY;
export const entered = `s6@${may(3)}`;
export const inProcurement = deal([
  ['s5', may(1)],
  ['s6', may(3)],
]);
export const wentBack = deal([
  ['s6', may(3)],
  ['s5', may(5)],
]);
export const reEntered = deal([
  ['s6', may(3)],
  ['s5', may(5)],
  ['s6', may(7)],
]);
export const sent = contract({ state: 'sent', sentAtMs: may(3), forEntry: entered });
export const signed = contract({ state: 'completed', sentAtMs: may(3), endedAtMs: may(4), forEntry: entered });

export interface Case {
  readonly deal: Deal;
  readonly contracts?: readonly Contract[];
  readonly config?: HubConfig;
  readonly facts?: DealFacts | undefined;
  readonly nowMs?: number;
}

export function ask(given: Case) {
  const lastStage = given.deal.lanes[0]?.transitions.at(-1)?.stageId ?? 's6';
  return contractObligations({
    contracts: [],
    config: config(),
    nowMs: may(10),
    facts: facts(lastStage),
    ...given,
  });
}

/** The one answer: what to do, for which contract, with code and sentence. */
export function answer(given: Case) {
  const all = ask(given);
  const [one] = all;
  if (one === undefined || all.length > 1) throw new Error(`${all.length} answers`);
  return one;
}

export const withPolicy = (change: Partial<ContractPolicy>) => config({ contracts: [policy(change)] });
