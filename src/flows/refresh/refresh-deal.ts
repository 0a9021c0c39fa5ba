import type { Signal } from '../../domain/signals.ts';
import { followers } from '../../domain/twins.ts';
import { connectionOf } from '../connections.ts';
import type { CrmParts } from '../parts.ts';
import { readRecord } from './read-record.ts';

/**
 * Asks the CRM what is so with a deal's leading record, and puts the answer through the hub's own door. The same for
 * records in another CRM of which nothing is known yet but that they are the same deal.
 */
export async function refreshDeal(dealId: string, traceId: string, source: string, parts: CrmParts): Promise<void> {
  const deal = await parts.store.loadDeal(dealId);
  if (deal === undefined) {
    parts.log('warn', 'deal.unknown', { dealId, traceId });
    return;
  }
  const config = await parts.config();
  const unread = followers(deal).filter(({ transitions }) => transitions.length === 0);
  for (const { connectionId, recordId } of [deal.leading, ...unread]) {
    const signals = await readRecord(parts.crm(connectionOf(config, connectionId)), recordId, deal, parts);
    await putThroughInbox(connectionId, signals, source, traceId, parts);
  }
}

/** Sends signals through the inbox, in messages that stay far below SQS' limit; none for no signals. */
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
