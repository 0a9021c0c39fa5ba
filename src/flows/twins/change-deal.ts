import type { Deal } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import type { CoreParts } from '../parts.ts';

const SAVE_ATTEMPTS = 12;

/**
 * Changes the deal's state under its version; nothing is saved when `change` gives back what it got. Gives the deal as
 * it is then. HubError `store.contended` (retryable), `deal.unknown` (never).
 */
export async function changeDeal(dealId: string, parts: CoreParts, change: (deal: Deal) => Deal): Promise<Deal> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const current = await parts.store.loadDeal(dealId);
    if (current === undefined) {
      throw new HubError('deal.unknown', `deal ${dealId} is not in the table`, { retry: 'never', context: { dealId } });
    }
    const changed = change(current);
    if (changed === current) return current;
    const saved = await parts.store.saveDeal({ ...changed, updatedAtMs: parts.clock.nowMs() });
    if (saved !== 'conflict') return saved;
  }
  throw new HubError('store.contended', `deal ${dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId },
  });
}
