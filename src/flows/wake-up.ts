import { HubError } from '../domain/errors.ts';

/** What a worker takes out of a wake-up: which deal to look at. Nothing else in the message is authority. */
export interface WakeUp {
  readonly dealId: string;
  readonly traceId: string;
  /** Of a chain of delayed looks: when it began, and how often the deal was looked at in vain. */
  readonly firstSeenAtMs?: number;
  readonly attempt?: number;
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' && field !== '' ? field : undefined;
}

function numberField(value: unknown, name: string): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'number' ? field : undefined;
}

/**
 * Reads a worker's message: an EventBridge envelope (`detail.dealId`) or a look that the hub asked for itself (`dealId`).
 * HubError `message.unreadable` (never): it belongs in the dead-letter queue, where a person sees it.
 */
export function readWakeUp(body: string): WakeUp {
  try {
    const message: unknown = JSON.parse(body);
    const detail: unknown =
      typeof message === 'object' && message !== null ? Reflect.get(message, 'detail') : undefined;
    const dealId = textField(detail, 'dealId') ?? textField(message, 'dealId');
    if (dealId !== undefined) {
      const meta: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'meta') : undefined;
      const firstSeenAtMs = numberField(message, 'firstSeenAtMs');
      const attempt = numberField(message, 'attempt');
      return {
        dealId,
        traceId: textField(meta, 'traceId') ?? textField(message, 'traceId') ?? '-',
        ...(firstSeenAtMs === undefined ? {} : { firstSeenAtMs }),
        ...(attempt === undefined ? {} : { attempt }),
      };
    }
  } catch {
    // Falls through: broken JSON and missing fields are the same thing to whoever has to look at it.
  }
  throw new HubError('message.unreadable', 'a wake-up names no deal; it was not sent by this version of the hub', {
    retry: 'never',
  });
}
