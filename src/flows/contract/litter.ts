import { isHubError } from '../../domain/errors.ts';
import type { ESignPort } from '../../esign/esign-port.ts';
import type { WorkerParts } from '../parts.ts';
import type { HeldContract } from './contract-lease.ts';

/** Removes drafts that a newer draft has replaced. One that somebody sent by hand is voided: nobody may sign old data. */
export async function removeLitter(held: HeldContract, esign: ESignPort, parts: WorkerParts): Promise<void> {
  for (const envelopeId of held.current().litter ?? []) {
    try {
      await esign.discardDraft(envelopeId);
    } catch (error) {
      if (!isHubError(error, 'esign.not-a-draft')) throw error;
      await esign.voidEnvelope(envelopeId, 'replaced by another draft before it was to be sent');
    }
    await held.update((contract) => ({
      ...contract,
      litter: (contract.litter ?? []).filter((each) => each !== envelopeId),
      updatedAtMs: parts.clock.nowMs(),
    }));
  }
}
