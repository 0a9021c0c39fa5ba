import { HubError, isHubError } from '../domain/errors.ts';
import type { ContactRemoval, RecordsToRead, Signal } from '../domain/signals.ts';
import type { DeliveryRecord } from '../store/delivery-log.ts';
import { createRecordingStore } from '../store/traced-store.ts';
import type { Delivery, InboxMessage, InternalSignals } from '../webhooks/delivery.ts';
import type { Parsed } from '../webhooks/parser.ts';
import { connectionOf } from './connections.ts';
import { forgetContact } from './privacy/forget-contact.ts';
import { problemOfOwnWords } from './privacy/own-words.ts';
import { keepInQuarantine } from './quarantine.ts';
import { recordEnvelopeSignal } from './record-envelope-signal.ts';
import type { RecordParts } from './record-parts.ts';
import { type Origin, recordCrmSignals } from './record-signal.ts';

/** Signals of one delivery about different records do not wait for each other. */
const CONCURRENT_RECORDS = 8;

/** Of a hint about many records, so many are named in the log: it says where to look, it is no list. */
const READS_NAMED = 10;

/** Which connection an event of a partner source is about stands in the event. */
const ANY_CONNECTION = '-';

/**
 * Takes one inbox message in: parse, apply every signal, keep in quarantine what cannot be understood, log the delivery.
 * One bad signal in a batch does not stop the others. Throws a retryable HubError when the message has to come back;
 * everything already done is then recognised and skipped.
 *
 * @param tries how often this message was received, from 1
 */
export async function recordInboxMessage(body: string, tries: number, parts: RecordParts): Promise<void> {
  const message = readMessage(body, parts);
  if (typeof message === 'string') {
    await keepInQuarantine(
      {
        delivery: undefined,
        id: parts.newId(),
        code: 'message.unreadable',
        sentence: message,
        excerpt: body.slice(0, 8000),
        body,
      },
      parts,
    );
    return;
  }
  if (message.kind === 'refusal') {
    await parts.store.putConnectionNote(message.connectionId, 'last-refusal', message);
    return;
  }
  await recordDelivery(message, tries, { ...parts, store: createRecordingStore(parts.store, message.traceId) });
}

async function recordDelivery(message: Delivery | InternalSignals, tries: number, parts: RecordParts): Promise<void> {
  const parsed: Parsed = message.kind === 'signals' ? ownWords(message) : await parse(message, parts);
  const origin: Origin = {
    deliveryId: message.deliveryId,
    traceId: message.traceId,
    receivedAtMs: message.receivedAtMs,
  };

  const dealIds = new Set<string>();
  const failures: HubError[] = [];
  let quarantined = 0;
  for (const reject of parsed.rejects) {
    await keepInQuarantine({ delivery: message, ...reject, id: `${message.deliveryId}.${reject.index + 1}` }, parts);
    quarantined += 1;
  }
  const refuse = async (signal: Signal, failure: HubError) => {
    const index = parsed.signals.indexOf(signal);
    const id = `${message.deliveryId}.s${index + 1}`;
    const excerpt = JSON.stringify(signal).slice(0, 8000);
    const { code, message: sentence } = failure;
    await keepInQuarantine({ delivery: message, id, code, sentence, index, excerpt }, parts);
    quarantined += 1;
  };
  const refuseRemoval = async (removal: ContactRemoval, id: string, { code, message: sentence }: HubError) => {
    await keepInQuarantine({ delivery: message, id, code, sentence, excerpt: JSON.stringify(removal) }, parts);
    quarantined += 1;
  };
  await eachRecord(parsed.signals, async (signals) => {
    try {
      const result = await recordGroup(signals, origin, tries, parts);
      if (result.dealId !== undefined) dealIds.add(result.dealId);
      for (const { signal, error } of result.refused) await refuse(signal, error);
    } catch (error) {
      const failure = asHubError(error);
      if (failure.retry !== 'never') failures.push(failure);
      else for (const signal of signals) await refuse(signal, failure);
    }
  });

  const removals = parsed.removals ?? [];
  for (const [index, removal] of removals.entries()) {
    try {
      for (const dealId of await forgetContact(removal, origin, parts)) dealIds.add(dealId);
    } catch (error) {
      const failure = asHubError(error);
      if (failure.retry !== 'never') failures.push(failure);
      else await refuseRemoval(removal, `${message.deliveryId}.x${index + 1}`, failure);
    }
  }

  const first = failures[0];
  const reads = parsed.reads ?? [];
  if (reads.length > 0) await askForReads(reads, origin, parts);

  await parts.store.logDelivery({
    v: 1,
    deliveryId: message.deliveryId,
    provider: message.kind === 'delivery' ? message.provider : `hub:${message.source}`,
    connectionId: connectionIn(message, parsed),
    receivedAtMs: message.receivedAtMs,
    traceId: message.traceId,
    signals: parsed.signals.length,
    ...(reads.length === 0 ? {} : { reads: reads.length, toRead: reads.slice(0, READS_NAMED).map(recordOf) }),
    ...(removals.length === 0 ? {} : { removals: removals.length }),
    rejects: quarantined,
    ignored: parsed.ignored,
    dealIds: [...dealIds].sort(),
    ...(first === undefined ? {} : { comesBack: first.code }),
  });
  parts.log('info', 'delivery.recorded', {
    deliveryId: message.deliveryId,
    connectionId: message.connectionId,
    traceId: message.traceId,
    count: parsed.signals.length,
  });
  if (first !== undefined) throw first;
}

function recordOf({ connectionId, recordId = '' }: RecordsToRead): DeliveryRecord {
  return { connectionId, recordId };
}

/** What the hub, or somebody who works it, puts through its own door. */
function ownWords({ signals, removals }: InternalSignals): Parsed {
  return { signals, ...(removals === undefined ? {} : { removals }), rejects: [], ignored: {} };
}

/** Of an event that came without an address of ours: the connection that its facts are about. */
function connectionIn(message: Delivery | InternalSignals, { signals, reads = [] }: Parsed): string {
  if (message.connectionId !== ANY_CONNECTION) return message.connectionId;
  return signals[0]?.connectionId ?? reads[0]?.connectionId ?? ANY_CONNECTION;
}

/** A hint leaves no mark of its own: told again, it asks again, and the reader knows what it has read. */
async function askForReads(reads: readonly RecordsToRead[], origin: Origin, parts: RecordParts): Promise<void> {
  const config = await parts.config();
  await parts.bus.publish(
    reads.map(({ id, connectionId, recordId, sinceMs }) => ({
      type: 'record.seen',
      detail: {
        meta: { v: 1, id: `${id}/record.seen`, traceId: origin.traceId, atMs: origin.receivedAtMs },
        crm: connectionOf(config, connectionId).provider,
        wants: ['refresh'],
        record: { connectionId, sinceMs, ...(recordId === undefined ? {} : { recordId }) },
      },
    })),
  );
}

const UNREADABLE =
  'a message in the inbox is not of a known form: it is of another version of the hub, or of a partner event source that no connection reads';

/** The message, or one sentence that says why it is none. */
function readMessage(body: string, parts: RecordParts): InboxMessage | string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return UNREADABLE;
    if ('source' in value && 'detail' in value && !('kind' in value)) {
      return partnerDelivery(value, body, parts) ?? UNREADABLE;
    }
    if (!('kind' in value) || !('v' in value) || value.v !== 1) return UNREADABLE;
    if (value.kind === 'delivery' || value.kind === 'refusal') return value as InboxMessage;
    if (value.kind !== 'signals') return UNREADABLE;
    const problem = problemOfOwnWords(value);
    if (problem === undefined) return value as InboxMessage;
    return `nothing of a message in the inbox was done: ${problem}; correct it and send it again (docs/data.md)`;
  } catch {
    return UNREADABLE;
  }
}

/**
 * An event that a provider sent through EventBridge, as a delivery of that provider: EventBridge vouches for its source,
 * and the id that it gave is the same at every try. The text is kept as it came: numbers in it may be larger than ours.
 */
function partnerDelivery(
  event: { readonly source: unknown },
  body: string,
  parts: RecordParts,
): InboxMessage | undefined {
  const source = typeof event.source === 'string' ? event.source : '';
  const provider = parts.providerOfSource(source);
  if (provider === undefined) return undefined;
  const { id, time } = event as { readonly id?: unknown; readonly time?: unknown };
  const sentAtMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const deliveryId = typeof id === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(id) ? id : parts.newId();
  return {
    v: 1,
    kind: 'delivery',
    deliveryId,
    provider,
    connectionId: ANY_CONNECTION,
    receivedAtMs: Number.isFinite(sentAtMs) ? Math.min(sentAtMs, parts.clock.nowMs()) : parts.clock.nowMs(),
    traceId: deliveryId,
    headers: {},
    bodyBase64: Buffer.from(body).toString('base64'),
  };
}

async function parse(delivery: Delivery, parts: RecordParts): Promise<Parsed> {
  const parser = parts.parserOf(delivery.provider);
  if (parser === undefined) {
    const sentence = `no parser for provider "${delivery.provider}"; deploy the version that accepted it`;
    return { signals: [], rejects: [{ code: 'provider.unknown', sentence, index: -1, excerpt: '' }], ignored: {} };
  }
  const connections = await parts.accountsOf(delivery.provider);
  return parser.parse(delivery, { connections, receivedAtMs: delivery.receivedAtMs });
}

type SignalGroup = readonly [Signal, ...Signal[]];

/** Signals of one record: those of a deal together, with one save and one event; envelopes one by one. */
async function recordGroup(signals: SignalGroup, origin: Origin, tries: number, parts: RecordParts) {
  const [first] = signals;
  if (first.kind === 'envelope') {
    return { dealId: await recordEnvelopeSignal(first, origin, tries, parts), refused: [] };
  }
  const [head, ...tail] = signals.filter((signal) => signal.kind !== 'envelope');
  if (head === undefined) return { dealId: undefined, refused: [] };
  return recordCrmSignals([head, ...tail], origin, parts);
}

/** Different records side by side, the signals of one record together and in their order. */
async function eachRecord(signals: readonly Signal[], work: (signals: SignalGroup) => Promise<void>): Promise<void> {
  const lanes = new Map<string, [Signal, ...Signal[]]>();
  for (const signal of signals) {
    const { connectionId } = signal;
    const key = signal.kind === 'envelope' ? `e/${signal.id}` : `r/${connectionId}/${signal.recordId}`;
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [signal]);
    else lane.push(signal);
  }
  const waiting = [...lanes.values()];
  const runLanes = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) await work(lane);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_RECORDS, waiting.length) }, runLanes));
}

function asHubError(error: unknown): HubError {
  if (isHubError(error)) return error;
  // A defect of ours: worth another try (a new version may have mended it), and the dead-letter queue in the end.
  return new HubError('record.failed', 'recording a signal failed unexpectedly', {
    retry: { afterMs: 30_000 },
    cause: error,
  });
}
