import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Fields } from './values.ts';

/** A stored record. Its fields hold also what exists only in some orgs; the schema decides what is shown. */
export interface Row {
  readonly id: string;
  readonly type: string;
  readonly fields: Fields;
  /** The record whose deletion took this one along. */
  readonly deletedWith?: string;
}

export interface Tables {
  get(type: string, id: string): Row | undefined;
  /** In order of creation, deleted ones too. */
  all(type: string): Row[];
  put(row: Row): void;
  /** As if it had never been. */
  forget(row: Row): void;
}

/** Records in memory, every write also on disk: queries look at every record of an object. */
export function createTables(storage: SandboxStorage): Tables {
  const loaded = new Map<string, Map<string, Row>>();
  const records = (type: string) => storage.records<Row>(`object-${type}`);
  function table(type: string): Map<string, Row> {
    const known = loaded.get(type) ?? new Map(records(type).entries());
    loaded.set(type, known);
    return known;
  }
  return {
    get: (type, id) => table(type).get(id),
    all: (type) => [...table(type).values()],
    put(row) {
      table(row.type).set(row.id, row);
      records(row.type).set(row.id, row);
    },
    forget(row) {
      table(row.type).delete(row.id);
      records(row.type).delete(row.id);
    },
  };
}

export function isGone(row: Row): boolean {
  return row.fields['IsDeleted'] === true;
}

/** The text of a field; empty when it is empty. */
export function textOf(row: Row, name: string): string {
  return String(row.fields[name] ?? '');
}
