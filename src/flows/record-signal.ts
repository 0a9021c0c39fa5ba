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

const SAVE_ATTEMPTS = 12;

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

/**
 * Takes one CRM signal into the deal, in the order that survives a crash at any point:
 * (a) the deal's state under its version, (b) the event, (c) the signal as done-marker.
 * Whether (b) is needed follows from what the state holds, not from what (a) just did.
 *
 * HubError with `retry: never` means the signal itself is at fault and belongs in quarantine.
 */
export async function recordCrmSignal(signal: CrmSignal, origin: Origin, parts: CoreParts): Promise<string> {
  const config = await parts.config();
  connectionOf(config, signal.connectionId);
  const dealId = await dealIdOf(signal, config, parts);

  const { deal, wants } = await saveIntoDeal(dealId, signal, config, parts);
  if (signal.kind === 'lifecycle' && signal.what === 'merged') await followMerge(deal, signal, parts);
  if (wants.length > 0) await parts.bus.publish([dealEvent(deal, signal, wants, config, origin)]);
  await parts.store.putSignal({
    v: 1,
    dealId,
    signal,
    deliveryId: origin.deliveryId,
    configVersion: config.version,
    receivedAtMs: origin.receivedAtMs,
    effect: wants.length > 0 ? `look at ${wants.join(', ')}` : 'recorded',
  });
  return dealId;
}

async function dealIdOf(signal: CrmSignal, config: HubConfig, parts: CoreParts): Promise<string> {
  const { connectionId, recordId } = signal;
  const known = await parts.store.resolveAlias(connectionId, recordId);
  if (known !== undefined) return known;
  const fresh = newDeal(connectionId, recordId, config.version, parts.clock.nowMs());
  return parts.store.claimAlias(connectionId, recordId, fresh.dealId);
}

async function saveIntoDeal(
  dealId: string,
  signal: CrmSignal,
  config: HubConfig,
  parts: CoreParts,
): Promise<{ deal: Deal; wants: readonly Want[] }> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const nowMs = parts.clock.nowMs();
    const stored = await parts.store.loadDeal(dealId);
    const before = stored ?? newDeal(signal.connectionId, signal.recordId, config.version, nowMs);
    const outcome = recordSignal(before, signal, config, nowMs);
    if (outcome.kind === 'refused') {
      throw new HubError(outcome.reason.code, outcome.reason.sentence, { retry: 'never', context: { dealId } });
    }
    if (stored !== undefined && outcome.deal === stored) return { deal: stored, wants: outcome.wants };
    const saved = await parts.store.saveDeal(outcome.deal);
    if (saved !== 'conflict') return { deal: saved, wants: outcome.wants };
  }
  throw new HubError('store.contended', `deal ${dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId },
  });
}
