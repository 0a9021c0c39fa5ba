import type { Deal } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import type { HubConfig } from '../../domain/policies.ts';
import { pairOf } from '../../domain/twins.ts';
import type { CoreParts } from '../parts.ts';
import { recordsOf } from './links-disagree.ts';

const SAVE_ATTEMPTS = 12;

/**
 * Changes the deal's state under its version; nothing is saved when `change` gives back what it got. Gives the deal as
 * it is then. HubError `store.contended`, `twin.joined-meanwhile` (retryable), `deal.unknown` (never).
 *
 * @param change gives the deal as it is to be; it may be asked again, with what somebody else has saved
 * @param mayHoldTwo whether a second opportunity of the CRM that leads may come into the deal; whoever lets it tells of it
 */
export async function changeDeal(
  dealId: string,
  parts: CoreParts,
  change: (deal: Deal) => Deal,
  mayHoldTwo = false,
): Promise<Deal> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const current = await parts.store.loadDeal(dealId);
    if (current === undefined) {
      throw new HubError('deal.unknown', `deal ${dealId} is not in the table`, { retry: 'never', context: { dealId } });
    }
    const changed = change(current);
    if (changed === current) return current;
    if (!mayHoldTwo) assertOneOpportunity(current, changed, await parts.config());
    const saved = await parts.store.saveDeal({ ...changed, updatedAtMs: parts.clock.nowMs() });
    if (saved !== 'conflict') return saved;
  }
  throw new HubError('store.contended', `deal ${dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId },
  });
}

/**
 * Whether two deals disagree was asked a moment ago, and somebody may have joined one of them to a third since. What is
 * about to be saved is asked again: then there is somebody who tells of it.
 */
function assertOneOpportunity(before: Deal, after: Deal, config: HubConfig): void {
  const pair = pairOf(config, after.leading.connectionId);
  if (pair === undefined) return;
  const allowed = Math.max(1, recordsOf(before, pair.leading).length);
  if (recordsOf(after, pair.leading).length <= allowed) return;
  throw new HubError('twin.joined-meanwhile', `deal ${after.dealId} was joined to another opportunity meanwhile`, {
    retry: { afterMs: 1000 },
    context: { dealId: after.dealId },
  });
}
