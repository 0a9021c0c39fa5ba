import type { Deal } from '../domain/deal.ts';
import type { Stage } from '../domain/stages.ts';
import { type AttentionLists, createAttentionLists } from './attention-lists.ts';
import { type Claims, createClaims } from './claims.ts';
import { type ConfigStore, createConfigStore } from './config-store.ts';
import { type ConnectionNotes, createConnectionNotes } from './connection-notes.ts';
import { type ContactIndex, createContactIndex } from './contact-index.ts';
import { type DealItems, loadDealItems } from './deal-items.ts';
import { listDeals } from './deal-listing.ts';
import { createDealStore, type DealStore } from './deal-store.ts';
import { createDealTexts, type DealTexts } from './deal-texts.ts';
import { createDeliveryLog, type DeliveryLog } from './delivery-log.ts';
import { createEffectStore, type EffectStore } from './effect-store.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import { createReadMarks, type ReadMarks } from './read-marks.ts';
import type { Table } from './table.ts';

/** Everything the hub remembers, in its own words. Throws what `Table` throws, and `store.format-unknown` (never). */
export interface HubStore
  extends DealStore,
    EffectStore,
    AttentionLists,
    ReadMarks,
    Claims,
    DeliveryLog,
    Quarantine,
    ConnectionNotes,
    ContactIndex,
    DealTexts,
    ConfigStore {
  /** Everything that hangs on a deal, with one query. */
  loadDealItems(dealId: string): Promise<DealItems>;
  /** Latest change first; `undefined`: all stages. */
  listDeals(stage: Stage | undefined, limit: number): Promise<readonly Deal[]>;
}

export interface HubStoreParts {
  readonly table: Table;
  /** Puts a deal on the list of its stage. */
  readonly stageOf: (deal: Deal) => Stage;
}

export function createHubStore({ table, stageOf }: HubStoreParts): HubStore {
  return {
    ...createDealStore(table, stageOf),
    ...createEffectStore(table),
    ...createAttentionLists(table),
    ...createReadMarks(table),
    ...createClaims(table),
    ...createDeliveryLog(table),
    ...createQuarantine(table),
    ...createConnectionNotes(table),
    ...createContactIndex(table),
    ...createDealTexts(table),
    ...createConfigStore(table),
    loadDealItems: (dealId) => loadDealItems(table, dealId),
    listDeals: (stage, limit) => listDeals(table, stageOf, stage, limit),
  };
}
