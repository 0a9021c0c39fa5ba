import type { Deal } from '../domain/deal.ts';
import { currentStage } from '../domain/entries.ts';
import { HubError } from '../domain/errors.ts';
import type { HubEvent, Want } from '../domain/events.ts';
import type { HubConfig } from '../domain/policies.ts';
import { newDeal, recordSignal } from '../domain/record-signal.ts';
import type { CrmSignal } from '../domain/signals.ts';
import { connectionOf } from './connections.ts';
import { followMerge } from './follow-merge.ts';
import type { CoreParts } from './parts.ts';

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
  const dealId = await dealIdOf(first, config, parts);

  const { deal, wants, fresh, refused } = await saveIntoDeal(dealId, signals, config, parts);
  for (const signal of fresh) {
    if (signal.kind === 'lifecycle' && signal.what === 'merged') await followMerge(deal, signal, parts);
  }
  const unfinished = fresh.length > 0 || !(await allDone(dealId, signals, refused, parts));
  if (!unfinished) return { dealId, refused };
  const cause = fresh[0] ?? first;
  if (wants.length > 0) await parts.bus.publish([dealEvent(deal, cause, wants, config, origin)]);
  const refusedSignals = new Set(refused.map(({ signal }) => signal));
  for (const signal of signals) {
    if (refusedSignals.has(signal)) continue;
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

function dealEvent(deal: Deal, signal: CrmSignal, wants: readonly Want[], config: HubConfig, origin: Origin): HubEvent {
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

/** Every one of them was recorded and published before. */
async function allDone(
  dealId: string,
  signals: readonly CrmSignal[],
  refused: RecordedSignals['refused'],
  parts: CoreParts,
): Promise<boolean> {
  const refusedSignals = new Set(refused.map(({ signal }) => signal));
  for (const signal of signals) {
    if (!refusedSignals.has(signal) && !(await parts.store.hasSignal(dealId, signal.id))) return false;
  }
  return true;
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
    const stored = await parts.store.loadDeal(dealId);
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

function applyAll(
  stored: Deal | undefined,
  signals: readonly [CrmSignal, ...CrmSignal[]],
  config: HubConfig,
  nowMs: number,
): SavedSignals {
  const [{ connectionId, recordId }] = signals;
  let deal = stored ?? newDeal(connectionId, recordId, config.version, nowMs);
  let wants: readonly Want[] = [];
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
    const isNew = outcome.deal !== deal || signal.kind === 'hint';
    if (isNew) fresh.push(signal);
    deal = outcome.deal;
    wants = outcome.wants;
  }
  return { deal, wants, fresh, refused };
}
