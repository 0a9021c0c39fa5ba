import type { Contract } from '../../domain/contract.ts';
import { applyEnvelopeFacts, moveContract } from '../../domain/contract-machine.ts';
import { HubError } from '../../domain/errors.ts';
import type { EnvelopeFacts, ESignPort } from '../../esign/esign-port.ts';
import { type Held, withLease } from '../lease.ts';
import type { ESignParts } from '../parts.ts';

export type HeldContract = Held<Contract>;

/** Runs `work` as the only one who acts on this contract. */
export function withContract<R>(
  dealId: string,
  n: number,
  esign: ESignPort,
  parts: ESignParts,
  work: (held: HeldContract) => Promise<R>,
): Promise<R> {
  const target = {
    what: `contract ${n} of deal ${dealId}`,
    load: () => parts.store.loadContract(dealId, n),
    save: (contract: Contract) => parts.store.saveContract(contract),
  };
  return withLease(parts, target, parts.functionTimeoutMs + esign.capabilities.longestCallMs, work);
}

type Fact = Parameters<typeof moveContract>[1];

/** Moves the contract and saves it; an impossible move is an error, a stale one is none. */
export async function move(held: HeldContract, fact: Fact, parts: ESignParts): Promise<Contract> {
  return held.update((contract) => {
    const outcome = moveContract(contract, fact, parts.clock.nowMs());
    if (outcome.outcome === 'moved') return outcome.contract;
    if (outcome.outcome === 'stale') return undefined;
    throw new HubError('contract.move-refused', `contract ${contract.n}: ${outcome.reason.sentence}`, {
      retry: { afterMs: 1000 },
    });
  });
}

/** Takes in what the provider says of the envelope; what is stale or impossible changes nothing. */
export async function applyFacts(held: HeldContract, facts: EnvelopeFacts, parts: ESignParts): Promise<Contract> {
  return held.update((contract) => {
    const outcome = applyEnvelopeFacts(contract, facts, parts.clock.nowMs());
    return outcome.outcome === 'moved' ? outcome.contract : undefined;
  });
}

/** Before acting again after an ambiguous call: waits until the provider must show what happened. */
export function waitUntilSettled(contract: Contract, parts: ESignParts): void {
  const leftMs = (contract.unknownUntilMs ?? 0) - parts.clock.nowMs();
  if (leftMs <= 0) return;
  throw new HubError('contract.outcome-unknown', `contract ${contract.n}: the last call's outcome is not known yet`, {
    retry: { afterMs: leftMs },
    done: 'unknown',
  });
}

/** Notes that a call's outcome is not known, so that whoever comes next asks first; then lets the error through. */
export async function rememberUnknown(
  held: HeldContract,
  error: unknown,
  esign: ESignPort,
  parts: ESignParts,
): Promise<never> {
  if (error instanceof HubError && error.done === 'unknown') {
    const untilMs = parts.clock.nowMs() + esign.capabilities.settleMs;
    await held.update((contract) => ({ ...contract, unknownUntilMs: untilMs, updatedAtMs: parts.clock.nowMs() }));
    throw new HubError(error.code, error.message, {
      retry: { afterMs: esign.capabilities.settleMs },
      done: 'unknown',
      cause: error,
    });
  }
  throw error;
}

/** The provider has answered: nothing is unknown any more. */
export function settled(contract: Contract): Contract {
  const { unknownUntilMs: _, ...rest } = contract;
  return rest;
}
