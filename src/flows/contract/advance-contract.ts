import type { Contract } from '../../domain/contract.ts';
import { isTerminal } from '../../domain/contract-machine.ts';
import { HubError } from '../../domain/errors.ts';
import type { ContractPolicy } from '../../domain/policies.ts';
import { connectionOf } from '../connections.ts';
import type { WorkerParts } from '../parts.ts';
import { withContract } from './contract-lease.ts';
import type { ContractView } from './contract-view.ts';
import { draftContract } from './draft-contract.ts';
import { holdWhatIsFinal } from './hold-contract.ts';
import { removeLitter } from './litter.ts';
import { isReadyToSend, sendContract } from './send-contract.ts';

/** Takes a contract as far as it goes: draft, checks, send. True when something changed. */
export async function advanceContract(
  n: number,
  view: ContractView,
  traceId: string,
  parts: WorkerParts,
): Promise<boolean> {
  const contract = view.contracts.find((each) => each.n === n);
  if (contract === undefined || nothingToDo(contract)) return false;
  const esign = parts.esign(connectionOf(view.config, contract.connectionId));
  const dealId = view.deal.dealId;
  return withContract(dealId, n, esign, parts, async (held) => {
    if (nothingToDo(held.current())) return false;
    const before = held.current().version;
    const wentThrough = await holdWhatIsFinal(held, parts, async () => {
      const step = { held, esign, policy: policyOf(contract, view), traceId };
      await removeLitter(held, esign, parts);
      await draftContract(step, view, parts);
      await sendContract(step, dealId, parts);
      return true;
    });
    const after = held.current();
    if (!wentThrough) return false;
    return after.hold === undefined && after.version !== before && !nothingToDo(after) ? true : isTerminal(after);
  });
}

/** Out for signature or over: the e-sign provider has the next word. Awaiting approval: a person has. */
function nothingToDo(contract: Contract): boolean {
  return !['planned', 'drafting', 'sending'].includes(contract.state) && !isReadyToSend(contract);
}

function policyOf(contract: Contract, view: ContractView): ContractPolicy {
  const policy = view.config.contracts.find((each) => each.name === contract.policy);
  if (policy !== undefined) return policy;
  throw new HubError(
    'policy.gone',
    `contract ${contract.n} was made under policy "${contract.policy}", which configuration version ${view.config.version} no longer has; put it back or void the contract`,
    { retry: 'never' },
  );
}
