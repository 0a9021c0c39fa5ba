import { DELIVERY_PREFIX, dayPk, dayUtc, SHARD_NUMBERS, shardOf, sortableMs } from './keys.ts';
import type { Table } from './table.ts';
import { timeOfId } from './time-of-id.ts';
import { dataOf } from './versioned.ts';

/** A record at a CRM; without its id, all of the connection's records. */
export interface DeliveryRecord {
  readonly connectionId: string;
  readonly recordId: string;
}

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
  /** The first of them; empty id: not one record, but all that changed. Absent on rows of older versions. */
  readonly toRead?: readonly DeliveryRecord[];
  /** Contacts that were to be forgotten, where there were any. */
  readonly removals?: number;
  readonly rejects: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly dealIds: readonly string[];
  /** Why not all of it was recorded yet, as a code: it is tried again. */
  readonly comesBack?: string;
}

export interface DeliveryLog {
  /** Writing the same delivery again replaces its line. Kept for 90 days. */
  logDelivery(entry: DeliveryLogEntry): Promise<void>;
  /** Of one UTC day (`YYYY-MM-DD`), latest first. */
  listDeliveries(dayUtc: string, limit: number): Promise<readonly DeliveryLogEntry[]>;
  /**
   * The delivery with this id, or the one that began this trace. When it came is read from the id; ids that others made
   * do not tell, and are looked for on these UTC days.
   */
  findDelivery(id: string, daysUtc: readonly string[]): Promise<DeliveryLogEntry | undefined>;
}

const KEPT_DAYS = 90;
/** An id is made at most so long after its delivery came: the door answers within seconds. */
const ID_AFTER_MS = 60_000;
/** Ids that are made faster than the clock goes borrow from the next milliseconds, and clocks of processes differ. */
const ID_BEFORE_MS = 10_000;
const PAGE = 100;

export function createDeliveryLog(table: Table): DeliveryLog {
  /** The first in one partition, from one key on (exclusive) up to another, that is it. */
  async function findIn(
    pk: string,
    range: { readonly after?: string; readonly upTo?: string },
    isIt: (entry: DeliveryLogEntry) => boolean,
  ): Promise<DeliveryLogEntry | undefined> {
    for (let after = range.after; ; ) {
      const page = await table.query<DeliveryLogEntry>(pk, {
        prefix: DELIVERY_PREFIX,
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      const found = page.map(dataOf).find(isIt);
      const last = page.at(-1)?.sk;
      if (found !== undefined || last === undefined || page.length < PAGE) return found;
      if (range.upTo !== undefined && last > range.upTo) return undefined;
      after = last;
    }
  }

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
    async findDelivery(id, daysUtc) {
      const madeAtMs = timeOfId(id);
      const [fromMs, toMs] = [(madeAtMs ?? 0) - ID_AFTER_MS, (madeAtMs ?? 0) + ID_BEFORE_MS];
      const range =
        madeAtMs === undefined
          ? {}
          : { after: `${DELIVERY_PREFIX}${sortableMs(fromMs)}`, upTo: `${DELIVERY_PREFIX}${sortableMs(toMs)}` };
      const days = madeAtMs === undefined ? daysUtc : [...new Set([dayUtc(fromMs), dayUtc(toMs)])];
      // The shard follows from a delivery's id. A trace's id says nothing of it.
      for (const day of days) {
        const found = await findIn(dayPk(day, shardOf(id)), range, ({ deliveryId }) => deliveryId === id);
        if (found !== undefined) return found;
      }
      const partitions = days.flatMap((day) => SHARD_NUMBERS.map((shard) => dayPk(day, shard)));
      const begun = await Promise.all(partitions.map((pk) => findIn(pk, range, ({ traceId }) => traceId === id)));
      return begun.filter((each) => each !== undefined).sort((a, b) => a.receivedAtMs - b.receivedAtMs)[0];
    },
  };
}
