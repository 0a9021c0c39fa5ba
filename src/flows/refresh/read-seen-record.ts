import { HubError } from '../../domain/errors.ts';
import type { RecordToRead } from '../../domain/events.ts';
import { wantsOf } from '../../domain/record-signal.ts';
import { connectionOf, leadingConnection } from '../connections.ts';
import { inTurn } from '../in-turn.ts';
import type { CrmParts } from '../parts.ts';
import type { Watermark } from './catch-up.ts';
import { healRecord } from './heal-record.ts';
import { takeRead } from './read-budget.ts';

/**
 * Follows a hint without authority: reads the record, and puts what it says through the inbox. Hints about one record
 * share a read that began after they came; reads are budgeted where the CRM says so. What the CRM does not have makes no
 * deal. A hint that could not name its record has everything compared that changed since.
 */
export async function readSeenRecord(record: RecordToRead, traceId: string, parts: CrmParts): Promise<void> {
  const { connectionId, recordId, sinceMs } = record;
  connectionOf(await parts.config(), connectionId);
  if (recordId === undefined) {
    await rewind(connectionId, sinceMs, parts);
    return;
  }
  // Whoever waits for a read that is under way looks afterwards whether that one was for it too.
  await inTurn(parts.store, `read/${connectionId}/${recordId}`, () => readUnlessShared(record, traceId, parts));
}

async function readUnlessShared(record: RecordToRead, traceId: string, parts: CrmParts): Promise<void> {
  const { connectionId, recordId = '', sinceMs } = record;
  const connection = connectionOf(await parts.config(), connectionId);
  const mark = await parts.store.loadRecordMark(connectionId, recordId);
  if (mark !== undefined && mark.atMs >= sinceMs) {
    parts.log('info', 'record.read-shared', { connectionId, key: recordId, traceId });
    return;
  }
  const { hintReads } = parts.crm(connection).capabilities;
  if (hintReads !== undefined) await takeRead(connectionId, hintReads, parts);
  const beganAtMs = parts.clock.nowMs();
  const isNews = await healRecord(connection, recordId, parts, { source: 'hint', traceId });
  if (!isNews) await wakeWhoWaits(record, traceId, parts);
  // Only now: a read that failed has answered nobody.
  await parts.store.putRecordMark(connectionId, recordId, { sinceMs, atMs: beganAtMs });
}

/**
 * Something of the record changed that no signal tells, an amount or a contact: whatever waits on the deal may have
 * waited for just that.
 */
async function wakeWhoWaits({ connectionId, recordId = '' }: RecordToRead, traceId: string, parts: CrmParts) {
  const dealId = await parts.store.resolveAlias(connectionId, recordId);
  if (dealId === undefined) return;
  const { deal, contracts, standing } = await parts.store.loadDealItems(dealId);
  const waits = standing.some(({ remedy }) => remedy !== undefined) || contracts.some(({ hold }) => hold !== undefined);
  if (deal === undefined || !waits) return;
  const config = await parts.config();
  const wants = wantsOf(deal, config).filter((want) => want !== 'refresh');
  if (wants.length === 0) return;
  const atMs = parts.clock.nowMs();
  const meta = { v: 1, id: `${dealId}/hint/${atMs}`, traceId, atMs } as const;
  const crm = leadingConnection(config, deal).provider;
  await parts.bus.publish([{ type: 'deal.touched', detail: { meta, dealId, crm, wants } }]);
}

const SAVE_ATTEMPTS = 8;

/** The next catch-up begins where the trouble began; one that is under way is begun anew. */
async function rewind(connectionId: string, sinceMs: number, parts: CrmParts): Promise<void> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const note = await parts.store.loadConnectionNote<Watermark>(connectionId, 'watermark');
    // Without one the first catch-up compares everything anyhow.
    if (note === undefined) return;
    const { again, untilMs, fromMs } = note.data;
    // Whatever changed since then is in the next window anyhow; a round under way need not begin anew for it.
    if (untilMs <= sinceMs) return;
    const reached = Math.min(fromMs ?? untilMs, untilMs);
    const next: Watermark = { untilMs: Math.min(reached, sinceMs), ...(again === undefined ? {} : { again }) };
    if ((await parts.store.saveConnectionNote(connectionId, 'watermark', next, note.version)) !== 'conflict') {
      parts.log('warn', 'watermark.rewound', { connectionId });
      return;
    }
  }
  throw new HubError('store.contended', `the watermark of ${connectionId} is changed too often at the moment`, {
    retry: { afterMs: 1000 },
    context: { connectionId },
  });
}
