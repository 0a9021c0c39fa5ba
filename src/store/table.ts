/** Keys and index rows of one table; `docs/architecture.md` lists all items. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A stored item. `data` is JSON; `version` is the optimistic lock (0 where none is needed). */
export interface Item<T = unknown> extends Key {
  readonly version: number;
  readonly data: T;
  /** Row of the sparse index, if the item shows up in a listing. An index row is a hint. */
  readonly listing?: { readonly pk: string; readonly sk: string };
  /** Epoch seconds; readers must not return items whose time has passed. */
  readonly expiresAtSeconds?: number;
}

export type WriteOutcome = 'written' | 'conflict';

/**
 * Single-item conditional writes and queries: all that the hub asks of its database.
 * Throws HubError `store.unavailable` (retryable) when the table refuses, `store.item-too-large` (never) beyond 400 KB.
 */
export interface Table {
  /** Strongly consistent. */
  get<T>(key: Key): Promise<Item<T> | undefined>;
  /** Writes only if no item with that key exists. */
  create(item: Item): Promise<WriteOutcome>;
  /** Writes only if the stored version equals `expectedVersion`. */
  replace(item: Item, expectedVersion: number): Promise<WriteOutcome>;
  /** Writes whatever is there. For notes and hints only. */
  put(item: Item): Promise<void>;
  /** Deletes only if the stored version equals `expectedVersion`. */
  remove(key: Key, expectedVersion: number): Promise<WriteOutcome>;
  /** Strongly consistent, ascending by sk; all pages unless `limit`. `descending` turns it round. */
  query<T>(
    pk: string,
    options?: {
      readonly prefix?: string;
      readonly after?: string;
      readonly limit?: number;
      readonly descending?: boolean;
    },
  ): Promise<readonly Item<T>[]>;
  /** Eventually consistent, ascending by listing sk. Keys only: read the item before believing it. */
  queryListing(
    listingPk: string,
    options?: {
      readonly prefix?: string;
      readonly after?: string;
      readonly limit?: number;
      readonly descending?: boolean;
    },
  ): Promise<readonly (Key & { readonly listing: { readonly pk: string; readonly sk: string } })[]>;
}
