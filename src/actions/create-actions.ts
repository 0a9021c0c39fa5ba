import type { ConsoleActions } from '../console/api.ts';
import type { ActionParts } from './action-parts.ts';
import { approveContract } from './approve-contract.ts';
import { previewRemap, remapDeal } from './remap-deal.ts';
import { replayQuarantined } from './replay-quarantined.ts';
import { retryDeal } from './retry-deal.ts';
import { voidContract } from './void-contract.ts';

/** Everything that a person may do, on these parts. */
export function createActions(parts: ActionParts): Required<ConsoleActions> {
  return {
    retry: (dealId, who) => retryDeal(dealId, who, parts),
    replay: (id, who) => replayQuarantined(id, who, parts),
    approve: (dealId, n, inputsHash, who) => approveContract(dealId, n, who, parts, inputsHash),
    void: (dealId, n, reason, who) => voidContract(dealId, n, reason, who, parts),
    previewRemap: (dealId) => previewRemap(dealId, parts),
    remap: (dealId, who) => remapDeal(dealId, who, parts),
  };
}
