import { moveContract } from '../../domain/contract-machine.ts';
import { decide } from '../decisions.ts';
import type { WorkerParts } from '../parts.ts';
import type { HeldContract } from './contract-lease.ts';
import { publishContractChange } from './publish.ts';

export interface HoldReason {
  readonly code: string;
  readonly sentence: string;
  readonly remedy: string;
}

/** Holds the contract with its sentence; a person hears of it once per change of the reason. */
export async function holdContract(held: HeldContract, reason: HoldReason, parts: WorkerParts): Promise<void> {
  const before = held.current().hold;
  if (before?.code === reason.code && before.sentence === reason.sentence) return;
  const nowMs = parts.clock.nowMs();
  const contract = await held.update((current) => {
    const outcome = moveContract(current, { kind: 'held', hold: { ...reason, sinceMs: nowMs } }, nowMs);
    return outcome.outcome === 'moved' ? outcome.contract : undefined;
  });
  await decide(contract.dealId, `contract/${contract.n}`, reason, parts, reason.remedy);
  await publishContractChange(contract, ['writes'], `held-${nowMs}`, '-', parts);
}

/** Takes the hold away once its reason is gone. */
export async function releaseContract(held: HeldContract, parts: WorkerParts): Promise<void> {
  if (held.current().hold === undefined) return;
  const contract = await held.update((current) => {
    const outcome = moveContract(current, { kind: 'released' }, parts.clock.nowMs());
    return outcome.outcome === 'moved' ? outcome.contract : undefined;
  });
  await publishContractChange(contract, ['writes'], `released-${contract.version}`, '-', parts);
}
