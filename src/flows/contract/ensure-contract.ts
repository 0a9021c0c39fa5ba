import type { Contract } from '../../domain/contract.ts';
import { newContract } from '../../domain/contract-machine.ts';
import { type ContractObligation, contractObligations } from '../../domain/contract-obligations.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import { HubError } from '../../domain/errors.ts';
import { effectiveMode } from '../../domain/mode.ts';
import type { HubConfig } from '../../domain/policies.ts';
import { decide } from '../decisions.ts';
import { holdDecision } from '../hold-decision.ts';
import type { WorkerParts } from '../parts.ts';
import { readFacts } from '../read-deal.ts';
import { advanceContract } from './advance-contract.ts';
import { cancelContract } from './cancel-contract.ts';
import { describeInputs } from './describe-inputs.ts';

/** Everything that a decision about a deal's contracts is made from, read fresh. */
export interface ContractView {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly obligations: readonly ContractObligation[];
}

/** Void, create, draft, send, and once more to see that nothing is left: more rounds mean that something is wrong. */
const ROUNDS = 8;

/** Reads the deal, its contracts and the CRM, and says what is owed now; undefined when the deal is not known. */
export async function viewContracts(dealId: string, parts: WorkerParts): Promise<ContractView | undefined> {
  const { deal, contracts } = await parts.store.loadDealItems(dealId);
  if (deal === undefined) return undefined;
  const config = await parts.config();
  const quiet = viewWithoutCrm(deal, contracts, config, parts);
  if (quiet !== undefined) return quiet;
  const { facts } = await readFacts(deal, config, parts);
  const nowMs = parts.clock.nowMs();
  return {
    deal,
    contracts,
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
): ContractView | undefined {
  if (contracts.length === 0) return undefined;
  const nowMs = parts.clock.nowMs();
  const obligations = contractObligations({ deal, contracts, config, facts: undefined, nowMs });
  const isQuiet = obligations.every((obligation) => {
    if (obligation.do === 'nothing') return true;
    return obligation.do === 'advance' && contracts.some((each) => each.n === obligation.n && isOut(each));
  });
  return isQuiet ? { deal, contracts, config, facts: undefined, obligations } : undefined;
}

function isOut(contract: Contract): boolean {
  return contract.state === 'sent' || contract.state === 'delivered';
}

/**
 * Makes the world agree with what the deal owes in contracts: level-triggered, so that duplicates, reorder and replays
 * of the wake-up end in the same place. Throws retryable HubErrors when it has to be called again.
 */
export async function ensureContract(dealId: string, traceId: string, parts: WorkerParts): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const view = await viewContracts(dealId, parts);
    if (view === undefined) {
      parts.log('warn', 'deal.unknown', { dealId, traceId });
      return;
    }
    let acted = false;
    for (const obligation of view.obligations) {
      acted = await close(obligation, view, traceId, parts);
      if (acted) break;
    }
    if (!acted) return;
  }
  throw new HubError('contract.does-not-settle', `deal ${dealId}: contract work does not come to rest`, {
    retry: { afterMs: 60_000 },
    context: { dealId },
  });
}

/** Closes one difference; true when it changed something, so that everything has to be looked at again. */
async function close(
  obligation: ContractObligation,
  view: ContractView,
  traceId: string,
  parts: WorkerParts,
): Promise<boolean> {
  const { dealId } = view.deal;
  switch (obligation.do) {
    case 'nothing':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return false;
    case 'hold':
      await holdDecision(dealId, obligation, traceId, parts);
      return false;
    case 'create':
      return create(obligation, view, parts);
    case 'advance':
      return advanceContract(obligation.n, view, traceId, parts);
    case 'void':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return cancelContract(obligation.n, view, traceId, parts);
  }
}

async function create(
  obligation: Extract<ContractObligation, { do: 'create' }>,
  view: ContractView,
  parts: WorkerParts,
): Promise<boolean> {
  const { deal, config } = view;
  const { policy, n, forEntry, reason, subject } = obligation;
  const mode = effectiveMode(config, deal, policy.esignConnectionId);
  if (mode === 'observe') {
    const sentence = `would create contract ${n}: ${describeInputs(policy, view, mode)}; nothing is sent in mode observe (${reason.sentence})`;
    await decide(deal.dealId, subject, { code: 'mode.observe', sentence, facts: { n, policy: policy.name } }, parts);
    return false;
  }
  await decide(deal.dealId, subject, reason, parts);
  const nowMs = parts.clock.nowMs();
  // Only the first writer wins; whoever loses sees the winner's contract in the next round.
  await parts.store.createContract(newContract({ deal, n, forEntry, policy, config, mode, nowMs, reason }));
  return true;
}
