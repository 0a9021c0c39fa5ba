import type { CrmPort } from '../../crm/crm-port.ts';
import type { Contract } from '../../domain/contract.ts';
import type { Deal } from '../../domain/deal.ts';
import { decisionNotices, heldWriteNotices } from '../../domain/decision-notices.ts';
import { effectiveMode } from '../../domain/mode.ts';
import type { Decision, WriteBack } from '../../domain/plan.ts';
import type { HubConfig, Mode } from '../../domain/policies.ts';
import { type WriteObligation, writeObligations } from '../../domain/write-obligations.ts';
import { leadingConnection } from '../connections.ts';
import type { WorkerParts } from '../parts.ts';

/** What the CRM has to be told, and everything that this was decided from, read fresh. */
export interface WriteView {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly writes: readonly WriteBack[];
  readonly standing: readonly Decision[];
  readonly config: HubConfig;
  readonly crm: CrmPort;
  /** The mode in force now. */
  readonly mode: Mode;
  readonly obligations: readonly WriteObligation[];
  readonly traceId: string;
}

/** Reads the deal and says what is owed to the CRM now; undefined when the deal is not known. */
export async function viewWrites(dealId: string, traceId: string, parts: WorkerParts): Promise<WriteView | undefined> {
  const { deal, contracts, plans, tasks, writes, standing } = await parts.store.loadDealItems(dealId);
  if (deal === undefined) return undefined;
  const config = await parts.config();
  const owed = writeObligations({ deal, contracts, plans, tasks, config, nowMs: parts.clock.nowMs() });
  const keys = new Set(owed.flatMap((obligation) => ('key' in obligation ? [obligation.key] : [])));
  return {
    deal,
    contracts,
    writes,
    standing,
    config,
    crm: parts.crm(leadingConnection(config, deal)),
    mode: effectiveMode(config, deal),
    obligations: [...owed, ...decisionNotices(deal, contracts, standing), ...heldWriteNotices(deal, writes, keys)],
    traceId,
  };
}
