import type { Contract } from '../../domain/contract.ts';
import { type ContractObligation, contractObligations } from '../../domain/contract-obligations.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import type { Decision } from '../../domain/plan.ts';
import type { HubConfig } from '../../domain/policies.ts';
import type { WorkerParts } from '../parts.ts';
import { leaveOutRemoved } from '../privacy/removed-contacts.ts';
import { readFacts } from '../read-deal.ts';

/** Everything that a decision about a deal's contracts is made from, read fresh. */
export interface ContractView {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly standing: readonly Decision[];
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly obligations: readonly ContractObligation[];
}

/** Reads the deal, its contracts and the CRM, and says what is owed now; undefined when the deal is not known. */
export async function viewContracts(dealId: string, parts: WorkerParts): Promise<ContractView | undefined> {
  const { deal, contracts, standing } = await parts.store.loadDealItems(dealId);
  if (deal === undefined) return undefined;
  const config = await parts.config();
  const quiet = viewWithoutCrm(deal, contracts, config, parts);
  if (quiet !== undefined) return { ...quiet, standing };
  const read = await readFacts(deal, config, parts);
  const facts = await leaveOutRemoved(read.facts, deal.leading.connectionId, parts);
  const nowMs = parts.clock.nowMs();
  return {
    deal,
    contracts,
    standing,
    config,
    facts,
    obligations: contractObligations({ deal, contracts, config, facts, nowMs }),
  };
}

/**
 * Most wake-ups come when nothing is left to do: the contract is signed, or out for signature. What the record alone
 * decides costs no call to the CRM. Undefined when the CRM has to be asked.
 */
function viewWithoutCrm(
  deal: Deal,
  contracts: readonly Contract[],
  config: HubConfig,
  parts: WorkerParts,
): Omit<ContractView, 'standing'> | undefined {
  // A deal that is a part of another one decides nothing, whatever the CRM says.
  const isPart = deal.mergedInto !== undefined;
  if (contracts.length === 0 && !isPart) return undefined;
  const nowMs = parts.clock.nowMs();
  const obligations = contractObligations({ deal, contracts, config, facts: undefined, nowMs });
  const isQuiet =
    isPart ||
    obligations.every((obligation) => {
      if (obligation.do === 'nothing') return true;
      return obligation.do === 'advance' && contracts.some((each) => each.n === obligation.n && isOut(each));
    });
  return isQuiet ? { deal, contracts, config, facts: undefined, obligations } : undefined;
}

/** Somebody may sign it now; nothing of ours is left to do. */
export function isOut(contract: Contract): boolean {
  return contract.state === 'sent' || contract.state === 'delivered';
}
