type Fields = Readonly<Record<string, unknown>>;

const MAX_ID_LENGTH = 400;
/** It becomes part of keys. */
const DELIVERY_ID = /^[\w.:-]{1,100}$/;
/** So does a contact's id: no CRM has one with spaces or `#` in it. */
const CONTACT_ID = /^[\w.:-]{1,100}$/;

/**
 * What is wrong with a message of signals and removals, one sentence; undefined where it can be worked on. Somebody may
 * have written it by hand (docs/data.md): what is misspelt must not end as if it had been done.
 */
export function problemOfOwnWords(message: object): string | undefined {
  const { deliveryId, traceId, connectionId, source, receivedAtMs, signals, removals = [] } = message as Fields;
  if (!isText(deliveryId) || !DELIVERY_ID.test(deliveryId)) return 'deliveryId must be letters, digits, -, _ or .';
  if (!isText(traceId)) return 'traceId must be a text';
  if (!isText(connectionId)) return 'connectionId must be the id of a connection';
  if (!isText(source)) return 'source must be a text, e.g. by-hand';
  if (!isTime(receivedAtMs)) return 'receivedAtMs must be a time in milliseconds';
  if (!Array.isArray(signals)) return 'signals must be a list; an empty one is []';
  if (!Array.isArray(removals)) return 'removals must be a list';
  return problemIn('signals', signals, problemOfSignal) ?? problemIn('removals', removals, problemOfRemoval);
}

function problemIn(
  list: string,
  items: readonly unknown[],
  problemOf: (item: Fields) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = typeof item === 'object' && item !== null ? problemOf(item as Fields) : 'must be an object';
    if (problem !== undefined) return `${list}[${index}] ${problem}`;
  }
  return undefined;
}

/** What a signal says is its own affair (`record-signal`); whose it is must be there. */
function problemOfSignal({ kind, id, connectionId, recordId, envelopeId }: Fields): string | undefined {
  if (!isText(kind)) return 'has no kind';
  if (!isText(id)) return 'has no id';
  if (!isText(connectionId)) return 'has no connectionId';
  if (!isText(kind === 'envelope' ? envelopeId : recordId)) return 'names neither a record nor an envelope';
  return undefined;
}

function problemOfRemoval({ kind, id, connectionId, contactId, atMs }: Fields): string | undefined {
  if (kind !== 'removal') return 'must have the kind "removal"';
  if (!isText(id)) return 'has no id';
  if (!isText(connectionId)) return 'has no connectionId';
  if (!isText(contactId) || !CONTACT_ID.test(contactId)) return "has no contactId: the contact's id in the CRM, a text";
  if (!isTime(atMs)) return 'has no atMs, a time in milliseconds';
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_ID_LENGTH;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
