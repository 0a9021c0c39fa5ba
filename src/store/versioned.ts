import { HubError } from '../domain/errors.ts';
import type { Item, Key, Table } from './table.ts';

/** A domain object with its optimistic lock; the lock is kept beside the data, not in it. */
export interface Versioned {
  readonly v: 1;
  readonly version: number;
}

/** Format of the stored domain objects; readers take this one and the one before. */
const DATA_FORMAT = 1;

/** Throws HubError `store.format-unknown` for data that a newer version wrote. */
export function assertFormat(key: Key, data: unknown): void {
  const format = typeof data === 'object' && data !== null ? Reflect.get(data, 'v') : undefined;
  if (format === DATA_FORMAT || format === DATA_FORMAT - 1) return;
  throw new HubError(
    'store.format-unknown',
    `The data of ${key.pk} / ${key.sk} has format ${String(format)}, this version reads ${DATA_FORMAT}; deploy the version that wrote it or a newer one.`,
    { retry: 'never', context: { pk: key.pk, sk: key.sk } },
  );
}

/** Reads data that has no lock of its own. Throws HubError `store.format-unknown`. */
export function dataOf<T>(item: Item<T>): T {
  assertFormat(item, item.data);
  return item.data;
}

/** Reads a domain object with its lock. Throws HubError `store.format-unknown`. */
export function versionedOf<T extends Versioned>(item: Item): T {
  assertFormat(item, item.data);
  return { ...(item.data as Omit<T, 'version'>), version: item.version } as T;
}

type Row = Item['listing'];

function toItem(key: Key, value: Versioned, version: number, listing: Row): Item {
  const { version: _lock, ...data } = value;
  return { ...key, version, data, ...(listing === undefined ? {} : { listing }) };
}

/**
 * Stores a new object; whatever `version` it came with, it is 1 afterwards. `conflict`: there is one already.
 *
 * @param listing the row under which it shows up in a list
 */
export async function createVersioned<T extends Versioned>(
  table: Table,
  key: Key,
  value: T,
  listing?: Row,
): Promise<T | 'conflict'> {
  const outcome = await table.create(toItem(key, value, 1, listing));
  return outcome === 'conflict' ? 'conflict' : { ...value, version: 1 };
}

/** Replaces the object that was read with `value.version`. `conflict`: somebody else was faster; read again. */
export async function saveVersioned<T extends Versioned>(
  table: Table,
  key: Key,
  value: T,
  listing?: Row,
): Promise<T | 'conflict'> {
  const version = value.version + 1;
  const outcome = await table.replace(toItem(key, value, version, listing), value.version);
  return outcome === 'conflict' ? 'conflict' : { ...value, version };
}

export async function loadVersioned<T extends Versioned>(table: Table, key: Key): Promise<T | undefined> {
  const item = await table.get(key);
  return item === undefined ? undefined : versionedOf<T>(item);
}
