import type { Contract, Reason } from '../../domain/contract.ts';
import { effectiveMode } from '../../domain/mode.ts';
import type { ContractView } from './contract-view.ts';

/**
 * Why nothing may be done about this contract in the mode in force now: `observe` does nothing outside, whatever was
 * begun before; a contract that was made for other recipients (live, rehearsal) does not go out in another mode.
 */
export function modeBlock(view: ContractView, contract: Contract): (Reason & { readonly remedy: string }) | undefined {
  const mode = effectiveMode(view.config, view.deal, contract.connectionId);
  if (mode === contract.mode) return undefined;
  const remedy = `set the mode back to ${contract.mode}, or void contract ${contract.n}`;
  const sentence =
    mode === 'observe'
      ? `nothing is done about contract ${contract.n} (${contract.state}): the mode is observe now`
      : `contract ${contract.n} was made in mode ${contract.mode} and does not go on in mode ${mode}`;
  return { code: `mode.${mode}`, sentence, remedy };
}
