import type { Clock } from '../platform/clock.ts';
import { assertStorable } from './item-size.ts';
import { compareSortKeys, isInRange, type RangeOptions } from './key-range.ts';
import type { Item, Key, Table, WriteOutcome } from './table.ts';

interface Row extends Omit<Item, 'data'> {
  /** JSON, so that what is stored shares nothing with what the caller holds. */
  readonly json: string;
}

export interface MemoryTable extends Table {
  /** Everything that has not expired, by key; for assertions. */
  items(): readonly Item[];
}

/** The table's promises without a database: for fast tests. */
export function createMemoryTable(clock: Clock): MemoryTable {
  const rows = new Map<string, Row>();
  const idOf = (key: Key) => JSON.stringify([key.pk, key.sk]);

  function alive(row: Row): boolean {
    return row.expiresAtSeconds === undefined || row.expiresAtSeconds * 1000 > clock.nowMs();
  }

  function toItem<T>({ json, ...rest }: Row): Item<T> {
    return { ...structuredClone(rest), data: JSON.parse(json) as T };
  }

  function write(item: Item): WriteOutcome {
    const { data, ...rest } = item;
    rows.set(idOf(item), { ...structuredClone(rest), json: JSON.stringify(data) });
    return 'written';
  }

  function select(options: RangeOptions, sortKeyOf: (row: Row) => string | undefined): Row[] {
    const found = [...rows.values()]
      .map((row) => ({ row, sortKey: sortKeyOf(row) }))
      .filter(({ sortKey }) => sortKey !== undefined && isInRange(sortKey, options))
      .sort((a, b) => compareSortKeys(a.sortKey ?? '', b.sortKey ?? '') || compareSortKeys(idOf(a.row), idOf(b.row)))
      .map(({ row }) => row);
    if (options.descending === true) found.reverse();
    return options.limit === undefined ? found : found.slice(0, options.limit);
  }

  function checked(item: Item): void {
    assertStorable(item, JSON.stringify(item.data));
  }

  return {
    async get<T>(key: Key) {
      const row = rows.get(idOf(key));
      return row === undefined || !alive(row) ? undefined : toItem<T>(row);
    },
    async create(item) {
      checked(item);
      const existing = rows.get(idOf(item));
      return existing !== undefined && alive(existing) ? 'conflict' : write(item);
    },
    async replace(item, expectedVersion) {
      checked(item);
      return rows.get(idOf(item))?.version === expectedVersion ? write(item) : 'conflict';
    },
    async put(item) {
      checked(item);
      write(item);
    },
    async remove(key, expectedVersion) {
      if (rows.get(idOf(key))?.version !== expectedVersion) return 'conflict';
      rows.delete(idOf(key));
      return 'written';
    },
    async query<T>(pk: string, options: RangeOptions = {}) {
      return select(options, (row) => (row.pk === pk && alive(row) ? row.sk : undefined)).map((row) => toItem<T>(row));
    },
    async queryListing(listingPk, options = {}) {
      return select(options, (row) => (row.listing?.pk === listingPk ? row.listing.sk : undefined)).flatMap((row) =>
        row.listing === undefined ? [] : [{ pk: row.pk, sk: row.sk, listing: { ...row.listing } }],
      );
    },
    items: () => select({}, (row) => (alive(row) ? row.pk + row.sk : undefined)).map((row) => toItem(row)),
  };
}
