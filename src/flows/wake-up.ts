import { HubError } from '../domain/errors.ts';
import type { RecordToRead } from '../domain/events.ts';

/** What a worker takes out of a wake-up: which deal or record to look at. Nothing else in the message is authority. */
export type WakeUp = DealWakeUp | RecordWakeUp;

export interface DealWakeUp extends Chained {
  readonly dealId: string;
}

/** A record of which nobody knows yet whether it is a deal. */
export interface RecordWakeUp extends Chained {
  readonly record: RecordToRead;
}

interface Chained {
  readonly traceId: string;
  /** Of a chain of delayed looks: when it began, and how often it was looked at in vain. */
  readonly firstSeenAtMs?: number;
  readonly attempt?: number;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textField(value: unknown, name: string): string | undefined {
  const text = field(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function numberField(value: unknown, name: string): number | undefined {
  const number = field(value, name);
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function recordIn(value: unknown): RecordToRead | undefined {
  const connectionId = textField(value, 'connectionId');
  const recordId = textField(value, 'recordId');
  const sinceMs = numberField(value, 'sinceMs');
  if (connectionId === undefined || sinceMs === undefined) return undefined;
  return { connectionId, sinceMs, ...(recordId === undefined ? {} : { recordId }) };
}

/**
 * Reads a worker's message: an EventBridge envelope (`detail.dealId`, `detail.record`) or a look that the hub asked for
 * itself (the same without `detail`). HubError `message.unreadable` (never): it belongs in the dead-letter queue, where
 * a person sees it.
 */
export function readWakeUp(body: string): WakeUp {
  try {
    const message: unknown = JSON.parse(body);
    const detail = field(message, 'detail');
    const firstSeenAtMs = numberField(message, 'firstSeenAtMs');
    const attempt = numberField(message, 'attempt');
    const chained: Chained = {
      traceId: textField(field(detail, 'meta'), 'traceId') ?? textField(message, 'traceId') ?? '-',
      ...(firstSeenAtMs === undefined ? {} : { firstSeenAtMs }),
      ...(attempt === undefined ? {} : { attempt }),
    };
    const dealId = textField(detail, 'dealId') ?? textField(message, 'dealId');
    if (dealId !== undefined) return { dealId, ...chained };
    const record = recordIn(field(detail, 'record')) ?? recordIn(field(message, 'record'));
    if (record !== undefined) return { record, ...chained };
  } catch {
    // Falls through: broken JSON and missing fields are the same thing to whoever has to look at it.
  }
  throw new HubError(
    'message.unreadable',
    'a wake-up names neither a deal nor a record; it was not sent by this version of the hub',
    { retry: 'never' },
  );
}
