import type { Delivery } from '../webhooks/delivery.ts';
import { dayPk, dayUtc, QUARANTINE_PREFIX, SHARD_NUMBERS, shardOf, sortableMs } from './keys.ts';
import type { Key, Table } from './table.ts';
import { dataOf } from './versioned.ts';

/** What could not be understood: kept with its reason, replayable. */
export interface QuarantineEntry {
  readonly v: 1;
  /** Chosen by the caller and the same for the same part of the same delivery. */
  readonly id: string;
  readonly deliveryId: string;
  readonly connectionId: string;
  readonly provider: string;
  readonly atMs: number;
  readonly code: string;
  readonly sentence: string;
  /** Index in the batch, -1 for the whole delivery. */
  readonly index: number;
  readonly excerpt: string;
  /** The delivery itself while its body is at most 100 KB; otherwise it is in the file `fileKey`. */
  readonly delivery?: Delivery;
  readonly fileKey?: string;
  readonly resolvedAtMs?: number;
  readonly resolvedBy?: string;
}

export interface Quarantine {
  /** The same id again is `known` and changes nothing, unless it had been resolved: then it is open again, and `new`. */
  putQuarantine(entry: QuarantineEntry): Promise<'new' | 'known'>;
  loadQuarantine(id: string): Promise<QuarantineEntry | undefined>;
  /** Of these UTC days (`YYYY-MM-DD`, see `latestDaysUtc`), latest first, resolved ones included. */
  listQuarantine(daysUtc: readonly string[]): Promise<readonly QuarantineEntry[]>;
  /** `known`: somebody had resolved it before; the first one stays on record. Kept for 90 more days. */
  resolveQuarantine(id: string, by: string, atMs: number): Promise<'resolved' | 'known' | 'missing'>;
}

const KEPT_AFTER_RESOLVED_DAYS = 90;

export function createQuarantine(table: Table): Quarantine {
  const pointerKey = (id: string): Key => ({ pk: `QUARANTINE#${id}`, sk: 'REF' });
  const entryKey = (id: string, atMs: number): Key => ({
    pk: dayPk(dayUtc(atMs), shardOf(id)),
    sk: `${QUARANTINE_PREFIX}${sortableMs(atMs)}#${id}`,
  });

  async function find(id: string) {
    const pointer = await table.get<{ v: 1; atMs: number }>(pointerKey(id));
    if (pointer === undefined) return undefined;
    return table.get<QuarantineEntry>(entryKey(id, dataOf(pointer).atMs));
  }

  return {
    async putQuarantine(entry) {
      // The pointer goes first and fixes the time: whoever comes again after a crash writes the same entry.
      await table.create({ ...pointerKey(entry.id), version: 1, data: { v: 1, atMs: entry.atMs } });
      const pointer = await table.get<{ v: 1; atMs: number }>(pointerKey(entry.id));
      const atMs = pointer === undefined ? entry.atMs : dataOf(pointer).atMs;
      const key = entryKey(entry.id, atMs);
      const item = { ...key, version: 1, data: { ...entry, atMs } };
      if ((await table.create(item)) === 'written') return 'new';
      const before = await table.get<QuarantineEntry>(key);
      if (before === undefined || dataOf(before).resolvedAtMs === undefined) return 'known';
      // Replayed and failed again. Whoever is faster wrote the same.
      await table.replace({ ...item, version: before.version + 1 }, before.version);
      return 'new';
    },
    async loadQuarantine(id) {
      const item = await find(id);
      return item === undefined ? undefined : dataOf(item);
    },
    async listQuarantine(days) {
      const partitions = days.flatMap((day) => SHARD_NUMBERS.map((shard) => dayPk(day, shard)));
      const found = await Promise.all(
        partitions.map((pk) => table.query<QuarantineEntry>(pk, { prefix: QUARANTINE_PREFIX })),
      );
      return found
        .flat()
        .map(dataOf)
        .sort((a, b) => b.atMs - a.atMs);
    },
    async resolveQuarantine(id, by, atMs) {
      const item = await find(id);
      if (item === undefined) return 'missing';
      const entry = dataOf(item);
      if (entry.resolvedAtMs !== undefined) return 'known';
      const outcome = await table.replace(
        {
          pk: item.pk,
          sk: item.sk,
          version: item.version + 1,
          data: { ...entry, resolvedAtMs: atMs, resolvedBy: by },
          expiresAtSeconds: Math.floor(atMs / 1000) + KEPT_AFTER_RESOLVED_DAYS * 86_400,
        },
        item.version,
      );
      return outcome === 'written' ? 'resolved' : 'known';
    },
  };
}
