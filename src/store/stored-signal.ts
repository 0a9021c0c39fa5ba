import type { Signal } from '../domain/signals.ts';

/** A signal that has been dealt with (`DEAL#<dealId>` / `SIGNAL#<id>`): history, and the mark that it is done. */
export interface StoredSignal {
  readonly v: 1;
  readonly dealId: string;
  readonly signal: Signal;
  /** The delivery that brought it first. */
  readonly deliveryId: string;
  /** Where it is another one than the delivery's own: the look that asked for it. */
  readonly traceId?: string;
  readonly configVersion: number;
  readonly receivedAtMs: number;
  /** What it did, in a word or a short sentence for the timeline. */
  readonly effect: string;
}
