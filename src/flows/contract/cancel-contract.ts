import type { Reason } from '../../domain/contract.ts';
import { isTerminal } from '../../domain/contract-machine.ts';
import { isHubError } from '../../domain/errors.ts';
import type { ESignPort } from '../../esign/esign-port.ts';
import { connectionOf } from '../connections.ts';
import type { WorkerParts } from '../parts.ts';
import {
  applyFacts,
  type HeldContract,
  move,
  rememberUnknown,
  waitUntilSettled,
  withContract,
} from './contract-lease.ts';
import { type ContractView, viewContracts } from './contract-view.ts';
import { holdContract, holdWhatIsFinal } from './hold-contract.ts';
import { removeLitter } from './litter.ts';

/**
 * Cancels a contract in two steps: the intent, then the provider, then `voided`. A draft is removed at the provider
 * before `voided` is written. What was signed meanwhile stays signed. True when something changed.
 */
export async function cancelContract(n: number, view: ContractView, parts: WorkerParts): Promise<boolean> {
  const { dealId } = view.deal;
  const contract = view.contracts.find((each) => each.n === n);
  if (contract === undefined || isTerminal(contract)) return false;
  const esign = parts.esign(connectionOf(view.config, contract.connectionId));
  return withContractToCancel(dealId, n, esign, parts, async (held, reason) => {
    waitUntilSettled(held.current(), parts);
    if (held.current().voiding === undefined) await move(held, { kind: 'voiding', reason }, parts);
    return holdWhatIsFinal(held, parts, async () => {
      await removeLitter(held, esign, parts);
      const envelopeId = held.current().envelopeId ?? (await lookUpEnvelope(held, esign));
      if (envelopeId === undefined) {
        await move(held, { kind: 'discarded', note: `cancelled before a draft existed: ${reason.sentence}` }, parts);
      } else {
        await removeAtProvider(held, envelopeId, reason, esign, parts);
      }
      return isTerminal(held.current());
    });
  });
}

/** The reason is checked again inside the lease: the deal may have come back meanwhile. */
async function withContractToCancel(
  dealId: string,
  n: number,
  esign: ESignPort,
  parts: WorkerParts,
  work: (held: HeldContract, reason: Reason) => Promise<boolean>,
): Promise<boolean> {
  return withContract(dealId, n, esign, parts, async (held) => {
    const fresh = await viewContracts(dealId, parts);
    const still = fresh?.obligations.find((obligation) => obligation.do === 'void' && obligation.n === n);
    if (still === undefined || still.do !== 'void' || isTerminal(held.current())) return false;
    return work(held, still.reason);
  });
}

async function lookUpEnvelope(held: HeldContract, esign: ESignPort): Promise<string | undefined> {
  const contract = held.current();
  const first = contract.attempts[0];
  if (first === undefined) return undefined;
  const keys = contract.attempts.map((attempt) => attempt.key);
  const found = await esign.findByAttempts(`${contract.dealId}/${contract.n}`, keys, first.atMs);
  return found.find((facts) => facts.status !== 'deleted' && facts.status !== 'voided')?.envelopeId;
}

/** A draft that is gone is gone. An envelope that was out and cannot be found may still be signed by somebody. */
async function draftGone(held: HeldContract, envelopeId: string, parts: WorkerParts): Promise<void> {
  const { n, state, connectionId } = held.current();
  if (state === 'sending' || state === 'sent' || state === 'delivered') {
    const sentence = `envelope ${envelopeId} of contract ${n} was out for signature and is not found at ${connectionId}; it is not taken for void`;
    const remedy = `look for it at the provider (is ${connectionId} still the right account?), void it there, then \`npx stagepost retry\` the deal`;
    await holdContract(held, { code: 'contract.envelope-not-found', sentence, remedy }, parts);
    return;
  }
  await move(held, { kind: 'discarded', note: 'the draft was already gone at the provider' }, parts);
}

async function removeAtProvider(
  held: HeldContract,
  envelopeId: string,
  reason: Reason,
  esign: ESignPort,
  parts: WorkerParts,
): Promise<void> {
  // Asked first: a process that died in `sending` may or may not have sent it.
  const facts = await esign.readEnvelope(envelopeId);
  try {
    if (facts === undefined || facts.status === 'deleted') {
      await draftGone(held, envelopeId, parts);
      return;
    }
    if (facts.status === 'created') {
      await esign.discardDraft(envelopeId);
      await move(held, { kind: 'discarded', note: `draft removed: ${reason.sentence}` }, parts);
      return;
    }
    if (facts.status === 'sent' || facts.status === 'delivered') await esign.voidEnvelope(envelopeId, reason.sentence);
  } catch (error) {
    if (!isHubError(error, 'esign.not-voidable') && !isHubError(error, 'esign.not-a-draft')) {
      await rememberUnknown(held, error, esign, parts);
    }
  }
  const after = await esign.readEnvelope(envelopeId);
  if (after?.status === 'voided') await move(held, { kind: 'voided', by: 'us', reason: reason.sentence }, parts);
  else if (after !== undefined) await applyFacts(held, after, parts);
}
