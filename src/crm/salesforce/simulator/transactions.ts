import { randomUuid } from '../../../local/sandbox-kit/random-text.ts';
import type { Clock } from '../../../platform/clock.ts';
import { isGone, type Row, type Tables } from './tables.ts';

/** Who does something. */
export interface Actor {
  readonly userId: string;
  /** Absent for a person in the browser. `client` is out of the header `Sforce-Call-Options`. */
  readonly api?: { readonly version: string; readonly client: string | undefined };
}

export interface Change {
  readonly kind: 'create' | 'update' | 'delete' | 'undelete';
  readonly before: Row | undefined;
  readonly after: Row;
}

/** What one transaction did, one change per record. */
export interface Committed {
  readonly key: string;
  readonly actor: Actor;
  readonly atMs: number;
  readonly changes: readonly Change[];
}

/** An open transaction. */
export interface Unit {
  readonly actor: Actor;
  /** Time of the change; a person may have backdated it. */
  readonly atMs: number;
  readonly nowMs: number;
  put(row: Row): void;
  /** Stores without making it a change of the record. */
  touch(row: Row): void;
  hasCreated(id: string): boolean;
}

export interface Transactions {
  /** All or nothing: what throws leaves no trace. Inside another transaction it becomes part of that one. */
  run<T>(actor: Actor, work: (unit: Unit) => T, atMs?: number): T;
  onCommit(listener: (committed: Committed) => void): void;
  /** Runs without telling anybody. */
  silently<T>(work: () => T): T;
}

export function createTransactions(deps: { clock: Clock; random: () => number; tables: Tables }): Transactions {
  const { clock, random, tables } = deps;
  const listeners: ((committed: Committed) => void)[] = [];
  let open: { unit: Unit; puts: { before: Row | undefined; after: Row; quiet: boolean }[] } | undefined;
  let silent = false;

  function begin(actor: Actor, atMs: number | undefined): NonNullable<typeof open> {
    const puts: { before: Row | undefined; after: Row; quiet: boolean }[] = [];
    const store = (after: Row, quiet: boolean) => {
      puts.push({ before: tables.get(after.type, after.id), after, quiet });
      tables.put(after);
    };
    const nowMs = clock.nowMs();
    const unit: Unit = {
      actor,
      atMs: atMs ?? nowMs,
      nowMs,
      put: (row) => store(row, false),
      touch: (row) => store(row, true),
      hasCreated: (id) => puts.some(({ before, after }) => after.id === id && before === undefined),
    };
    return { unit, puts };
  }

  return {
    run(actor, work, atMs) {
      const outer = open;
      const mine = outer ?? begin(actor, atMs);
      const from = mine.puts.length;
      open = mine;
      let result: ReturnType<typeof work>;
      try {
        result = work(mine.unit);
      } catch (error) {
        for (const { before, after } of mine.puts.splice(from).toReversed()) {
          if (before === undefined) tables.forget(after);
          else tables.put(before);
        }
        throw error;
      } finally {
        open = outer;
      }
      if (outer === undefined && !silent) {
        const changes = changesOf(mine.puts);
        const committed: Committed = { key: randomUuid(random), actor: mine.unit.actor, atMs: mine.unit.atMs, changes };
        if (changes.length > 0) for (const tell of listeners) tell(committed);
      }
      return result;
    },
    onCommit: (listener) => void listeners.push(listener),
    silently(work) {
      const before = silent;
      silent = true;
      try {
        return work();
      } finally {
        silent = before;
      }
    },
  };
}

/** Several writes of one record are one change, from what was before the first to what is after the last. */
function changesOf(puts: readonly { before: Row | undefined; after: Row; quiet: boolean }[]): Change[] {
  const byId = new Map<string, { before: Row | undefined; after: Row; quiet: boolean }>();
  for (const put of puts) {
    const first = byId.get(put.after.id);
    byId.set(put.after.id, {
      before: first === undefined ? put.before : first.before,
      after: put.after,
      quiet: put.quiet && (first?.quiet ?? true),
    });
  }
  return [...byId.values()].flatMap(({ before, after, quiet }): Change[] => {
    if (quiet) return [];
    if (before === undefined) return isGone(after) ? [] : [{ kind: 'create', before, after }];
    if (isGone(after)) return isGone(before) ? [] : [{ kind: 'delete', before, after }];
    return [{ kind: isGone(before) ? 'undelete' : 'update', before, after }];
  });
}
