import { isTerminal, moveContract } from '../domain/contract-machine.ts';
import { createTracedStore } from '../store/traced-store.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';
import { retryDeal } from './retry-deal.ts';

const SAVE_ATTEMPTS = 5;
/** Providers cut what is longer (DocuSign "Envelopes: update", `voidedReason`, 200 characters). */
const MOST_REASON_LETTERS = 200;

/**
 * Takes an active contract back: a draft is removed, an envelope that is out is voided, and no new one follows by
 * itself. What is written is the intent; the worker carries it out. Whoever was asked to sign reads the reason.
 */
export async function voidContract(
  dealId: string,
  n: number,
  reason: string,
  who: string,
  parts: ActionParts,
): Promise<ActionResult> {
  const words = reason.trim();
  if (words === '' || words.length > MOST_REASON_LETTERS) {
    const sentence = `give a reason of 1 to ${MOST_REASON_LETTERS} letters; whoever was asked to sign reads it`;
    return { ok: false, code: 'reason.wrong', sentence };
  }
  const traceId = parts.newId();
  const store = createTracedStore(parts.store, traceId);
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const contract = await store.loadContract(dealId, n);
    if (contract === undefined) {
      return { ok: false, code: 'contract.unknown', sentence: `deal ${dealId} has no contract ${n}` };
    }
    if (isTerminal(contract)) {
      const sentence = `contract ${n} is ${contract.state}; only one that is under way can be voided`;
      return { ok: false, code: 'contract.ended', sentence };
    }
    const nowMs = parts.clock.nowMs();
    const why = { code: 'action.void', sentence: words, facts: { by: who } };
    const outcome = moveContract(contract, { kind: 'voiding', reason: why }, nowMs);
    if (outcome.outcome === 'refused') {
      return { ok: false, code: outcome.reason.code, sentence: outcome.reason.sentence };
    }
    if (outcome.outcome === 'stale') {
      const woken = await retryDeal(dealId, who, parts, traceId);
      return woken.ok ? { ok: true, sentence: `contract ${n} is being voided already; ${woken.sentence}` } : woken;
    }
    if ((await store.saveContract(outcome.contract)) === 'conflict') continue;
    const decision = { code: 'action.void', sentence: `${who} voids contract ${n}: ${words}` };
    await store.putDecision({ v: 1, dealId, subject: `contract/${n}/void`, reason: decision, atMs: nowMs });
    const woken = await retryDeal(dealId, who, parts, traceId);
    return woken.ok ? { ok: true, sentence: `contract ${n} is voided now` } : woken;
  }
  return { ok: false, code: 'store.contended', sentence: 'the contract is changed too often at the moment; try again' };
}
