import { HubError, isHubError } from '../domain/errors.ts';
import type { Signal } from '../domain/signals.ts';
import type { Delivery, InboxMessage, InternalSignals } from '../webhooks/delivery.ts';
import type { ParseContext, Parsed, Parser } from '../webhooks/parser.ts';
import type { CoreParts } from './parts.ts';
import { keepInQuarantine } from './quarantine.ts';
import { recordEnvelopeSignal } from './record-envelope-signal.ts';
import { type Origin, recordCrmSignal } from './record-signal.ts';

export interface RecordParts extends CoreParts {
  readonly parserOf: (provider: string) => Parser | undefined;
  /** Connections of a provider with the account ids that their bodies carry. */
  readonly accountsOf: (provider: string) => Promise<ParseContext['connections']>;
  readonly keepFile: (key: string, bytes: Uint8Array, contentType: string) => Promise<void>;
}

/** Signals of one delivery about different records do not wait for each other. */
const CONCURRENT_RECORDS = 8;

/**
 * Takes one inbox message in: parse, apply every signal, keep in quarantine what cannot be understood, log the delivery.
 * One bad signal in a batch does not stop the others. Throws a retryable HubError when the message has to come back;
 * everything already done is then recognised and skipped.
 *
 * @param tries how often this message was received, from 1
 */
export async function recordInboxMessage(body: string, tries: number, parts: RecordParts): Promise<void> {
  const message = readMessage(body);
  if (message === undefined) {
    await keepInQuarantine(
      {
        delivery: undefined,
        id: parts.newId(),
        code: 'message.unreadable',
        sentence: 'a message in the inbox is not of a known form; it was not put there by this version of the hub',
        excerpt: body.slice(0, 8000),
      },
      parts,
    );
    return;
  }
  if (message.kind === 'refusal') {
    await parts.store.putConnectionNote(message.connectionId, 'last-refusal', message);
    return;
  }
  const parsed =
    message.kind === 'signals' ? { signals: message.signals, rejects: [], ignored: {} } : await parse(message, parts);
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
  await eachRecord(parsed.signals, async (signal, index) => {
    try {
      const dealId =
        signal.kind === 'envelope'
          ? await recordEnvelopeSignal(signal, origin, tries, parts)
          : await recordCrmSignal(signal, origin, parts);
      if (dealId !== undefined) dealIds.add(dealId);
    } catch (error) {
      const failure = asHubError(error);
      if (failure.retry !== 'never') {
        failures.push(failure);
        return;
      }
      await keepInQuarantine(
        {
          delivery: message,
          id: `${message.deliveryId}.s${index + 1}`,
          code: failure.code,
          sentence: failure.message,
          index,
          excerpt: JSON.stringify(signal).slice(0, 8000),
        },
        parts,
      );
      quarantined += 1;
    }
  });

  await parts.store.logDelivery({
    v: 1,
    deliveryId: message.deliveryId,
    provider: message.kind === 'delivery' ? message.provider : `hub:${message.source}`,
    connectionId: message.connectionId,
    receivedAtMs: message.receivedAtMs,
    traceId: message.traceId,
    signals: parsed.signals.length,
    rejects: quarantined,
    ignored: parsed.ignored,
    dealIds: [...dealIds].sort(),
  });
  parts.log('info', 'delivery.recorded', {
    deliveryId: message.deliveryId,
    connectionId: message.connectionId,
    traceId: message.traceId,
    count: parsed.signals.length,
  });
  const first = failures[0];
  if (first !== undefined) throw first;
}

function readMessage(body: string): InboxMessage | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('kind' in value) || !('v' in value) || value.v !== 1) {
      return undefined;
    }
    return value.kind === 'delivery' || value.kind === 'refusal' || value.kind === 'signals'
      ? (value as InboxMessage)
      : undefined;
  } catch {
    return undefined;
  }
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

/** Signals about the same record go one after the other, in their order; different records side by side. */
async function eachRecord(
  signals: readonly Signal[],
  work: (signal: Signal, index: number) => Promise<void>,
): Promise<void> {
  const lanes = new Map<string, { signal: Signal; index: number }[]>();
  signals.forEach((signal, index) => {
    const key = `${signal.connectionId}/${signal.kind === 'envelope' ? signal.envelopeId : signal.recordId}`;
    const lane = lanes.get(key) ?? [];
    lane.push({ signal, index });
    lanes.set(key, lane);
  });
  const waiting = [...lanes.values()];
  const runLane = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (const { signal, index } of lane) await work(signal, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_RECORDS, waiting.length) }, runLane));
}

function asHubError(error: unknown): HubError {
  if (isHubError(error)) return error;
  // A defect of ours: worth another try (a new version may have mended it), and the dead-letter queue in the end.
  return new HubError('record.failed', 'recording a signal failed unexpectedly', {
    retry: { afterMs: 30_000 },
    cause: error,
  });
}

export type { Delivery, InternalSignals };
