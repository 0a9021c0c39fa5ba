import type { Reason } from '../domain/contract.ts';
import { leadingConnection } from './connections.ts';
import { decide } from './decisions.ts';
import type { CrmParts } from './parts.ts';
import { refreshDeal } from './refresh/refresh-deal.ts';

export interface HoldObligation {
  readonly subject: string;
  readonly reason: Reason;
  readonly remedy?: string;
}

/** The record and the CRM disagree: the webhook is late or lost, so the CRM is asked and answers through the inbox. */
const ASK_THE_CRM: ReadonlySet<string> = new Set([
  'stage.moved-on',
  'stage.disputed',
  'crm.deal-gone',
  'twin.link-unrecorded',
  'twin.leading-unread',
  'twin.leading-missing',
]);

/** Puts a hold on the timeline; when it is a new one, whoever has to know is told. */
export async function holdDecision(
  dealId: string,
  { subject, reason, remedy }: HoldObligation,
  traceId: string,
  parts: CrmParts,
): Promise<void> {
  const outcome = await decide(dealId, subject, reason, parts, remedy);
  if (ASK_THE_CRM.has(reason.code)) await askTheCrm(dealId, outcome === 'new', traceId, parts);
  if (outcome === 'known') return;
  const deal = await parts.store.loadDeal(dealId);
  if (deal === undefined) return;
  await parts.bus.publish([
    {
      type: 'deal.touched',
      detail: {
        meta: { v: 1, id: `${dealId}/${subject}/${reason.code}`, traceId, atMs: parts.clock.nowMs() },
        dealId,
        crm: leadingConnection(await parts.config(), deal).provider,
        wants: ['writes'],
      },
    },
  ]);
}

const SOONEST_ASK_MS = 5_000;
const LATEST_ASK_MS = 15 * 60_000;

/** A CRM that goes on contradicting itself is asked ever more rarely, however often somebody looks at the deal. */
async function askTheCrm(dealId: string, isNew: boolean, traceId: string, parts: CrmParts): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const mark = isNew ? undefined : await parts.store.loadReadMark(dealId, 'record');
  if (mark !== undefined) {
    const gapMs = Math.min(LATEST_ASK_MS, Math.max(SOONEST_ASK_MS, (nowMs - mark.sinceMs) / 2));
    if (nowMs - mark.atMs < gapMs) return;
  }
  await parts.store.putReadMark(dealId, 'record', { sinceMs: mark?.sinceMs ?? nowMs, atMs: nowMs });
  await refreshDeal(dealId, traceId, 'history-read', parts);
}
