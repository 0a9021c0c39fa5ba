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
  /** Those of them whose reference holds the id; without looking at the others. */
  referring(type: string, field: string, id: string): Row[];
  put(row: Row): void;
  /** As if it had never been. */
  forget(row: Row): void;
}

/** Records in memory, every write also on disk: queries look at every record of an object. */
export function createTables(storage: SandboxStorage): Tables {
  const loaded = new Map<string, Map<string, Row>>();
  const records = (type: string) => storage.records<Row>(`object-${type}`);
  /** By `type.field`: id that is referred to, to the ids of those who refer. Made when it is first asked for. */
  const indexes = new Map<string, Map<string, Set<string>>>();
  function table(type: string): Map<string, Row> {
    const known = loaded.get(type) ?? new Map(records(type).entries());
    loaded.set(type, known);
    return known;
  }
  function index(type: string, field: string): Map<string, Set<string>> {
    const key = `${type}.${field}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    const made = new Map<string, Set<string>>();
    for (const row of table(type).values()) note(made, row.fields[field], row.id);
    indexes.set(key, made);
    return made;
  }
  return {
    get: (type, id) => table(type).get(id),
    all: (type) => [...table(type).values()],
    referring(type, field, id) {
      // A record that no longer refers stays in the index: what it holds now decides.
      const ids = [...(index(type, field).get(id) ?? [])];
      return ids.flatMap((each) => table(type).get(each) ?? []).filter((row) => row.fields[field] === id);
    },
    put(row) {
      table(row.type).set(row.id, row);
      records(row.type).set(row.id, row);
      for (const [key, made] of indexes) {
        const [type, field = ''] = key.split('.');
        if (type === row.type) note(made, row.fields[field], row.id);
      }
    },
    forget(row) {
      table(row.type).delete(row.id);
      records(row.type).delete(row.id);
    },
  };
}

function note(index: Map<string, Set<string>>, target: unknown, id: string): void {
  if (typeof target !== 'string') return;
  const ids = index.get(target) ?? new Set();
  index.set(target, ids.add(id));
}

export function isGone(row: Row): boolean {
  return row.fields['IsDeleted'] === true;
}

/** The text of a field; empty when it is empty. */
export function textOf(row: Row, name: string): string {
  return String(row.fields[name] ?? '');
}
