import type { Contract, ContractState, Hold, Reason } from './contract.ts';
import { TERMINAL_CONTRACT_STATES } from './contract.ts';

export type StepOutcome =
  | { readonly outcome: 'moved'; readonly contract: Contract }
  /** Nothing new: told before, or overtaken by what happened later. */
  | { readonly outcome: 'stale' }
  /** Impossible or not ours: kept visible, with what it means. */
  | { readonly outcome: 'refused'; readonly reason: Reason };

export const stale: StepOutcome = { outcome: 'stale' };

const FIRST_STEPS_KEPT = 10;
const LAST_STEPS_KEPT = 50;

/**
 * How far a contract has come. Until something is sent it may be drafted again (other inputs, another approval), so
 * preparing is one rank; a rank is never left for a lower one.
 */
export function rankOf(state: ContractState): number {
  switch (state) {
    case 'planned':
      return 0;
    case 'drafting':
    case 'drafted':
    case 'awaiting-approval':
      return 1;
    case 'sending':
      return 2;
    case 'sent':
      return 3;
    case 'delivered':
      return 4;
    default:
      return 5;
  }
}

export function isTerminalState(state: ContractState): boolean {
  return (TERMINAL_CONTRACT_STATES as readonly ContractState[]).includes(state);
}

/** The contract with `change` applied and one step more on its timeline; the first 10 and the last 50 steps stay. */
export function step(
  contract: Contract,
  change: Partial<Contract>,
  note: string,
  nowMs: number,
  atMs: number = nowMs,
): Contract {
  const state = change.state ?? contract.state;
  const steps = [...contract.steps, { atMs, state, note }];
  const surplus = steps.length - FIRST_STEPS_KEPT - LAST_STEPS_KEPT;
  const kept = surplus > 0 ? steps.toSpliced(FIRST_STEPS_KEPT, surplus) : steps;
  return { ...contract, ...change, steps: kept, updatedAtMs: nowMs };
}

/** Drops what the move has settled. */
export function settle(contract: Contract, ...keys: readonly ('hold' | 'unknownUntilMs' | 'envelopeId')[]): Contract {
  const settled: { -readonly [K in keyof Contract]: Contract[K] } = { ...contract };
  for (const key of keys) delete settled[key];
  return settled;
}

export function moved(contract: Contract): StepOutcome {
  return { outcome: 'moved', contract };
}

export function refused(contract: Contract, code: string, sentence: string): StepOutcome {
  return { outcome: 'refused', reason: { code, sentence, facts: { dealId: contract.dealId, n: contract.n } } };
}

/** Writes a terminal state; the hold is over with it, the intent to void stays as the reason. */
export function end(
  contract: Contract,
  state: 'completed' | 'declined' | 'voided' | 'expired',
  why: {
    readonly note: string;
    readonly endReason?: string | undefined;
    readonly endedBy?: 'us' | 'outside' | undefined;
  },
  nowMs: number,
  atMs: number = nowMs,
): Contract {
  const change: Partial<Contract> = {
    state,
    endedAtMs: atMs,
    ...(why.endReason === undefined ? {} : { endReason: why.endReason }),
    ...(why.endedBy === undefined ? {} : { endedBy: why.endedBy }),
  };
  return step(settle(contract, 'hold', 'unknownUntilMs'), change, why.note, nowMs, atMs);
}

export function sameHold(a: Hold | undefined, b: Reason & { readonly remedy: string }): boolean {
  return a !== undefined && a.code === b.code && a.sentence === b.sentence && a.remedy === b.remedy;
}
