import type { Contract } from '../../domain/contract.ts';
import type { Want } from '../../domain/events.ts';
import { connectionOf } from '../connections.ts';
import type { CoreParts } from '../parts.ts';

/** Says on the bus that a contract changed, to whom it matters. */
export async function publishContractChange(
  contract: Contract,
  wants: readonly Want[],
  cause: string,
  traceId: string,
  parts: CoreParts,
): Promise<void> {
  const deal = await parts.store.loadDeal(contract.dealId);
  if (deal === undefined) return;
  const config = await parts.config();
  await parts.bus.publish([
    {
      type: 'contract.changed',
      detail: {
        meta: {
          v: 1,
          id: `${contract.dealId}/${contract.n}/${cause}/contract.changed`,
          traceId,
          atMs: parts.clock.nowMs(),
        },
        dealId: contract.dealId,
        crm: connectionOf(config, deal.leading.connectionId).provider,
        wants,
        contractN: contract.n,
        contractState: contract.state,
      },
    },
  ]);
}
