import type { ConnectionPolicy } from '../../domain/policies.ts';
import type { CrmParts } from '../parts.ts';
import { healRecord } from './heal-record.ts';
import type { Run } from './reconcile-run.ts';

/** `watermark` follows what changed lately; `sweep` is the daily look at the last 30 days. */
export type PassName = 'watermark' | 'sweep';

/** How far a connection's records were compared (`CONNECTION#<id>` / `NOTE#watermark`, `NOTE#sweep`). */
export interface Watermark {
  /** Everything before is compared; while a pass is under way: once it is done. */
  readonly untilMs: number;
  /** Only while a pass is under way: where it began. */
  readonly fromMs?: number;
  /** The CRM's page that comes next; absent on the first page and after the last one. */
  readonly cursor?: string;
  /** Ids of the present page that are still to be compared; absent before the first page was listed. */
  readonly pending?: readonly string[];
  /** Records that failed, and how often: tried again by every run. */
  readonly again?: Readonly<Record<string, number>>;
}

/** Windows overlap, so that what a CRM shows late is not missed. */
export const OVERLAP_MS = 15 * 60_000;
/** A process that is killed repeats at most this many records. */
const RECORDS_PER_SAVE = 25;
/** So many failures one after the other mean that the CRM is in trouble, not a record. */
const FAILURES_IN_A_ROW = 5;
/** After that the daily sweep is enough. */
const MOST_TRIES = 10;
const MOST_AGAIN = 200;

/** A pass that is stopped by the clock or by the CRM; what is saved says where to go on. */
type Ended = 'done' | 'stopped';

/**
 * Compares the records that changed in a window, page by page, and saves how far it got. Goes on where the run before
 * stopped; a pass that is done stays done. One record that fails does not keep the others waiting.
 *
 * @param begin the window of a new pass when none is under way; undefined begins none
 * @param isOver true when the time for this is used up
 */
export async function comparePass(
  name: PassName,
  connection: ConnectionPolicy,
  begin: (last: Watermark | undefined) => { readonly fromMs: number; readonly untilMs: number } | undefined,
  isOver: () => boolean,
  run: Run,
  parts: CrmParts,
): Promise<Ended> {
  const note = await parts.store.loadConnectionNote<Watermark>(connection.id, name);
  let version = note?.version ?? 0;
  const again = new Map(Object.entries(note?.data.again ?? {}));
  const started = note?.data.fromMs === undefined ? begin(note?.data) : note.data;
  if (started === undefined) return 'done';
  let pass: Watermark = started;
  let failuresInARow = 0;

  /** False when another run is at it: it goes on from there. */
  async function save(next: Watermark): Promise<boolean> {
    const { again: _, ...rest } = next;
    const data: Watermark = again.size === 0 ? rest : { ...rest, again: Object.fromEntries(again) };
    const saved = await parts.store.saveConnectionNote(connection.id, name, data, version);
    if (saved === 'conflict') return false;
    version = saved.version;
    pass = next;
    return true;
  }

  async function compare(recordId: string): Promise<void> {
    run.count('records');
    const about = { connectionId: connection.id, key: recordId };
    const tried = await run.attempt(about, () => healRecord(connection, recordId, parts));
    if (tried.ok) {
      if (tried.value) run.count('healed');
      failuresInARow = 0;
      again.delete(recordId);
      return;
    }
    if (tried.error.retry !== 'never') failuresInARow += 1;
    const tries = (again.get(recordId) ?? 0) + 1;
    if (tries < MOST_TRIES && (again.has(recordId) || again.size < MOST_AGAIN)) again.set(recordId, tries);
    else again.delete(recordId);
  }

  const mustStop = () => isOver() || failuresInARow >= FAILURES_IN_A_ROW;

  for (const recordId of [...again.keys()]) {
    if (mustStop()) break;
    await compare(recordId);
  }
  for (;;) {
    const waiting = [...(pass.pending ?? [])];
    while (waiting.length > 0 && !mustStop()) {
      for (const recordId of waiting.slice(0, RECORDS_PER_SAVE)) {
        if (mustStop()) break;
        await compare(recordId);
        waiting.shift();
      }
      if (!(await save({ ...pass, pending: waiting }))) return 'stopped';
    }
    if (mustStop()) {
      await save(pass);
      return 'stopped';
    }
    const { fromMs = 0, untilMs, cursor, pending } = pass;
    if (pending !== undefined && cursor === undefined) return (await save({ untilMs })) ? 'done' : 'stopped';
    const window = { fromMs, untilMs, ...(cursor === undefined ? {} : { cursor }) };
    const about = { connectionId: connection.id, key: name };
    const page = await run.attempt(about, () => parts.crm(connection).listChangedDeals(window));
    if (!page.ok) {
      // A cursor that the CRM refuses for good would be refused for ever: the window begins anew.
      await save(page.error.retry === 'never' ? { fromMs, untilMs } : pass);
      return 'stopped';
    }
    const { recordIds, cursor: next } = page.value;
    if (!(await save({ fromMs, untilMs, ...(next === undefined ? {} : { cursor: next }), pending: recordIds }))) {
      return 'stopped';
    }
  }
}
