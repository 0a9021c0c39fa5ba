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
const ASK_THE_CRM: ReadonlySet<string> = new Set(['stage.moved-on', 'stage.disputed']);

/** Puts a hold on the timeline; when it is a new one, whoever has to know is told. */
export async function holdDecision(
  dealId: string,
  { subject, reason, remedy }: HoldObligation,
  traceId: string,
  parts: CrmParts,
): Promise<void> {
  const outcome = await decide(dealId, subject, reason, parts, remedy);
  if (ASK_THE_CRM.has(reason.code)) await refreshDeal(dealId, traceId, 'history-read', parts);
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
