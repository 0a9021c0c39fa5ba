import type { Contract, ContractRecipient, DraftAttempt, Hold, Reason } from './contract.ts';
import {
  end,
  isTerminalState,
  moved,
  rankOf,
  refused,
  type StepOutcome,
  sameHold,
  settle,
  stale,
  step,
} from './contract-steps.ts';
import type { Deal } from './deal.ts';
import { applyNews, type EnvelopeReading, newsOfReading, newsOfSignal } from './envelope-news.ts';
import type { ContractPolicy, HubConfig, Mode } from './policies.ts';
import type { EnvelopeSignal } from './signals.ts';

export type MoveOutcome = StepOutcome;

/** What we did ourselves, or are about to do: `drafting`, `sending` and `voiding` are intents, written before acting. */
export type ContractFact =
  | {
      readonly kind: 'drafting';
      readonly attempt: DraftAttempt;
      readonly inputsHash: string;
      readonly subject: string;
      readonly recipients: readonly ContractRecipient[];
    }
  | { readonly kind: 'drafted'; readonly envelopeId: string }
  | { readonly kind: 'await-approval' }
  | { readonly kind: 'approved'; readonly by?: string }
  | {
      readonly kind: 'sending';
      /** CRM stage at this moment, freshly read. */
      readonly stageWhenSent: { readonly stageId: string; readonly pipelineId?: string };
      readonly expiresAtMs: number;
    }
  | { readonly kind: 'sent'; readonly sentAtMs: number }
  | { readonly kind: 'voiding'; readonly reason: Reason }
  | { readonly kind: 'voided'; readonly by: 'us' | 'outside'; readonly reason?: string }
  | { readonly kind: 'held'; readonly hold: Reason & { readonly remedy: string; readonly sinceMs?: number } }
  | { readonly kind: 'released' }
  /** The draft was removed at the provider, or was never made. */
  | { readonly kind: 'discarded'; readonly note: string };

/** A contract that is decided on and of which nothing exists outside yet. Version 0: not saved yet. */
export function newContract(input: {
  readonly deal: Deal;
  readonly n: number;
  readonly forEntry: string;
  readonly policy: ContractPolicy;
  readonly config: HubConfig;
  readonly mode: Mode;
  readonly nowMs: number;
  readonly reason: Reason;
}): Contract {
  const { deal, n, forEntry, policy, config, mode, nowMs, reason } = input;
  return {
    v: 1,
    dealId: deal.dealId,
    n,
    version: 0,
    state: 'planned',
    forEntry,
    connectionId: policy.esignConnectionId,
    policy: policy.name,
    configVersion: config.version,
    mode,
    attempts: [],
    recipients: [],
    files: [],
    steps: [{ atMs: nowMs, state: 'planned', note: reason.sentence }],
    seenSignals: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

export function isTerminal(contract: Contract): boolean {
  return isTerminalState(contract.state);
}

/** Not terminal: it stands in the way of another contract of the deal. */
export function isActive(contract: Contract): boolean {
  return !isTerminalState(contract.state);
}

/** Somebody may be able to sign it. */
export function isLive(contract: Contract): boolean {
  return contract.state === 'sending' || contract.state === 'sent' || contract.state === 'delivered';
}

/** A person approved exactly the inputs that the contract has now. */
export function isApproved(contract: Contract): boolean {
  return contract.approval !== undefined && contract.approval.inputsHash === contract.inputsHash;
}

/** Records a move of our own. Never goes back behind sending, never leaves a terminal state, never mutates. */
export function moveContract(contract: Contract, fact: ContractFact, nowMs: number): MoveOutcome {
  if (isTerminal(contract)) return afterTheEnd(contract, fact);
  switch (fact.kind) {
    case 'drafting':
      return startDraft(contract, fact, nowMs);
    case 'drafted':
      return keepDraft(contract, fact.envelopeId, nowMs);
    case 'await-approval':
      if (contract.state === 'awaiting-approval' || isApproved(contract)) return stale;
      if (contract.voiding !== undefined) return beingVoided(contract);
      if (contract.state !== 'drafted') return outOfTurn(contract, 'there is no draft to approve');
      return moved(step(contract, { state: 'awaiting-approval' }, 'waits for approval', nowMs));
    case 'approved':
      return approve(contract, fact.by, nowMs);
    case 'sending':
      return startSending(contract, fact, nowMs);
    case 'sent':
      if (rankOf(contract.state) >= rankOf('sent')) return stale;
      if (contract.state !== 'sending') return outOfTurn(contract, 'the intent to send was not written first');
      return moved(
        step(
          settle(contract, 'hold', 'unknownUntilMs'),
          { state: 'sent', sentAtMs: fact.sentAtMs },
          'sent',
          nowMs,
          fact.sentAtMs,
        ),
      );
    case 'voiding':
      if (contract.voiding !== undefined) return stale;
      return moved(
        step(
          contract,
          { voiding: { reason: fact.reason, sinceMs: nowMs } },
          `to be voided: ${fact.reason.sentence}`,
          nowMs,
        ),
      );
    case 'voided':
      return recordVoid(contract, fact, nowMs);
    case 'held': {
      if (sameHold(contract.hold, fact.hold)) return stale;
      const hold: Hold = { ...fact.hold, sinceMs: fact.hold.sinceMs ?? nowMs };
      return moved(step(contract, { hold }, `held: ${hold.sentence}`, nowMs));
    }
    case 'released':
      if (contract.hold === undefined) return stale;
      return moved(step(settle(contract, 'hold'), {}, `released: ${contract.hold.code}`, nowMs));
    case 'discarded':
      // With the intent to void stored, the provider has just been asked, and has nothing that could be signed.
      if (rankOf(contract.state) >= rankOf('sent') && contract.voiding === undefined) {
        return outOfTurn(contract, 'it is out for signature; void it instead');
      }
      return moved(
        end(
          contract,
          'voided',
          { note: fact.note, endReason: contract.voiding?.reason.sentence ?? fact.note, endedBy: 'us' },
          nowMs,
        ),
      );
  }
}

/**
 * Applies what the provider's webhook says about the envelope. Told twice or overtaken: stale. Not our envelope, or
 * impossible (signed after we hold it void): refused, so that a person sees it.
 */
export function applyEnvelopeSignal(contract: Contract, signal: EnvelopeSignal, nowMs: number): MoveOutcome {
  return applyNews(contract, newsOfSignal(signal), nowMs);
}

/** Applies a read of the envelope at the provider, e.g. after a call whose answer was lost. Same outcomes. */
export function applyEnvelopeFacts(contract: Contract, facts: EnvelopeReading, nowMs: number): MoveOutcome {
  return applyNews(contract, newsOfReading(facts, nowMs), nowMs);
}

function startDraft(contract: Contract, fact: ContractFact & { kind: 'drafting' }, nowMs: number): MoveOutcome {
  if (contract.voiding !== undefined) return beingVoided(contract);
  if (rankOf(contract.state) > rankOf('drafted'))
    return outOfTurn(contract, 'it may be out already; it cannot be drafted again');
  if (contract.attempts.some((each) => each.key === fact.attempt.key)) return stale;
  const { inputsHash, subject, recipients } = fact;
  const attempts = [...contract.attempts, { ...fact.attempt, inputsHash }];
  const again = contract.attempts.length === 0 ? 'making the draft' : `making the draft, attempt ${attempts.length}`;
  return moved(
    step(
      settle(contract, 'hold', 'unknownUntilMs', 'envelopeId'),
      { state: 'drafting', attempts, inputsHash, subject, recipients },
      again,
      nowMs,
    ),
  );
}

function keepDraft(contract: Contract, envelopeId: string, nowMs: number): MoveOutcome {
  if (contract.envelopeId === envelopeId && contract.state !== 'drafting') return stale;
  if (contract.envelopeId !== undefined && contract.envelopeId !== envelopeId) {
    return refused(
      contract,
      'envelope.second-draft',
      `contract ${contract.n} has draft ${contract.envelopeId} already; remove draft ${envelopeId}`,
    );
  }
  if (contract.state !== 'drafting') return outOfTurn(contract, 'the intent to draft was not written first');
  return moved(step(settle(contract, 'hold', 'unknownUntilMs'), { state: 'drafted', envelopeId }, 'draft made', nowMs));
}

function approve(contract: Contract, by: string | undefined, nowMs: number): MoveOutcome {
  if (isApproved(contract)) return stale;
  if (contract.voiding !== undefined) return beingVoided(contract);
  if (contract.state !== 'awaiting-approval' || contract.inputsHash === undefined) {
    return outOfTurn(contract, 'it does not wait for approval');
  }
  const approval = { inputsHash: contract.inputsHash, atMs: nowMs, ...(by === undefined ? {} : { by }) };
  return moved(
    step(
      settle(contract, 'hold'),
      { state: 'drafted', approval },
      by === undefined ? 'approved' : `approved by ${by}`,
      nowMs,
    ),
  );
}

function startSending(contract: Contract, fact: ContractFact & { kind: 'sending' }, nowMs: number): MoveOutcome {
  if (rankOf(contract.state) >= rankOf('sending')) return stale;
  if (contract.voiding !== undefined) return beingVoided(contract);
  if (contract.state === 'awaiting-approval') return outOfTurn(contract, 'it is not approved');
  if (contract.envelopeId === undefined || rankOf(contract.state) < rankOf('drafted'))
    return outOfTurn(contract, 'it has no draft to send');
  const { stageWhenSent, expiresAtMs } = fact;
  return moved(step(settle(contract, 'hold'), { state: 'sending', stageWhenSent, expiresAtMs }, 'sending', nowMs));
}

function recordVoid(contract: Contract, fact: ContractFact & { kind: 'voided' }, nowMs: number): MoveOutcome {
  if (fact.by === 'us') {
    if (contract.voiding === undefined) return outOfTurn(contract, 'the intent to void was not written first');
    const endReason = fact.reason ?? contract.voiding.reason.sentence;
    return moved(end(contract, 'voided', { note: `voided: ${endReason}`, endReason, endedBy: 'us' }, nowMs));
  }
  const endReason = `voided outside: ${fact.reason ?? 'no reason was given'}`;
  return moved(end(contract, 'voided', { note: endReason, endReason, endedBy: 'outside' }, nowMs));
}

function afterTheEnd(contract: Contract, fact: ContractFact): MoveOutcome {
  const over = ['released', 'voided', 'discarded', 'sent'].includes(fact.kind);
  if (over || (fact.kind === 'voiding' && contract.state !== 'completed')) return stale;
  if (fact.kind === 'drafted' && fact.envelopeId === contract.envelopeId) return stale;
  return refused(
    contract,
    'contract.ended',
    `contract ${contract.n} is ${contract.state}; "${fact.kind}" comes too late`,
  );
}

function beingVoided(contract: Contract): MoveOutcome {
  return refused(
    contract,
    'contract.voiding',
    `contract ${contract.n} is being voided: ${contract.voiding?.reason.sentence ?? ''}`,
  );
}

function outOfTurn(contract: Contract, why: string): MoveOutcome {
  return refused(contract, 'contract.out-of-turn', `contract ${contract.n} is ${contract.state}: ${why}`);
}
