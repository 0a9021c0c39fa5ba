import type { DealItems } from '../store/deal-items.ts';
import type { DeliveryLogEntry } from '../store/delivery-log.ts';
import type { HubStore } from '../store/hub-store.ts';
import type { QuarantineEntry } from '../store/quarantine.ts';
import { chainOf, type DealTrace } from './trace-chain.ts';
import { outcomeOf, type TraceOutcome } from './trace-outcome.ts';

export type TraceStore = Pick<
  HubStore,
  'findDelivery' | 'loadQuarantine' | 'listQuarantineOf' | 'resolveAlias' | 'loadRecordMark' | 'loadDealItems'
>;

/** What became of one delivery, down to the last effect. */
export interface Trace {
  /** As it was asked for: of a delivery, of a trace, or of what is in quarantine. */
  readonly id: string;
  /** Absent for a message that is no delivery. */
  readonly delivery?: DeliveryLogEntry;
  /** What became of it, in a sentence; also why nothing did. */
  readonly outcome: TraceOutcome;
  readonly quarantined: readonly Omit<QuarantineEntry, 'delivery' | 'excerpt'>[];
  /** Records that it asked to have read. */
  readonly reads: readonly TracedRead[];
  readonly deals: readonly (DealTrace & { readonly name?: string })[];
}

export interface TracedRead {
  readonly connectionId: string;
  readonly recordId: string;
  readonly dealId?: string;
  /** When the record was last read because of a hint. */
  readonly lastReadAtMs?: number;
}

/** More than ever hang on one delivery; each is a query. */
const MOST_DEALS = 20;

/**
 * Looks up what became of a delivery. Undefined when nothing has this id.
 *
 * @param daysUtc where ids are looked for that do not tell their time
 */
export async function traceDelivery(
  id: string,
  daysUtc: readonly string[],
  store: TraceStore,
): Promise<Trace | undefined> {
  const ofQuarantine = await store.loadQuarantine(id);
  const delivery = await store.findDelivery(ofQuarantine?.deliveryId ?? id, daysUtc);
  if (delivery === undefined) {
    if (ofQuarantine === undefined) return undefined;
    return {
      id,
      outcome: outcomeOf({ quarantined: [ofQuarantine] }),
      quarantined: [shown(ofQuarantine)],
      reads: [],
      deals: [],
    };
  }
  const { traceId, receivedAtMs, deliveryId, toRead = [] } = delivery;
  const [quarantined, reads] = await Promise.all([
    store.listQuarantineOf(deliveryId, receivedAtMs),
    Promise.all(toRead.map((record) => readOf(record, store))),
  ]);
  const dealIds = [...delivery.dealIds, ...reads.flatMap((read) => read.dealId ?? [])];
  const all = await loadAll([...new Set(dealIds)].slice(0, MOST_DEALS), store);
  const deals = all.map((items) => ({ items, trace: chainOf(traceId, items) }));
  return {
    id,
    delivery,
    outcome: outcomeOf({ delivery, quarantined, reads, deals }),
    quarantined: quarantined.map(shown),
    reads,
    deals: deals
      .filter(({ trace, items }) => trace.chain.steps.length > 0 || delivery.dealIds.includes(items.deal?.dealId ?? ''))
      .map(({ items, trace }) => ({
        ...trace,
        ...(items.deal?.details.name === undefined ? {} : { name: items.deal.details.name }),
      })),
  };
}

/** The deals, and those that they have gone into: what was done since is there. */
async function loadAll(dealIds: readonly string[], store: TraceStore): Promise<readonly DealItems[]> {
  const named = await Promise.all(dealIds.map((dealId) => store.loadDealItems(dealId)));
  const into = named.flatMap(({ deal }) => deal?.mergedInto ?? []).filter((dealId) => !dealIds.includes(dealId));
  const others = await Promise.all([...new Set(into)].map((dealId) => store.loadDealItems(dealId)));
  return [...named, ...others].filter(({ deal }) => deal !== undefined);
}

async function readOf(
  { connectionId, recordId }: { readonly connectionId: string; readonly recordId: string },
  store: TraceStore,
): Promise<TracedRead> {
  if (recordId === '') return { connectionId, recordId };
  const [dealId, mark] = await Promise.all([
    store.resolveAlias(connectionId, recordId),
    store.loadRecordMark(connectionId, recordId),
  ]);
  return {
    connectionId,
    recordId,
    ...(dealId === undefined ? {} : { dealId }),
    ...(mark === undefined ? {} : { lastReadAtMs: mark.atMs }),
  };
}

/** The delivery's bytes stay where they are. */
function shown({ delivery: _, excerpt: __, ...entry }: QuarantineEntry): Trace['quarantined'][number] {
  return entry;
}
