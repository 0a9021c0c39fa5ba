import type { Contract } from '../../domain/contract.ts';
import { isTerminal } from '../../domain/contract-machine.ts';
import type { CoreParts } from '../parts.ts';
import { publishContractChange } from './publish.ts';

/** What others have to hear about a contract: its state, its hold, and whose approval it waits for. */
export function announcementOf(contract: Contract): string {
  const { state, hold, inputsHash } = contract;
  const waitsFor = state === 'awaiting-approval' ? (inputsHash ?? '') : '';
  return [state, hold?.code ?? '', hold?.sinceMs ?? '', waitsFor].join('|');
}

/**
 * Says on the bus what changed since the last time it was said. What was said is kept on the contract *after* saying it:
 * a crash, or a bus that refuses, leaves it unsaid on record, and the next look says it.
 */
export async function announceContracts(dealId: string, traceId: string, parts: CoreParts): Promise<void> {
  const { contracts } = await parts.store.loadDealItems(dealId);
  for (const contract of contracts) {
    const announcement = announcementOf(contract);
    if (contract.announced === announcement) continue;
    // A contract that nobody has worked on yet has nothing to tell.
    if (contract.announced === undefined && announcement === 'planned|||') continue;
    const wants = isTerminal(contract) ? (['plans', 'writes'] as const) : (['writes'] as const);
    await publishContractChange(contract, wants, announcement, traceId, parts);
    // Somebody changed it meanwhile: then there is more to say, and the next look says it.
    await parts.store.saveContract({ ...contract, announced: announcement });
  }
}
