import type { Contract } from '../domain/contract.ts';
import { isApproved, moveContract } from '../domain/contract-machine.ts';
import { createTracedStore } from '../store/traced-store.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';
import { retryDeal } from './retry-deal.ts';

const SAVE_ATTEMPTS = 5;

/**
 * Lets a contract that waits for approval go. What is approved is the draft that was shown: another one is refused, and
 * a later change asks again. Approving what is approved already wakes the workers once more.
 *
 * @param shown hash of the inputs of the draft that the person saw; without it, what the contract says at first sight
 */
export async function approveContract(
  dealId: string,
  n: number,
  who: string,
  parts: ActionParts,
  shown?: string,
): Promise<ActionResult> {
  let meant = shown;
  const traceId = parts.newId();
  const store = createTracedStore(parts.store, traceId);
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const contract = await store.loadContract(dealId, n);
    if (contract === undefined) {
      return { ok: false, code: 'contract.unknown', sentence: `deal ${dealId} has no contract ${n}` };
    }
    meant ??= contract.inputsHash;
    const refusal = whyNot(contract, meant);
    if (refusal !== undefined) return refusal;
    if (isApproved(contract)) {
      const woken = await retryDeal(dealId, who, parts, traceId);
      return woken.ok ? { ok: true, sentence: `contract ${n} was approved before; ${woken.sentence}` } : woken;
    }
    const nowMs = parts.clock.nowMs();
    const outcome = moveContract(contract, { kind: 'approved', by: who }, nowMs);
    if (outcome.outcome !== 'moved') {
      const why = outcome.outcome === 'refused' ? outcome.reason.sentence : `contract ${n} is approved already`;
      return { ok: false, code: 'contract.not-awaiting', sentence: why };
    }
    const saved = await store.saveContract(outcome.contract);
    if (saved === 'conflict') continue;
    const reason = { code: 'action.approved', sentence: `${who} approved contract ${n}` };
    await store.putDecision({ v: 1, dealId, subject: `contract/${n}/approval`, reason, atMs: nowMs });
    const woken = await retryDeal(dealId, who, parts, traceId);
    return woken.ok ? { ok: true, sentence: `contract ${n} is approved and goes out now` } : woken;
  }
  return { ok: false, code: 'store.contended', sentence: 'the contract is changed too often at the moment; try again' };
}

function whyNot(contract: Contract, meant: string | undefined): ActionResult | undefined {
  const { n, state, inputsHash } = contract;
  if (state !== 'awaiting-approval' && !isApproved(contract)) {
    const sentence = `contract ${n} is ${state}; only one that awaits approval can be approved`;
    return { ok: false, code: 'contract.not-awaiting', sentence };
  }
  if (meant !== inputsHash) {
    const sentence = `contract ${n} says something else now than what was shown; look at it again and approve that`;
    return { ok: false, code: 'contract.changed', sentence };
  }
  return undefined;
}
