import { BODY_KEPT_DAYS } from '../store/quarantine.ts';
import type { Delivery, InternalSignals } from '../webhooks/delivery.ts';
import type { RecordParts } from './record-parts.ts';

/** Larger bodies go to the file store; a table item holds 400 KB at most. */
const INLINE_BODY_BYTES = 100_000;
const BODY_KEPT_MS = BODY_KEPT_DAYS * 86_400_000;

/** Where bodies that are too large for the table lie; the bucket deletes what is under it after 30 days. */
const BODY_FOLDER = 'quarantine/';

export interface Unreadable {
  readonly id: string;
  readonly delivery: Delivery | InternalSignals | undefined;
  readonly code: string;
  readonly sentence: string;
  readonly index?: number;
  readonly excerpt: string;
  /** The whole message, where it is none that could be kept as a delivery. */
  readonly body?: string;
}

/**
 * Keeps what could not be understood, with its reason and, for 30 days from when it came, with what is needed to replay
 * it. Safe to repeat; repeating it does not begin the 30 days anew.
 */
export async function keepInQuarantine(unreadable: Unreadable, parts: RecordParts): Promise<void> {
  const { delivery } = unreadable;
  const raw = delivery?.kind === 'delivery' ? delivery : undefined;
  const fileKey = `${BODY_FOLDER}${raw?.deliveryId ?? unreadable.id}.json`;
  const atMs = delivery?.receivedAtMs ?? parts.clock.nowMs();
  const isKept = parts.clock.nowMs() < atMs + BODY_KEPT_MS;
  const inline = isKept && raw !== undefined && raw.bodyBase64.length <= INLINE_BODY_BYTES;
  const body = raw === undefined ? unreadable.body : inline ? undefined : JSON.stringify(raw);
  const kept = isKept ? body : undefined;
  // A file that is written again is a new one to whoever counts its days, and one that was removed stays so.
  const isFirst = kept !== undefined && (await parts.store.loadQuarantine(unreadable.id)) === undefined;
  if (isFirst) await parts.keepFile(fileKey, new TextEncoder().encode(kept), 'application/json');
  await parts.store.putQuarantine({
    v: 1,
    id: unreadable.id,
    deliveryId: delivery?.deliveryId ?? unreadable.id,
    connectionId: delivery?.connectionId ?? '-',
    provider: raw?.provider ?? '-',
    atMs,
    code: unreadable.code,
    sentence: unreadable.sentence,
    index: unreadable.index ?? -1,
    excerpt: isKept ? unreadable.excerpt : '',
    ...(inline ? { delivery: raw } : kept === undefined ? {} : { fileKey }),
  });
  parts.log('warn', 'quarantined', {
    code: unreadable.code,
    deliveryId: delivery?.deliveryId ?? unreadable.id,
    connectionId: delivery?.connectionId ?? '-',
    ...(delivery === undefined ? {} : { traceId: delivery.traceId }),
  });
}
