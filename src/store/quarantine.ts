import type { Delivery } from '../webhooks/delivery.ts';
import { dayPk, dayUtc, QUARANTINE_PREFIX, SHARD_NUMBERS, shardOf, sortableMs } from './keys.ts';
import type { Item, Key, Table } from './table.ts';
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
  /** The part that was not understood; empty once the body is gone. */
  readonly excerpt: string;
  /** The delivery itself while its body is at most 100 KB; otherwise it is in the file `fileKey`. */
  readonly delivery?: Delivery;
  readonly fileKey?: string;
  /** Why nothing that came is left, only that it came: its time was over, or it spoke of a person who was removed. */
  readonly bodyGone?: 'expired' | 'removed';
  readonly resolvedAtMs?: number;
  readonly resolvedBy?: string;
}

export interface Quarantine {
  /**
   * The same id again is `known` and changes nothing, unless it had been resolved: then it is open again, and `new`. The
   * entry is kept for 60 days from when its delivery came, what came with it (excerpt, delivery) for 30.
   */
  putQuarantine(entry: QuarantineEntry): Promise<'new' | 'known'>;
  loadQuarantine(id: string): Promise<QuarantineEntry | undefined>;
  /** Everything of one delivery, in the order of the batch; `receivedAtMs` is when it came. */
  listQuarantineOf(deliveryId: string, receivedAtMs: number): Promise<readonly QuarantineEntry[]>;
  /** Of these UTC days (`YYYY-MM-DD`, see `latestDaysUtc`), latest first, resolved ones included. */
  listQuarantine(daysUtc: readonly string[]): Promise<readonly QuarantineEntry[]>;
  /** `known`: somebody had resolved it before; the first one stays on record. */
  resolveQuarantine(id: string, by: string, atMs: number): Promise<'resolved' | 'known' | 'missing'>;
  /** Excerpt and delivery are gone for good, also when the same delivery comes again. The file is the caller's affair. */
  removeQuarantineBody(id: string): Promise<void>;
}

/** How long what came in may rest as it came, wherever that is. */
export const BODY_KEPT_DAYS = 30;
/** How long it is known that something came and was not understood. */
export const ENTRY_KEPT_DAYS = 60;

/** What came with an entry: apart from it, because it goes earlier. */
type StoredBody = { readonly v: 1 } & (
  | Pick<QuarantineEntry, 'excerpt' | 'delivery' | 'fileKey'>
  | { readonly removed: true }
);
type StoredEntry = Omit<QuarantineEntry, 'excerpt' | 'delivery' | 'fileKey' | 'bodyGone'>;

function entryOf({ excerpt: _, delivery: __, fileKey: ___, bodyGone: ____, ...entry }: QuarantineEntry): StoredEntry {
  return entry;
}

function secondsAfter(atMs: number, days: number): number {
  return Math.floor(atMs / 1000) + days * 86_400;
}

export function createQuarantine(table: Table): Quarantine {
  const pointerKey = (id: string): Key => ({ pk: `QUARANTINE#${id}`, sk: 'REF' });
  const entryKey = (id: string, atMs: number): Key => ({
    pk: dayPk(dayUtc(atMs), shardOf(id)),
    sk: `${QUARANTINE_PREFIX}${sortableMs(atMs)}#${id}`,
  });

  const bodyKey = (id: string): Key => ({ pk: `QUARANTINE#${id}`, sk: 'BODY' });

  async function find(id: string) {
    const pointer = await table.get<{ v: 1; atMs: number }>(pointerKey(id));
    if (pointer === undefined) return undefined;
    return table.get<StoredEntry>(entryKey(id, dataOf(pointer).atMs));
  }

  /** The entry with what is left of what came. Older versions kept all of it in one item. */
  async function whole(item: Item<StoredEntry>): Promise<QuarantineEntry> {
    const entry = dataOf(item);
    if ('excerpt' in entry) return entry as QuarantineEntry;
    const stored = await table.get<StoredBody>(bodyKey(entry.id));
    if (stored === undefined) return { ...entry, excerpt: '', bodyGone: 'expired' };
    const { v: _, ...body } = dataOf(stored);
    return 'removed' in body ? { ...entry, excerpt: '', bodyGone: 'removed' } : { ...entry, ...body };
  }

  /** Written before the entry: what a crash leaves without one goes by itself. */
  async function keepBody({ id, excerpt, delivery, fileKey }: QuarantineEntry, atMs: number): Promise<void> {
    if (excerpt === '' && delivery === undefined && fileKey === undefined) return;
    const data: StoredBody = {
      v: 1,
      excerpt,
      ...(delivery === undefined ? {} : { delivery }),
      ...(fileKey === undefined ? {} : { fileKey }),
    };
    await table.create({ ...bodyKey(id), version: 1, data, expiresAtSeconds: secondsAfter(atMs, BODY_KEPT_DAYS) });
  }

  return {
    async putQuarantine(entry) {
      // The pointer goes first and fixes the time: whoever comes again after a crash writes the same entry.
      await table.create({
        ...pointerKey(entry.id),
        version: 1,
        data: { v: 1, atMs: entry.atMs },
        expiresAtSeconds: secondsAfter(entry.atMs, ENTRY_KEPT_DAYS),
      });
      const pointer = await table.get<{ v: 1; atMs: number }>(pointerKey(entry.id));
      const atMs = pointer === undefined ? entry.atMs : dataOf(pointer).atMs;
      await keepBody(entry, atMs);
      const key = entryKey(entry.id, atMs);
      const expiresAtSeconds = secondsAfter(atMs, ENTRY_KEPT_DAYS);
      const item = { ...key, version: 1, data: { ...entryOf(entry), atMs }, expiresAtSeconds };
      if ((await table.create(item)) === 'written') return 'new';
      const before = await table.get<StoredEntry>(key);
      if (before === undefined || dataOf(before).resolvedAtMs === undefined) return 'known';
      // Replayed and failed again. Whoever is faster wrote the same.
      await table.replace({ ...item, version: before.version + 1 }, before.version);
      return 'new';
    },
    async loadQuarantine(id) {
      const item = await find(id);
      return item === undefined ? undefined : whole(item);
    },
    async listQuarantineOf(deliveryId, receivedAtMs) {
      // An entry is kept under the time at which its delivery came.
      const prefix = `${QUARANTINE_PREFIX}${sortableMs(receivedAtMs)}#`;
      const found = await Promise.all(
        SHARD_NUMBERS.map((shard) => table.query<StoredEntry>(dayPk(dayUtc(receivedAtMs), shard), { prefix })),
      );
      const mine = found.flat().filter((item) => dataOf(item).deliveryId === deliveryId);
      return (await Promise.all(mine.map(whole))).sort((a, b) => a.index - b.index);
    },
    async listQuarantine(days) {
      const partitions = days.flatMap((day) => SHARD_NUMBERS.map((shard) => dayPk(day, shard)));
      const found = await Promise.all(
        partitions.map((pk) => table.query<StoredEntry>(pk, { prefix: QUARANTINE_PREFIX })),
      );
      return (await Promise.all(found.flat().map(whole))).sort((a, b) => b.atMs - a.atMs);
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
          expiresAtSeconds: secondsAfter(entry.atMs, ENTRY_KEPT_DAYS),
        },
        item.version,
      );
      return outcome === 'written' ? 'resolved' : 'known';
    },
    async removeQuarantineBody(id) {
      const item = await find(id);
      if (item === undefined) return;
      // Stands in the way of the same body, should the same delivery come again.
      const expiresAtSeconds = secondsAfter(item.data.atMs, ENTRY_KEPT_DAYS);
      await table.put({ ...bodyKey(id), version: 1, data: { v: 1, removed: true }, expiresAtSeconds });
      if (!('excerpt' in item.data)) return;
      const data = entryOf(item.data as QuarantineEntry);
      await table.replace({ ...item, version: item.version + 1, data, expiresAtSeconds }, item.version);
    },
  };
}
