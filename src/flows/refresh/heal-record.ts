import { entriesOf } from '../../domain/entries.ts';
import { laneOf } from '../../domain/lanes.ts';
import type { ConnectionPolicy } from '../../domain/policies.ts';
import type { CrmParts } from '../parts.ts';
import { readRecord } from './read-record.ts';
import { putThroughInbox } from './refresh-deal.ts';

/**
 * Compares one CRM record with what is recorded; what was missed goes through the inbox. True when the CRM knew
 * something that the hub did not, or when the hub doubted its record: a dispute is settled by what the CRM says now.
 */
export async function healRecord(
  connection: ConnectionPolicy,
  recordId: string,
  parts: CrmParts,
  told: { readonly source: string; readonly traceId: string } = { source: 'reconcile', traceId: '-' },
): Promise<boolean> {
  const dealId = await parts.store.resolveAlias(connection.id, recordId);
  const deal = dealId === undefined ? undefined : await parts.store.loadDeal(dealId);
  const signals = await readRecord(parts.crm(connection), recordId, deal, parts);
  const lane = deal === undefined ? undefined : laneOf(deal, connection.id, recordId);
  const known = new Set(lane?.transitions.map((transition) => transition.id));
  const current = entriesOf(lane?.transitions ?? []).at(-1);
  const isNews = signals.some((signal) => {
    if (signal.kind === 'transition') return !known.has(signal.id);
    if (signal.kind === 'link') {
      const { connectionId: other, recordId: linked } = signal.to;
      return deal === undefined || laneOf(deal, other, linked) === undefined;
    }
    return signal.kind !== 'observation' || signal.stageId !== current?.stageId || lane?.dispute !== undefined;
  });
  if (isNews) await putThroughInbox(connection.id, signals, told.source, told.traceId, parts);
  return isNews;
}
