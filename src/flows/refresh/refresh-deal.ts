import type { CrmPort } from '../../crm/crm-port.ts';
import type { Deal } from '../../domain/deal.ts';
import type { Signal } from '../../domain/signals.ts';
import { leadingConnection } from '../connections.ts';
import type { CrmParts } from '../parts.ts';

/**
 * Asks the CRM what is so, and puts the answer through the hub's own door: the stage history as transitions (with the
 * ids that webhooks give them), the present stage and details as an observation, a missing record as a deletion.
 */
export async function refreshDeal(dealId: string, traceId: string, source: string, parts: CrmParts): Promise<void> {
  const deal = await parts.store.loadDeal(dealId);
  if (deal === undefined) {
    parts.log('warn', 'deal.unknown', { dealId, traceId });
    return;
  }
  const config = await parts.config();
  const crm = parts.crm(leadingConnection(config, deal));
  const signals = await readRecord(crm, deal.leading.recordId, parts.clock.nowMs(), deal);
  if (signals.length > 0) await putThroughInbox(deal.leading.connectionId, signals, source, traceId, parts);
}

/** What the CRM says of one record, as signals. */
export async function readRecord(
  crm: CrmPort,
  recordId: string,
  nowMs: number,
  deal: Deal | undefined,
): Promise<readonly Signal[]> {
  const { connectionId } = crm;
  const result = await crm.readDeal(recordId, []);
  if (!result.found) return deal === undefined ? [] : [goneSignal(connectionId, recordId, result, nowMs)];
  const { name, amount, currency, url, stageId, pipelineId } = result.deal;
  const transitions = await crm.readStageHistory(recordId);
  return [
    ...transitions.map((transition) => ({ ...transition, pipelineId: transition.pipelineId ?? pipelineId })),
    {
      v: 1,
      kind: 'observation',
      id: `o/${connectionId}/${recordId}/${nowMs}`,
      connectionId,
      recordId,
      stageId,
      pipelineId,
      observedAtMs: nowMs,
      details: {
        name,
        ...(amount === undefined ? {} : { amount }),
        ...(currency === undefined ? {} : { currency }),
        ...(url === undefined ? {} : { url }),
      },
    },
  ];
}

function goneSignal(
  connectionId: string,
  recordId: string,
  result: { readonly why: 'deleted' | 'merged' | 'unknown'; readonly intoRecordId?: string },
  nowMs: number,
): Signal {
  const into = result.why === 'merged' ? result.intoRecordId : undefined;
  return {
    v: 1,
    kind: 'lifecycle',
    // The CRM does not say when; the day keeps repeated reads from piling up.
    id: `l/${connectionId}/${recordId}/${into === undefined ? 'deleted' : 'merged'}/read-${Math.floor(nowMs / 86_400_000)}`,
    connectionId,
    recordId,
    what: into === undefined ? 'deleted' : 'merged',
    atMs: nowMs,
    ...(into === undefined ? {} : { intoRecordId: into }),
  };
}

/** Sends signals through the inbox, in messages that stay far below SQS' limit. */
export async function putThroughInbox(
  connectionId: string,
  signals: readonly Signal[],
  source: string,
  traceId: string,
  parts: Pick<CrmParts, 'inbox' | 'newId' | 'clock'>,
): Promise<void> {
  for (let start = 0; start < signals.length; start += 100) {
    const deliveryId = parts.newId();
    await parts.inbox.send(
      JSON.stringify({
        v: 1,
        kind: 'signals',
        deliveryId,
        connectionId,
        receivedAtMs: parts.clock.nowMs(),
        traceId: traceId === '-' ? deliveryId : traceId,
        source,
        signals: signals.slice(start, start + 100),
      }),
    );
  }
}
