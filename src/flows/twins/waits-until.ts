import { HubError } from '../../domain/errors.ts';
import type { CoreParts } from '../parts.ts';

/** The longest that a queue can put a message off; whoever comes back before the time is over is told the same again. */
const LONGEST_WAIT_MS = 900_000;

/** Brings the wake-up back when a hold that ends by itself is over. */
export function waitsUntil(dealId: string, untilMs: number, sentence: string, parts: CoreParts): HubError {
  const leftMs = Math.max(1000, untilMs - parts.clock.nowMs());
  return new HubError('twin.waits-for-link', `deal ${dealId}: ${sentence}`, {
    retry: { afterMs: Math.min(LONGEST_WAIT_MS, leftMs) },
    context: { dealId },
  });
}
