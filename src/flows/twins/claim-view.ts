import type { Deal } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import type { HubConfig } from '../../domain/policies.ts';

/** What a deal is claimed from: the deal, and a fresh read of its leading record. */
export interface ClaimView {
  readonly deal: Deal;
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly traceId: string;
}
