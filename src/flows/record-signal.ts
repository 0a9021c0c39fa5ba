import type { Deal } from '../domain/deal.ts';
import { currentStage } from '../domain/entries.ts';
import { HubError } from '../domain/errors.ts';
import type { DealEvent, Want } from '../domain/events.ts';
import { laneOf, leadingLane } from '../domain/lanes.ts';
import type { HubConfig } from '../domain/policies.ts';
import { newDeal, recordSignal, wantsOf } from '../domain/record-signal.ts';
import type { CrmSignal, RecordLifecycle, RecordLink } from '../domain/signals.ts';
import { connectionOf } from './connections.ts';
import { followMerge } from './follow-merge.ts';
import type { CoreParts } from './parts.ts';
import { followLink } from './twins/follow-link.ts';

/** Where a signal came from, for the timeline and for tracing. */
export interface Origin {
  readonly deliveryId: string;
  readonly traceId: string;
  readonly receivedAtMs: number;
}

export interface RecordedSignals {
  readonly dealId: string;
  /** Signals that are at fault themselves and belong in quarantine. */
  readonly refused: readonly { readonly signal: CrmSignal; readonly error: HubError }[];
}

const SAVE_ATTEMPTS = 12;

/**
 * Takes the signals about one CRM record into its deal, in the order that survives a crash at any point:
 * (a) the deal's state under its version, (b) one event, (c) each signal as done-marker.
 * Whether (b) is needed follows from the done-markers and from what the state holds, not from what (a) just did:
 * a signal that is in the state but has no marker may have died between (a) and (b).
 *
 * @param signals all of the same connection and record
 */
export async function recordCrmSignals(
  signals: readonly [CrmSignal, ...CrmSignal[]],
  origin: Origin,
  parts: CoreParts,
): Promise<RecordedSignals> {
  const [first] = signals;
  const config = await parts.config();
  connectionOf(config, first.connectionId);
  const { fresh, refused, ...saved } = await saveIntoDeal(await dealIdOf(first, config, parts), signals, config, parts);
  const { dealId } = saved.deal;
  const toFinish = mayBeUnfinished(accepted(signals, refused), saved.deal, origin);
  if (fresh.length === 0 && (await allDone(dealId, toFinish, parts))) return { dealId, refused };
  const merged = await followMerges(saved, accepted(signals, refused), config, parts);
  const cause = fresh[0] ?? first;
  const { deal, wants, absorbed } = await followLinks(merged, accepted(signals, refused), config, parts).catch(
    async (error: unknown) => {
      // The link has to wait; what else this delivery said does not wait with it.
      if (merged.wants.length > 0)
        await parts.bus.publish([dealEvent(merged.deal, cause, merged.wants, config, origin)]);
      throw error;
    },
  );
  if (wants.length > 0) await parts.bus.publish([dealEvent(deal, cause, wants, config, origin)]);
  // What it has begun and nobody has seen is taken back.
  for (const gone of absorbed) {
    await parts.bus.publish([dealEvent(gone, cause, ['contract', 'writes'], config, origin)]);
  }
  for (const signal of accepted(signals, refused)) {
    // A read of the CRM tells its whole history every time. Looking costs a tenth of a write that is refused.
    if (!fresh.includes(signal) && (await parts.store.hasSignal(dealId, signal.id))) continue;
    await parts.store.putSignal({
      v: 1,
      dealId,
      signal,
      deliveryId: origin.deliveryId,
      configVersion: config.version,
      receivedAtMs: origin.receivedAtMs,
      effect: wants.length > 0 ? `look at ${wants.join(', ')}` : 'recorded',
    });
  }
  return { dealId, refused };
}

/**
 * Merges are followed before the done-markers, also when the state knew them already: the process may have died between
 * the two. The record that lives on is a new one to look at, so what is wanted is asked of the deal as it is afterwards.
 */
async function followMerges(
  saved: Pick<SavedSignals, 'deal' | 'wants'>,
  signals: readonly CrmSignal[],
  config: HubConfig,
  parts: CoreParts,
): Promise<Pick<SavedSignals, 'deal' | 'wants'>> {
  const merges = signals.filter(
    (signal): signal is RecordLifecycle => signal.kind === 'lifecycle' && signal.what === 'merged',
  );
  let { deal } = saved;
  for (const signal of merges) deal = await followMerge(deal, signal, parts);
  return merges.length === 0 ? saved : { deal, wants: inOrder([...saved.wants, ...wantsOf(deal, config)]) };
}

/**
 * A record of another CRM that is the same deal is followed before the done-markers, like a merge. Afterwards everybody
 * looks at the deal that lives on, and its leading record is read: it may be one of which nothing is known yet. A link
 * that is told again is no news, or reading would ask for reading.
 */
async function followLinks(
  before: Pick<SavedSignals, 'deal' | 'wants'>,
  signals: readonly CrmSignal[],
  config: HubConfig,
  parts: CoreParts,
): Promise<Pick<SavedSignals, 'deal' | 'wants'> & { readonly absorbed: readonly Deal[] }> {
  const links = signals.filter((signal): signal is RecordLink => signal.kind === 'link');
  const absorbed: Deal[] = [];
  let { deal } = before;
  for (const link of links) {
    const linked = await followLink(deal, link, parts);
    const gone = linked.absorbed === undefined ? undefined : await parts.store.loadDeal(linked.absorbed);
    if (gone !== undefined) absorbed.push(gone);
    deal = linked.deal;
  }
  if (links.length === 0) return { ...before, absorbed };
  const isNews = deal.dealId !== before.deal.dealId || deal.version !== before.deal.version;
  if (!isNews && leadingLane(deal)?.transitions.length !== 0) return { ...before, deal, absorbed };
  return { deal, wants: inOrder([...wantsOf(deal, config), 'refresh']), absorbed };
}

function isLinked(deal: Deal, { to }: RecordLink): boolean {
  return laneOf(deal, to.connectionId, to.recordId) !== undefined;
}

function dealEvent(
  deal: Deal,
  signal: CrmSignal,
  wants: readonly Want[],
  config: HubConfig,
  origin: Origin,
): DealEvent {
  const type = signal.kind === 'transition' ? 'deal.stage.changed' : 'deal.touched';
  return {
    type,
    detail: {
      meta: { v: 1, id: `${deal.dealId}/${signal.id}/${type}`, traceId: origin.traceId, atMs: origin.receivedAtMs },
      dealId: deal.dealId,
      crm: connectionOf(config, deal.leading.connectionId).provider,
      wants,
      stage: currentStage(deal),
    },
  };
}

async function dealIdOf(signal: CrmSignal, config: HubConfig, parts: CoreParts): Promise<string> {
  const { connectionId, recordId } = signal;
  const known = await parts.store.resolveAlias(connectionId, recordId);
  if (known !== undefined) return known;
  const fresh = newDeal(connectionId, recordId, config.version, parts.clock.nowMs());
  return parts.store.claimAlias(connectionId, recordId, fresh.dealId);
}

/** The clocks of two of our processes are never further apart. */
const SKEW_MS = 5000;

/**
 * An observation leaves no trace of its own in the state. When the state was last changed before this delivery came, no
 * earlier try of the delivery changed it, and nobody has to hear that a read found nothing new.
 */
function mayBeUnfinished(signals: readonly CrmSignal[], deal: Deal, origin: Origin): readonly CrmSignal[] {
  const isUntouched = deal.updatedAtMs < origin.receivedAtMs - SKEW_MS;
  return isUntouched ? signals.filter((signal) => signal.kind !== 'observation') : signals;
}

/** Every one of them was recorded and published before. */
async function allDone(dealId: string, signals: readonly CrmSignal[], parts: CoreParts): Promise<boolean> {
  for (const signal of signals) {
    if (!(await parts.store.hasSignal(dealId, signal.id))) return false;
  }
  return true;
}

function accepted(signals: readonly CrmSignal[], refused: RecordedSignals['refused']): readonly CrmSignal[] {
  const atFault = new Set(refused.map(({ signal }) => signal));
  return signals.filter((signal) => !atFault.has(signal));
}

const WANTS: readonly Want[] = ['contract', 'plans', 'writes', 'refresh'];

function inOrder(wants: readonly Want[]): readonly Want[] {
  return WANTS.filter((want) => wants.includes(want));
}

interface SavedSignals {
  readonly deal: Deal;
  readonly wants: readonly Want[];
  /** Signals that the state did not hold before, and those that it never holds (hints, observations). */
  readonly fresh: readonly CrmSignal[];
  readonly refused: RecordedSignals['refused'];
}

async function saveIntoDeal(
  dealId: string,
  signals: readonly [CrmSignal, ...CrmSignal[]],
  config: HubConfig,
  parts: CoreParts,
): Promise<SavedSignals> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const stored = await whereItLives(dealId, signals[0], parts);
    const result = applyAll(stored, signals, config, parts.clock.nowMs());
    if (stored !== undefined && result.deal === stored) return result;
    // Nothing but refused signals: no deal comes into being for them.
    if (stored === undefined && result.refused.length === signals.length) return result;
    const saved = await parts.store.saveDeal(result.deal);
    if (saved !== 'conflict') return { ...result, deal: saved };
  }
  throw new HubError('store.contended', `deal ${dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId },
  });
}

/** The record's deal; where that went into another one that has the record now (a twin), that one. */
async function whereItLives(dealId: string, { connectionId, recordId }: CrmSignal, parts: CoreParts) {
  const deal = await parts.store.loadDeal(dealId);
  if (deal?.mergedInto === undefined) return deal;
  const into = await parts.store.loadDeal(deal.mergedInto);
  if (into === undefined || laneOf(into, connectionId, recordId) === undefined) return deal;
  // The process that joined them died before the record went by the other name.
  await parts.store.moveAlias(connectionId, recordId, into.dealId);
  return into;
}

function applyAll(
  stored: Deal | undefined,
  signals: readonly [CrmSignal, ...CrmSignal[]],
  config: HubConfig,
  nowMs: number,
): SavedSignals {
  const [{ connectionId, recordId }] = signals;
  let deal = stored ?? newDeal(connectionId, recordId, config.version, nowMs);
  const wants: Want[] = [];
  const fresh: CrmSignal[] = [];
  const refused: { signal: CrmSignal; error: HubError }[] = [];
  for (const signal of signals) {
    const outcome = recordSignal(deal, signal, config, nowMs);
    if (outcome.kind === 'refused') {
      const { code, sentence } = outcome.reason;
      refused.push({
        signal,
        error: new HubError(code, sentence, { retry: 'never', context: { dealId: deal.dealId } }),
      });
      continue;
    }
    const isNew =
      outcome.deal !== deal || signal.kind === 'hint' || (signal.kind === 'link' && !isLinked(deal, signal));
    if (isNew) fresh.push(signal);
    deal = outcome.deal;
    wants.push(...outcome.wants);
  }
  // What one signal asked to have read may be answered by the next one of the same group.
  const needsReading = wantsOf(deal, config).includes('refresh');
  const wanted = inOrder(wants).filter((want) => want !== 'refresh' || needsReading);
  return { deal, wants: wanted, fresh, refused };
}
