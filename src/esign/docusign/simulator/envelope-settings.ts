import { flag, type Loose, list, record, text, texts } from './loose.ts';
import type { ConnectTarget, SimNotification } from './state.ts';
import { invalidParameter } from './wire-error.ts';

/** What a new DocuSign account has: envelopes expire after 120 days, no reminders. */
const ACCOUNT_DEFAULTS: SimNotification = {
  useAccountDefaults: 'true',
  reminders: { reminderEnabled: 'false', reminderDelay: '0', reminderFrequency: '0' },
  expirations: { expireEnabled: 'true', expireAfter: '120', expireWarn: '0' },
};

function days(value: unknown, name: string, fallback: string): string {
  const given = text(value) ?? fallback;
  if (!/^\d{1,3}$/.test(given)) throw invalidParameter(`Value for '${name}' must be a number of days up to 999.`);
  return given;
}

/** Reads reminders and expiry, in days; the account's defaults where nothing is said. Throws WireError for no number. */
export function readNotification(value: unknown): SimNotification {
  if (value === undefined || value === null) return ACCOUNT_DEFAULTS;
  const given = record(value);
  if (flag(given.useAccountDefaults)) return ACCOUNT_DEFAULTS;
  const reminders = record(given.reminders);
  const expirations = record(given.expirations);
  return {
    useAccountDefaults: 'false',
    reminders: {
      reminderEnabled: String(flag(reminders.reminderEnabled)),
      reminderDelay: days(reminders.reminderDelay, 'reminderDelay', '0'),
      reminderFrequency: days(reminders.reminderFrequency, 'reminderFrequency', '0'),
    },
    expirations: {
      // An envelope always expires: without a value of its own the account's default holds.
      expireEnabled: 'true',
      expireAfter: days(expirations.expireAfter, 'expireAfter', ACCOUNT_DEFAULTS.expirations.expireAfter),
      expireWarn: days(expirations.expireWarn, 'expireWarn', '0'),
    },
  };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** DocuSign posts to https only; a loopback host is the sandbox's exception. Throws WireError INVALID_REQUEST_PARAMETER. */
export function checkConnectUrl(url: string, field: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'https:') return url;
  if (parsed?.protocol === 'http:' && LOOPBACK.has(parsed.hostname)) return url;
  throw invalidParameter(`Value for '${field}' must be an https URL.`);
}

/** Older spelling of what to report: `envelopeEvents[].envelopeEventStatusCode` "completed" is `envelope-completed`. */
function legacyEvents(from: Loose): string[] {
  const envelope = list(from.envelopeEvents).map((event) => text(event.envelopeEventStatusCode));
  const recipient = list(from.recipientEvents).map((event) => text(event.recipientEventStatusCode));
  const named = (kind: string) => (status: string | undefined) =>
    status === undefined ? [] : [`${kind}-${status.toLowerCase()}`];
  return [...envelope.flatMap(named('envelope')), ...recipient.flatMap(named('recipient'))];
}

/**
 * Reads an `eventNotification` of an envelope. Only JSON SIM messages are played, so `eventData` must ask for
 * version restv2.1 and format json; without it DocuSign would send XML.
 */
export function readEventNotification(value: unknown): ConnectTarget {
  const from = record(value);
  const data = record(from.eventData);
  const url = text(from.url);
  if (url === undefined) throw invalidParameter("Value for 'eventNotification.url' must be specified.");
  if (text(data.version) !== 'restv2.1' || text(data.format)?.toLowerCase() === 'xml') {
    throw invalidParameter(
      "The sandbox sends JSON only: 'eventNotification.eventData' must have version restv2.1 and format json.",
    );
  }
  return {
    url: checkConnectUrl(url, 'eventNotification.url'),
    events: [...texts(from.events), ...legacyEvents(from)],
    includeData: texts(data.includeData),
    includeHmac: flag(from.includeHMAC),
    requireAcknowledgment: flag(from.requireAcknowledgment),
  };
}

/** Reads `eventNotification` and `eventNotifications`. Throws WireError INVALID_REQUEST_PARAMETER. */
export function readEventNotifications(definition: Loose): ConnectTarget[] {
  const one = definition.eventNotification;
  const many = Array.isArray(definition.eventNotifications) ? definition.eventNotifications : [];
  return [...(one === undefined || one === null ? [] : [one]), ...many].map(readEventNotification);
}

/** Scalars of `emailSettings`, e.g. `replyEmailAddressOverride`. */
export function readEmailSettings(value: unknown): Record<string, string> {
  const scalars = Object.entries(record(value)).map(([name, scalar]) => [name, text(scalar)] as const);
  return Object.fromEntries(scalars.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
