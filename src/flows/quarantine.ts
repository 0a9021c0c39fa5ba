import type { Delivery, InternalSignals } from '../webhooks/delivery.ts';
import type { RecordParts } from './record-parts.ts';

/** Larger bodies go to the file store; a table item holds 400 KB at most. */
const INLINE_BODY_BYTES = 100_000;

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

/** Keeps what could not be understood, with its reason and with what is needed to replay it. Safe to repeat. */
export async function keepInQuarantine(unreadable: Unreadable, parts: RecordParts): Promise<void> {
  const { delivery } = unreadable;
  const raw = delivery?.kind === 'delivery' ? delivery : undefined;
  const fileKey = `quarantine/${raw?.deliveryId ?? unreadable.id}.json`;
  const inline = raw !== undefined && raw.bodyBase64.length <= INLINE_BODY_BYTES;
  const kept = raw === undefined ? unreadable.body : inline ? undefined : JSON.stringify(raw);
  if (kept !== undefined) await parts.keepFile(fileKey, new TextEncoder().encode(kept), 'application/json');
  await parts.store.putQuarantine({
    v: 1,
    id: unreadable.id,
    deliveryId: delivery?.deliveryId ?? unreadable.id,
    connectionId: delivery?.connectionId ?? '-',
    provider: raw?.provider ?? '-',
    atMs: delivery?.receivedAtMs ?? parts.clock.nowMs(),
    code: unreadable.code,
    sentence: unreadable.sentence,
    index: unreadable.index ?? -1,
    excerpt: unreadable.excerpt,
    ...(inline ? { delivery: raw } : kept === undefined ? {} : { fileKey }),
  });
  parts.log('warn', 'quarantined', {
    code: unreadable.code,
    deliveryId: delivery?.deliveryId ?? unreadable.id,
    connectionId: delivery?.connectionId ?? '-',
  });
}
