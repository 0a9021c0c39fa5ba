import type { Contract } from '../domain/contract.ts';
import { isTerminal } from '../domain/contract-machine.ts';
import { isHubError } from '../domain/errors.ts';
import type { Decision, Task, WriteBack } from '../domain/plan.ts';
import { isOpenWork } from './attention-rows.ts';
import { activeContractsPk, endedContractsPk, holdsPk, openWorkPk, SHARD_NUMBERS, sortableMs } from './keys.ts';
import type { Item, Key, Table } from './table.ts';
import { dataOf, type Versioned, versionedOf } from './versioned.ts';

export interface PageRequest {
  /** From the page before; absent for the first page. */
  readonly cursor?: string;
  /** Rows to look at; fewer items come back when rows were outdated. */
  readonly limit: number;
}

export interface ListPage<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

/**
 * What is not at rest, over all deals, page by page. Rows of the index are hints: every item is read before it is
 * returned, and one that has come to rest meanwhile is left out. So is what a newer version wrote: nobody here can judge
 * it, and it must not keep everything behind it from being looked at.
 */
export interface AttentionLists {
  listActiveContracts(page: PageRequest): Promise<ListPage<Contract>>;
  /** Changed after `sinceMs` for the last time. */
  listEndedContracts(page: PageRequest & { readonly sinceMs: number }): Promise<ListPage<Contract>>;
  /** Standing decisions with a remedy, taken after `sinceMs`. */
  listHolds(page: PageRequest & { readonly sinceMs: number }): Promise<ListPage<Decision>>;
  /** Tasks and write-backs that came into being after `sinceMs` and are not done. */
  listOpenWork(page: PageRequest & { readonly sinceMs: number }): Promise<ListPage<Task | WriteBack>>;
}

export function createAttentionLists(table: Table): AttentionLists {
  async function pageOf<T>(
    pkOf: (shard: number) => string,
    { cursor, limit, sinceMs }: PageRequest & { readonly sinceMs?: number },
    read: (item: Item) => T | undefined,
  ): Promise<ListPage<T>> {
    const found = await hintsOf(table, pkOf, cursor, limit, sinceMs === undefined ? undefined : sortableMs(sinceMs));
    const items = await Promise.all(found.hints.map((hint) => readIfKnown(hint, read)));
    return {
      items: items.filter((item) => item !== undefined),
      ...(found.cursor === undefined ? {} : { cursor: found.cursor }),
    };
  }

  async function readIfKnown<T>(hint: Key, read: (item: Item) => T | undefined): Promise<T | undefined> {
    try {
      const item = await table.get(hint);
      return item === undefined ? undefined : read(item);
    } catch (error) {
      if (isHubError(error, 'store.format-unknown')) return undefined;
      throw error;
    }
  }

  const versionedIf =
    <T extends Versioned>(isMeant: (value: T) => boolean) =>
    (item: Item): T | undefined => {
      const value = versionedOf<T>(item);
      return isMeant(value) ? value : undefined;
    };

  return {
    listActiveContracts: (page) =>
      pageOf(
        activeContractsPk,
        page,
        versionedIf<Contract>((contract) => !isTerminal(contract)),
      ),
    listEndedContracts: (page) => pageOf(endedContractsPk, page, versionedIf<Contract>(isTerminal)),
    listHolds: (page) =>
      pageOf(holdsPk, page, (item) => {
        const decision = dataOf(item as Item<Decision>);
        return decision.remedy === undefined ? undefined : decision;
      }),
    listOpenWork: (page) => pageOf(openWorkPk, page, versionedIf<Task | WriteBack>(isOpenWork)),
  };
}

/** The next rows over all shards, one shard after the other. A cursor is `<shard>|<sort key of the last row>`. */
async function hintsOf(
  table: Table,
  pkOf: (shard: number) => string,
  cursor: string | undefined,
  limit: number,
  firstAfter: string | undefined,
): Promise<{ readonly hints: readonly Key[]; readonly cursor?: string }> {
  const [, startText = '0', lastKey] = /^(\d+)\|(.*)$/s.exec(cursor ?? '') ?? [];
  const hints: Key[] = [];
  for (const shard of SHARD_NUMBERS.slice(Number(startText))) {
    const after = shard === Number(startText) ? (lastKey ?? firstAfter) : firstAfter;
    const left = limit - hints.length;
    const rows = await table.queryListing(pkOf(shard), { limit: left, ...(after === undefined ? {} : { after }) });
    hints.push(...rows);
    const last = rows.at(-1);
    if (last !== undefined && rows.length >= left) return { hints, cursor: `${shard}|${last.listing.sk}` };
  }
  return { hints };
}
