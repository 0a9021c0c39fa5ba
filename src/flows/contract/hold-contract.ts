import { moveContract } from '../../domain/contract-machine.ts';
import { isHubError } from '../../domain/errors.ts';
import { decide } from '../decisions.ts';
import type { WorkerParts } from '../parts.ts';
import type { HeldContract } from './contract-lease.ts';

export interface HoldReason {
  readonly code: string;
  readonly sentence: string;
  readonly remedy: string;
}

/** Holds the contract with its sentence; a person hears of it once per change of the reason. */
export async function holdContract(held: HeldContract, reason: HoldReason, parts: WorkerParts): Promise<void> {
  const { hold: before, dealId, n } = held.current();
  if (before?.code !== reason.code || before.sentence !== reason.sentence) {
    const nowMs = parts.clock.nowMs();
    await held.update((current) => {
      const outcome = moveContract(current, { kind: 'held', hold: { ...reason, sinceMs: nowMs } }, nowMs);
      return outcome.outcome === 'moved' ? outcome.contract : undefined;
    });
  }
  // Also of a hold that stood before: what was said of the contract since, and is over, has taken its place in the list.
  await decide(dealId, `contract/${n}`, reason, parts, reason.remedy);
}

/** Takes the hold away once its reason is gone. */
export async function releaseContract(held: HeldContract, parts: WorkerParts): Promise<void> {
  if (held.current().hold === undefined) return;
  const { code } = held.current().hold ?? { code: '' };
  const contract = await held.update((current) => {
    const outcome = moveContract(current, { kind: 'released' }, parts.clock.nowMs());
    return outcome.outcome === 'moved' ? outcome.contract : undefined;
  });
  const sentence = `contract ${contract.n} goes on: what held it is mended`;
  await decide(
    contract.dealId,
    `contract/${contract.n}`,
    { code: 'contract.released', sentence, facts: { code } },
    parts,
  );
}

/**
 * What trying again cannot mend holds the contract, with the sentence that says what to do; false then.
 * Everything else goes its way: the message comes back.
 */
export async function holdWhatIsFinal(
  held: HeldContract,
  parts: WorkerParts,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (!isHubError(error) || error.retry !== 'never') throw error;
    const remedy = `mend the cause, then \`npx stagepost retry\` the deal (${error.code})`;
    await holdContract(held, { code: error.code, sentence: error.message, remedy }, parts);
    return false;
  }
}
