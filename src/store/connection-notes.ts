import { noteKey } from './keys.ts';
import type { Table, WriteOutcome } from './table.ts';
import { assertFormat } from './versioned.ts';

/** What the hub remembers about a connection: watermark, sweep, last refusal. */
export interface ConnectionNotes {
  /** Throws HubError `store.format-unknown` for a note that says that a newer version wrote it. */
  loadConnectionNote<T>(connectionId: string, name: string): Promise<{ version: number; data: T } | undefined>;
  /** `expectedVersion` as loaded; 0 when there is no note yet. */
  saveConnectionNote<T>(
    connectionId: string,
    name: string,
    data: T,
    expectedVersion: number,
  ): Promise<{ version: number } | 'conflict'>;
  /** Whatever is there. For notes that only the latest writer matters for: the last refusal. */
  putConnectionNote<T>(connectionId: string, name: string, data: T): Promise<void>;
}

export function createConnectionNotes(table: Table): ConnectionNotes {
  return {
    async loadConnectionNote<T>(connectionId: string, name: string) {
      const item = await table.get<T>(noteKey(connectionId, name));
      if (item === undefined) return undefined;
      // The first notes say no format; one that does must be known, or it would be written over unread.
      const saysFormat = typeof item.data === 'object' && item.data !== null && 'v' in item.data;
      if (saysFormat) assertFormat(item, item.data);
      return { version: item.version, data: item.data };
    },
    async saveConnectionNote(connectionId, name, data, expectedVersion) {
      const version = expectedVersion + 1;
      const item = { ...noteKey(connectionId, name), version, data };
      const outcome: WriteOutcome =
        expectedVersion === 0 ? await table.create(item) : await table.replace(item, expectedVersion);
      return outcome === 'conflict' ? 'conflict' : { version };
    },
    async putConnectionNote(connectionId, name, data) {
      await table.put({ ...noteKey(connectionId, name), version: 1, data });
    },
  };
}
