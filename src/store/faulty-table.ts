import type { Table } from './table.ts';

export type TableOperation = 'get' | 'create' | 'replace' | 'put' | 'remove' | 'query' | 'queryListing';

export interface TableHooks {
  /** Runs before the call: throw to refuse it, wait to let somebody else go first. `sk` is empty for queries. */
  readonly before?: (operation: TableOperation, key: { readonly pk: string; readonly sk: string }) => unknown;
  /** Runs when the call is done: throw to lose its answer. */
  readonly after?: (operation: TableOperation, key: { readonly pk: string; readonly sk: string }) => unknown;
}

/** A table that fails or waits where a test says so. Hooks may be asynchronous. */
export function createFaultyTable(inner: Table, hooks: TableHooks): Table {
  async function around<T>(operation: TableOperation, pk: string, sk: string, call: () => Promise<T>): Promise<T> {
    await hooks.before?.(operation, { pk, sk });
    const result = await call();
    await hooks.after?.(operation, { pk, sk });
    return result;
  }
  return {
    get: (key) => around('get', key.pk, key.sk, () => inner.get(key)),
    create: (item) => around('create', item.pk, item.sk, () => inner.create(item)),
    replace: (item, version) => around('replace', item.pk, item.sk, () => inner.replace(item, version)),
    put: (item) => around('put', item.pk, item.sk, () => inner.put(item)),
    remove: (key, version) => around('remove', key.pk, key.sk, () => inner.remove(key, version)),
    query: (pk, options) => around('query', pk, '', () => inner.query(pk, options)),
    queryListing: (pk, options) => around('queryListing', pk, '', () => inner.queryListing(pk, options)),
  };
}
