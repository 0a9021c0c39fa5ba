import type { Deal } from '../domain/deal.ts';
import type { Stage } from '../domain/stages.ts';
import { decodeDeal, encodeDeal, type StoredDeal } from './deal-codec.ts';
import { aliasKey, dealKey, SIGNAL_PREFIX, STATE_SK, shardOf, sortableMs, stageListingPk } from './keys.ts';
import type { StoredSignal } from './stored-signal.ts';
import type { Item, Table } from './table.ts';
import { assertFormat, dataOf } from './versioned.ts';

export interface DealStore {
  loadDeal(dealId: string): Promise<Deal | undefined>;
  /** Expects the stored version to be `deal.version` (0: not stored yet); returns the deal with the next version. */
  saveDeal(deal: Deal): Promise<Deal | 'conflict'>;
  resolveAlias(connectionId: string, recordId: string): Promise<string | undefined>;
  /** Says which deal a record belongs to: `dealId`, unless another one was there first. */
  claimAlias(connectionId: string, recordId: string, dealId: string): Promise<string>;
  /** Says it anew: the record turned out to be of another deal. */
  moveAlias(connectionId: string, recordId: string, dealId: string): Promise<void>;
  hasSignal(dealId: string, signalId: string): Promise<boolean>;
  putSignal(signal: StoredSignal): Promise<'new' | 'known'>;
}

/** Reads STATE. Throws HubError `store.format-unknown`. */
export function dealOf(item: Item): Deal {
  assertFormat(item, item.data);
  return decodeDeal(item.data as StoredDeal, item.version);
}

export function createDealStore(table: Table, stageOf: (deal: Deal) => Stage): DealStore {
  async function resolveAlias(connectionId: string, recordId: string): Promise<string | undefined> {
    const item = await table.get<{ dealId: string }>(aliasKey(connectionId, recordId));
    return item === undefined ? undefined : dataOf(item).dealId;
  }

  return {
    async loadDeal(dealId) {
      const item = await table.get(dealKey(dealId, STATE_SK));
      return item === undefined ? undefined : dealOf(item);
    },
    async saveDeal(deal) {
      const version = deal.version + 1;
      const item: Item = {
        ...dealKey(deal.dealId, STATE_SK),
        version,
        data: encodeDeal(deal),
        // A deal that became part of another one is reached through that one.
        ...(deal.mergedInto === undefined
          ? {
              listing: {
                pk: stageListingPk(stageOf(deal), shardOf(deal.dealId)),
                sk: `${sortableMs(deal.updatedAtMs)}#${deal.dealId}`,
              },
            }
          : {}),
      };
      const outcome = deal.version === 0 ? await table.create(item) : await table.replace(item, deal.version);
      return outcome === 'conflict' ? 'conflict' : { ...deal, version };
    },
    resolveAlias,
    async claimAlias(connectionId, recordId, dealId) {
      const outcome = await table.create({
        ...aliasKey(connectionId, recordId),
        version: 1,
        data: { v: 1, dealId },
      });
      if (outcome === 'written') return dealId;
      return (await resolveAlias(connectionId, recordId)) ?? dealId;
    },
    async moveAlias(connectionId, recordId, dealId) {
      await table.put({ ...aliasKey(connectionId, recordId), version: 1, data: { v: 1, dealId } });
    },

    async hasSignal(dealId, signalId) {
      return (await table.get(dealKey(dealId, SIGNAL_PREFIX + signalId))) !== undefined;
    },
    async putSignal(stored) {
      const key = dealKey(stored.dealId, SIGNAL_PREFIX + stored.signal.id);
      const outcome = await table.create({ ...key, version: 1, data: stored });
      return outcome === 'written' ? 'new' : 'known';
    },
  };
}
