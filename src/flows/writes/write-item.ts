import { HubError } from '../../domain/errors.ts';
import type { WriteBack } from '../../domain/plan.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import { decide } from '../decisions.ts';
import { type Held, withLease, without } from '../lease.ts';
import type { WorkerParts } from '../parts.ts';
import { viewWrites, type WriteView } from './write-view.ts';

/** An obligation that changes something in the CRM. */
export type Owed = Exclude<WriteObligation, { do: 'nothing' }>;

/** What a write-back's work ends in: written, or held with a sentence and what would mend it. */
export type WriteResult =
  | { readonly done: true; readonly note: string }
  | { readonly done: false; readonly code: string; readonly sentence: string; readonly remedy: string };

export interface WriteWork<O extends Owed> {
  /** What is to be written, or a hash of it; a different one is written again. */
  readonly valueOf: (obligation: O, view: WriteView) => string;
  /** Writing it twice is the same as once: nobody has to wait for what a dead process may have done. */
  readonly isRepeatable: boolean;
  /**
   * Looks, and then writes. Immediately before the call that changes something it saves the intent: whoever finds the
   * intent of a dead process waits until the CRM must show what that call did.
   */
  readonly write: (obligation: O, view: WriteView, intend: () => Promise<void>) => Promise<WriteResult>;
}

/**
 * Runs one write-back under its own lease, unless it is done already. Once the lease is taken everything is read again:
 * what somebody else has written meanwhile, or what is not owed any more, is left alone. `held` when it waits for a person.
 */
export async function writeOnce<O extends Owed>(
  obligation: O,
  view: WriteView,
  parts: WorkerParts,
  work: WriteWork<O>,
): Promise<'settled' | 'held'> {
  const { dealId } = view.deal;
  const { key } = obligation;
  const value = work.valueOf(obligation, view);
  const known = view.writes.find((each) => each.key === key) ?? (await create(key, value, view, parts));
  if (known !== undefined && isDone(known, value)) return 'settled';
  const target = {
    what: `write-back ${key} of deal ${dealId}`,
    load: () => parts.store.loadWrite(dealId, key),
    save: (item: WriteBack) => parts.store.saveWrite(item),
  };
  const leaseMs = parts.functionTimeoutMs + view.crm.capabilities.longestCallMs;
  return withLease(parts, target, leaseMs, async (held) => {
    const fresh = await viewWrites(dealId, view.traceId, parts);
    const owed = fresh?.obligations.find((each): each is O => each.do === obligation.do && each.key === key);
    if (fresh === undefined || owed === undefined || fresh.mode === 'observe') return 'settled';
    const freshValue = work.valueOf(owed, fresh);
    if (isDone(held.current(), freshValue)) return 'settled';
    waitUntilSettled(held.current(), parts);
    const result = await attempt(held, fresh, parts, () =>
      work.write(owed, fresh, () => intend(held, freshValue, work.isRepeatable ? 0 : unknownMs(fresh), parts)),
    );
    return finish(held, freshValue, result, parts);
  });
}

function isDone(item: WriteBack, value: string): boolean {
  return item.state === 'done' && item.value === value;
}

/** How long nobody can know what became of a call, should this process die during it. */
function unknownMs({ crm: { capabilities } }: WriteView): number {
  return capabilities.longestCallMs + capabilities.settleMs;
}

async function intend(held: Held<WriteBack>, value: string, waitMs: number, parts: WorkerParts): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const unknown = waitMs === 0 ? {} : { unknownUntilMs: nowMs + waitMs };
  await held.update((item) => ({ ...item, ...unknown, state: 'writing', value, updatedAtMs: nowMs }));
}

async function finish(
  held: Held<WriteBack>,
  value: string,
  result: WriteResult,
  parts: WorkerParts,
): Promise<'settled' | 'held'> {
  const { dealId, key } = held.current();
  const nowMs = parts.clock.nowMs();
  if (result.done) {
    const { note } = result;
    await held.update(({ hold: _, unknownUntilMs: __, ...item }): WriteBack => {
      return { ...without(item), state: 'done', value, note, updatedAtMs: nowMs };
    });
    await decide(dealId, `write/${key}`, { code: 'write.done', sentence: note }, parts);
    return 'settled';
  }
  const { code, sentence, remedy } = result;
  await held.update((item) => {
    // The same trouble at the next look is still the same trouble: whoever has to know was told.
    const sinceMs = item.hold?.code === code ? item.hold.sinceMs : nowMs;
    return { ...without(item), state: 'held', hold: { code, sentence, remedy, sinceMs }, updatedAtMs: nowMs };
  });
  await decide(dealId, `write/${key}`, { code, sentence }, parts, remedy);
  return 'held';
}

/** What the CRM refuses for good is a hold that a person can read, not an endless retry. */
async function attempt(
  held: Held<WriteBack>,
  view: WriteView,
  parts: WorkerParts,
  work: () => Promise<WriteResult>,
): Promise<WriteResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const nowMs = parts.clock.nowMs();
    const unknown = error.done === 'unknown' ? { unknownUntilMs: nowMs + view.crm.capabilities.settleMs } : {};
    await held.update(({ unknownUntilMs: _, ...item }) => ({ ...item, ...unknown, updatedAtMs: nowMs }));
    if (error.retry !== 'never') throw error;
    const remedy = 'mend the cause in the CRM, then `npx stagepost retry` the deal';
    return { done: false, code: error.code, sentence: error.message, remedy };
  }
}

/** After a lost answer the CRM is given time to show what happened; then the work looks before it writes. */
function waitUntilSettled(item: WriteBack, parts: WorkerParts): void {
  const leftMs = (item.unknownUntilMs ?? 0) - parts.clock.nowMs();
  if (leftMs <= 0) return;
  throw new HubError('write.outcome-unknown', `write-back ${item.key}: the last call's outcome is not known yet`, {
    retry: { afterMs: leftMs },
    done: 'unknown',
  });
}

async function create(key: string, value: string, view: WriteView, parts: WorkerParts): Promise<WriteBack | undefined> {
  const nowMs = parts.clock.nowMs();
  const created = await parts.store.createWrite({
    v: 1,
    dealId: view.deal.dealId,
    key,
    version: 0,
    connectionId: view.deal.leading.connectionId,
    recordId: view.deal.leading.recordId,
    mode: view.mode,
    state: 'planned',
    value,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  });
  return created === 'conflict' ? undefined : created;
}
