import type { Reason } from './contract.ts';

/** A reason that somebody can do something about: `remedy` says what. */
export interface RemediedReason extends Reason {
  readonly remedy: string;
}
