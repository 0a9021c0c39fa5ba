import type { CrmPort } from '../../crm/crm-port.ts';
import type { Contract } from '../../domain/contract.ts';
import type { Deal } from '../../domain/deal.ts';
import { HubError } from '../../domain/errors.ts';
import type { WriteBack } from '../../domain/plan.ts';
import type { HubConfig, Mode } from '../../domain/policies.ts';
import { decide } from '../decisions.ts';
import { type Held, withLease, without } from '../lease.ts';
import type { WorkerParts } from '../parts.ts';

export interface WriteView {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly writes: readonly WriteBack[];
  readonly config: HubConfig;
  readonly crm: CrmPort;
  readonly mode: Mode;
  readonly traceId: string;
}

/** What a write-back's work ends in: written, or held with a sentence and what would mend it. */
export type WriteResult =
  | { readonly done: true; readonly note: string }
  | { readonly done: false; readonly code: string; readonly sentence: string; readonly remedy: string };

/**
 * Runs one write-back under its own lease, unless it is done already with this value.
 *
 * @param value what is to be written, or a hash of it; a different one is written again
 */
export async function writeOnce(
  key: string,
  value: string,
  view: WriteView,
  parts: WorkerParts,
  work: (held: Held<WriteBack>) => Promise<WriteResult>,
): Promise<void> {
  const { dealId } = view.deal;
  const known = view.writes.find((each) => each.key === key) ?? (await create(key, value, view, parts));
  if (known?.state === 'done' && known.value === value) return;
  const target = {
    what: `write-back ${key} of deal ${dealId}`,
    load: () => parts.store.loadWrite(dealId, key),
    save: (item: WriteBack) => parts.store.saveWrite(item),
  };
  const leaseMs = parts.functionTimeoutMs + view.crm.capabilities.longestCallMs;
  await withLease(parts, target, leaseMs, async (held) => {
    if (held.current().state === 'done' && held.current().value === value) return;
    waitUntilSettled(held.current(), parts);
    await held.update(({ unknownUntilMs: _, ...item }) => ({
      ...item,
      state: 'writing',
      value,
      updatedAtMs: parts.clock.nowMs(),
    }));
    const result = await attempt(held, view, parts, work);
    const nowMs = parts.clock.nowMs();
    if (result.done) {
      const { note } = result;
      await held.update(
        ({ hold: _, ...item }): WriteBack => ({ ...without(item), state: 'done', note, updatedAtMs: nowMs }),
      );
      await decide(dealId, `write/${key}`, { code: 'write.done', sentence: note }, parts);
      return;
    }
    const { code, sentence, remedy } = result;
    await held.update((item) => ({
      ...item,
      state: 'held',
      hold: { code, sentence, remedy, sinceMs: nowMs },
      updatedAtMs: nowMs,
    }));
    await decide(dealId, `write/${key}`, { code, sentence }, parts, remedy);
  });
}

/** What the CRM refuses for good is a hold that a person can read, not an endless retry. */
async function attempt(
  held: Held<WriteBack>,
  view: WriteView,
  parts: WorkerParts,
  work: (held: Held<WriteBack>) => Promise<WriteResult>,
): Promise<WriteResult> {
  try {
    return await work(held);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.done === 'unknown') {
      const unknownUntilMs = parts.clock.nowMs() + view.crm.capabilities.settleMs;
      await held.update((item) => ({ ...item, unknownUntilMs, updatedAtMs: parts.clock.nowMs() }));
    }
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
