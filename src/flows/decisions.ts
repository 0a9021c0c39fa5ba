import type { Reason } from '../domain/contract.ts';
import type { CoreParts } from './parts.ts';

/** Puts a decision in words on the deal's timeline, once per change; `new` when it is another one than stood before. */
export async function decide(
  dealId: string,
  subject: string,
  reason: Reason,
  parts: CoreParts,
  remedy?: string,
): Promise<'new' | 'known'> {
  return parts.store.putDecision({
    v: 1,
    dealId,
    subject,
    reason,
    ...(remedy === undefined ? {} : { remedy }),
    atMs: parts.clock.nowMs(),
  });
}
