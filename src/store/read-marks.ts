import { dealKey, READ_PREFIX } from './keys.ts';
import type { Table } from './table.ts';
import { dataOf } from './versioned.ts';

/** When somebody outside was last asked about something, and since when it is asked about. */
export interface ReadMark {
  readonly sinceMs: number;
  readonly atMs: number;
}

/**
 * Marks of reads at providers, which limit how often. Beside what they are about, so that asking does not move its
 * version; forgotten after 30 days.
 */
export interface ReadMarks {
  /** @param what the number of a contract, or `record` */
  loadReadMark(dealId: string, what: string): Promise<ReadMark | undefined>;
  putReadMark(dealId: string, what: string, mark: ReadMark): Promise<void>;
}

const KEPT_DAYS = 30;

export function createReadMarks(table: Table): ReadMarks {
  return {
    async loadReadMark(dealId, what) {
      const item = await table.get<ReadMark & { v: 1 }>(dealKey(dealId, READ_PREFIX + what));
      if (item === undefined) return undefined;
      const { sinceMs, atMs } = dataOf(item);
      return { sinceMs, atMs };
    },
    async putReadMark(dealId, what, mark) {
      await table.put({
        ...dealKey(dealId, READ_PREFIX + what),
        version: 1,
        data: { v: 1, ...mark },
        expiresAtSeconds: Math.floor(mark.atMs / 1000) + KEPT_DAYS * 86_400,
      });
    },
  };
}
