import { moveContract } from '../domain/contract-machine.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';
import { retryDeal } from './retry-deal.ts';

/** Lets a contract that waits for approval go. What is approved is this draft: a later change asks again. */
export async function approveContract(
  dealId: string,
  n: number,
  who: string,
  parts: ActionParts,
): Promise<ActionResult> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const contract = await parts.store.loadContract(dealId, n);
    if (contract === undefined) {
      return { ok: false, code: 'contract.unknown', sentence: `deal ${dealId} has no contract ${n}` };
    }
    if (contract.state !== 'awaiting-approval') {
      const sentence = `contract ${n} is ${contract.state}; only one that awaits approval can be approved`;
      return { ok: false, code: 'contract.not-awaiting', sentence };
    }
    const nowMs = parts.clock.nowMs();
    const outcome = moveContract(contract, { kind: 'approved', by: who }, nowMs);
    if (outcome.outcome !== 'moved') {
      return { ok: false, code: 'contract.not-awaiting', sentence: `contract ${n} could not be approved as it is now` };
    }
    const saved = await parts.store.saveContract(outcome.contract);
    if (saved === 'conflict') continue;
    const reason = { code: 'action.approved', sentence: `${who} approved contract ${n}` };
    await parts.store.putDecision({ v: 1, dealId, subject: `contract/${n}/approval`, reason, atMs: nowMs });
    await retryDeal(dealId, who, parts);
    return { ok: true, sentence: `contract ${n} is approved and goes out now` };
  }
  return { ok: false, code: 'store.contended', sentence: 'the contract is changed too often at the moment; try again' };
}
