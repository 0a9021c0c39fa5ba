import type { CoreParts } from '../parts.ts';

/** No connection can have this id. */
const BETWEEN_DEALS = '~deals';

/**
 * Which of two deals lives on when one goes into the other: this one, unless it was decided the other way round before.
 * Decided once, because two processes that join the same two deals for different reasons would send each into the other.
 */
export async function survivorOfTwo(survivorId: string, loserId: string, parts: CoreParts): Promise<string> {
  const pair = [survivorId, loserId].sort().join('+');
  return (await parts.store.claimRecord(BETWEEN_DEALS, pair, { dealId: survivorId, leading: '-' })).dealId;
}
