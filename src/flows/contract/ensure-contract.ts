import { newContract } from '../../domain/contract-machine.ts';
import type { ContractObligation } from '../../domain/contract-obligations.ts';
import { HubError } from '../../domain/errors.ts';
import { effectiveMode } from '../../domain/mode.ts';
import { decide } from '../decisions.ts';
import { holdDecision } from '../hold-decision.ts';
import type { WorkerParts } from '../parts.ts';
import { advanceContract } from './advance-contract.ts';
import { cancelContract } from './cancel-contract.ts';
import { type ContractView, viewContracts } from './contract-view.ts';
import { describeInputs } from './describe-inputs.ts';

/** Void, create, draft, send, and once more to see that nothing is left: more rounds mean that something is wrong. */
const ROUNDS = 8;

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
