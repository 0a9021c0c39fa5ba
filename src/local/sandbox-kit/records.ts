import { DatabaseSync } from 'node:sqlite';

/** A named collection of JSON records that survives a restart. Reads and writes are immediate. */
export interface Records<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): boolean;
  /** In order of insertion; a rewritten record keeps its place. */
  entries(): [string, T][];
  values(): T[];
}

/** What a simulator remembers. Two simulators never share a storage. */
export interface SandboxStorage {
  records<T>(name: string): Records<T>;
  /** 1, 2, 3, ... per name, never given twice. */
  nextNumber(name: string, first?: number): number;
  close(): void;
}

/**
 * Keeps records in SQLite: `file` on disk, or `:memory:` for tests.
 * Write-ahead log with normal synchronisation: survives the death of the process.
 */
export function openSandboxStorage(file: string): SandboxStorage {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  database.exec(
    'CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (name, key))',
  );
  database.exec('CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)');
  const select = database.prepare('SELECT value FROM record WHERE name = ? AND key = ?');
  const upsert = database.prepare(
    'INSERT INTO record (name, key, value) VALUES (?, ?, ?) ON CONFLICT (name, key) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM record WHERE name = ? AND key = ?');
  const all = database.prepare('SELECT key, value FROM record WHERE name = ? ORDER BY id');
  const count = database.prepare(
    'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value',
  );

  return {
    records<T>(name: string): Records<T> {
      const entries = (): [string, T][] =>
        all.all(name).map((row) => [String(row['key']), JSON.parse(String(row['value'])) as T]);
      return {
        get(key) {
          const row = select.get(name, key);
          return row === undefined ? undefined : (JSON.parse(String(row['value'])) as T);
        },
        set: (key, value) => void upsert.run(name, key, JSON.stringify(value)),
        delete: (key) => Number(remove.run(name, key).changes) > 0,
        entries,
        values: () => entries().map(([, value]) => value),
      };
    },
    nextNumber: (name, first = 1) => Number(count.get(name, first)?.['value']),
    close: () => database.close(),
  };
}
