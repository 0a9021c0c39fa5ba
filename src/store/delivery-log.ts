import { DELIVERY_PREFIX, dayPk, dayUtc, SHARD_NUMBERS, shardOf, sortableMs } from './keys.ts';
import type { Table } from './table.ts';
import { dataOf } from './versioned.ts';

/** One webhook request, or one batch of our own signals, as ops sees it. */
export interface DeliveryLogEntry {
  readonly v: 1;
  readonly deliveryId: string;
  readonly provider: string;
  readonly connectionId: string;
  readonly receivedAtMs: number;
  readonly traceId: string;
  readonly signals: number;
  /** Records that it asked to have read, where there were any. */
  readonly reads?: number;
  readonly rejects: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly dealIds: readonly string[];
}

export interface DeliveryLog {
  /** Writing the same delivery again replaces its line. Kept for 90 days. */
  logDelivery(entry: DeliveryLogEntry): Promise<void>;
  /** Of one UTC day (`YYYY-MM-DD`), latest first. */
  listDeliveries(dayUtc: string, limit: number): Promise<readonly DeliveryLogEntry[]>;
}

const KEPT_DAYS = 90;

export function createDeliveryLog(table: Table): DeliveryLog {
  return {
    async logDelivery(entry) {
      await table.put({
        pk: dayPk(dayUtc(entry.receivedAtMs), shardOf(entry.deliveryId)),
        sk: `${DELIVERY_PREFIX}${sortableMs(entry.receivedAtMs)}#${entry.deliveryId}`,
        version: 1,
        data: entry,
        expiresAtSeconds: Math.floor(entry.receivedAtMs / 1000) + KEPT_DAYS * 86_400,
      });
    },
    async listDeliveries(day, limit) {
      const shards = await Promise.all(
        SHARD_NUMBERS.map((shard) =>
          table.query<DeliveryLogEntry>(dayPk(day, shard), { prefix: DELIVERY_PREFIX, limit, descending: true }),
        ),
      );
      return shards
        .flat()
        .map(dataOf)
        .sort((a, b) => b.receivedAtMs - a.receivedAtMs)
        .slice(0, limit);
    },
  };
}
