import type { Reason } from '../domain/contract.ts';
import type { CoreParts } from './parts.ts';

/** Puts a decision in words on the deal's timeline, once per change. */
export async function decide(
  dealId: string,
  subject: string,
  reason: Reason,
  parts: CoreParts,
  remedy?: string,
): Promise<void> {
  await parts.store.putDecision({
    v: 1,
    dealId,
    subject,
    reason,
    ...(remedy === undefined ? {} : { remedy }),
    atMs: parts.clock.nowMs(),
  });
}
