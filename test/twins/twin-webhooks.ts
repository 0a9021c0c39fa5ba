import type { RecordsToRead, Signal } from '../../src/domain/signals.ts';
import type { CrmRecord, RecordChange } from './record-crm.ts';

/** What the CRM whose webhooks tell facts says of a change; nothing of a link, which it only hints at. */
export function signalsOf(
  connectionId: string,
  record: CrmRecord,
  what: RecordChange,
  atMs: number,
): readonly Signal[] {
  const { id: recordId } = record;
  const fact = { v: 1, connectionId, recordId } as const;
  const last = record.history.at(-1);
  const entered: readonly Signal[] =
    last === undefined
      ? []
      : [
          {
            ...{ ...fact, kind: 'transition', id: `t/${connectionId}/${recordId}/${last.stageId}/${last.atMs}` },
            ...{ stageId: last.stageId, enteredAtMs: last.atMs, granularityMs: 1 },
          },
        ];
  switch (what) {
    case 'created':
    case 'deleted':
    case 'restored': {
      const id = `l/${connectionId}/${recordId}/${what}/${atMs}`;
      return [{ ...fact, kind: 'lifecycle', id, what, atMs }, ...(what === 'created' ? entered : [])];
    }
    case 'moved':
      return entered;
    case 'merged':
      // One delivery tells of all the records that went into the one that lives on.
      return record.mergedIds.map((goneId) => ({
        ...{ ...fact, kind: 'lifecycle', id: `l/${connectionId}/${goneId}/merged/${atMs}`, recordId: goneId },
        ...{ what, atMs, intoRecordId: recordId },
      }));
    case 'linked':
      return [];
  }
}

/** A hint to read the record, that came just now. */
export function hintAt(connectionId: string, recordId: string, number: number, sinceMs: number): RecordsToRead {
  return {
    kind: 'read',
    id: `r/${connectionId}/${recordId}/${number}`,
    connectionId,
    recordId,
    sinceMs,
    about: 'test',
  };
}
