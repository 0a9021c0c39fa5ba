import { dealKey, READ_PREFIX, recordMarkKey } from './keys.ts';
import type { Key, Table } from './table.ts';
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
  /** The same for a record that need not be a deal. */
  loadRecordMark(connectionId: string, recordId: string): Promise<ReadMark | undefined>;
  putRecordMark(connectionId: string, recordId: string, mark: ReadMark): Promise<void>;
}

const KEPT_DAYS = 30;

export function createReadMarks(table: Table): ReadMarks {
  async function load(key: Key): Promise<ReadMark | undefined> {
    const item = await table.get<ReadMark & { v: 1 }>(key);
    if (item === undefined) return undefined;
    const { sinceMs, atMs } = dataOf(item);
    return { sinceMs, atMs };
  }
  async function put(key: Key, mark: ReadMark): Promise<void> {
    await table.put({
      ...key,
      version: 1,
      data: { v: 1, ...mark },
      expiresAtSeconds: Math.floor(mark.atMs / 1000) + KEPT_DAYS * 86_400,
    });
  }
  return {
    loadReadMark: (dealId, what) => load(dealKey(dealId, READ_PREFIX + what)),
    putReadMark: (dealId, what, mark) => put(dealKey(dealId, READ_PREFIX + what), mark),
    loadRecordMark: (connectionId, recordId) => load(recordMarkKey(connectionId, recordId)),
    putRecordMark: (connectionId, recordId, mark) => put(recordMarkKey(connectionId, recordId), mark),
  };
}
