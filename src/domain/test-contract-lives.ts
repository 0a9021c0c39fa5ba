import type { Contract, ContractRecipient } from './contract.ts';
import { applyEnvelopeSignal, type ContractFact, moveContract } from './contract-machine.ts';
import type { EnvelopeEvent, EnvelopeSignal } from './signals.ts';
import { contract, DAY, MAY_3 } from './test-builders.ts';

/** Contracts at each point of their lives, made by the moves that lead there. */

export const NOW = MAY_3;
export const signer: ContractRecipient = {
  recipientId: '1',
  role: 'customer-signer',
  kind: 'signer',
  name: 'Dana Ruiz',
  email: 'dana@acme.example',
  routingOrder: 1,
  state: 'created',
};
export const drafting = {
  kind: 'drafting' as const,
  attempt: { key: 'crm.42/1/1', atMs: NOW },
  inputsHash: 'hash-1',
  subject: 'Agreement',
  recipients: [signer],
} satisfies ContractFact;
export const sending: ContractFact = { kind: 'sending', stageWhenSent: { stageId: 's6' }, expiresAtMs: NOW + 30 * DAY };
export const why = { code: 'contract.lost', sentence: 'the deal was lost' };

export function move(from: Contract, ...facts: readonly ContractFact[]): Contract {
  return facts.reduce((before, fact) => {
    const outcome = moveContract(before, fact, NOW);
    if (outcome.outcome !== 'moved') throw new Error(`${fact.kind}: ${outcome.outcome}`);
    return outcome.contract;
  }, from);
}

let count = 0;
export function signal(event: EnvelopeEvent, change: Partial<EnvelopeSignal> = {}): EnvelopeSignal {
  count += 1;
  return {
    v: 1,
    kind: 'envelope',
    id: `e${count}`,
    connectionId: 'docusign',
    envelopeId: 'env-1',
    event,
    atMs: NOW,
    ...change,
  };
}

export function hear(from: Contract, ...signals: readonly EnvelopeSignal[]): Contract {
  return signals.reduce((before, each) => {
    const outcome = applyEnvelopeSignal(before, each, NOW);
    if (outcome.outcome !== 'moved') throw new Error(`${each.event}: ${outcome.outcome}`);
    return outcome.contract;
  }, from);
}

export const planned = contract();
export const inDraft = move(planned, drafting);
export const drafted = move(inDraft, { kind: 'drafted', envelopeId: 'env-1' });
export const beingSent = move(drafted, sending);
export const sent = move(beingSent, { kind: 'sent', sentAtMs: NOW });
export const delivered = hear(sent, signal('delivered'));
export const completed = hear(sent, signal('completed'));
export const voiding = move(sent, { kind: 'voiding', reason: why });
