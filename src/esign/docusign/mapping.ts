import type { EnvelopeEvent, EnvelopeSignal, RecipientState, RecipientStatus } from '../../domain/signals.ts';
import type { EnvelopeFacts, EnvelopeStatus } from '../esign-port.ts';
import { parseDateMs } from './dates.ts';
import type { ConnectMessage, EnvelopePayload, RecipientPayload, RecipientsPayload } from './payloads.ts';

/** Envelope custom field that carries `dealId/n`. */
export const CONTRACT_FIELD = 'stagepost_contract';

/** Envelope custom field that carries the key of the attempt. */
export const ATTEMPT_FIELD = 'stagepost_attempt';

const MAX_REASON_LENGTH = 500;

/** Source: list of Connect events in the official specification of the eSignature REST API v2.1. */
const EVENTS = new Map<string, EnvelopeEvent>([
  ['envelope-created', 'created'],
  ['envelope-sent', 'sent'],
  ['envelope-delivered', 'delivered'],
  ['envelope-completed', 'completed'],
  ['envelope-declined', 'declined'],
  ['envelope-voided', 'voided'],
  ['envelope-deleted', 'deleted'],
  ['envelope-discard', 'deleted'],
  ['recipient-sent', 'recipient-sent'],
  ['recipient-delivered', 'recipient-delivered'],
  ['recipient-completed', 'recipient-completed'],
  ['recipient-declined', 'recipient-declined'],
  ['recipient-authenticationfailed', 'recipient-failed'],
  ['recipient-autoresponded', 'recipient-failed'],
  ['recipient-reassign', 'recipient-reassigned'],
  ['recipient-delegate', 'recipient-reassigned'],
]);

/** The Connect events that the hub asks for with each envelope. */
export const WANTED_EVENTS: readonly string[] = [...EVENTS.keys()];

/** `signed` is transient and comes before `completed`; `correct` is an envelope that its sender is correcting. */
const ENVELOPE_STATUSES = new Map<string, EnvelopeStatus>([
  ['created', 'created'],
  ['processing', 'created'],
  ['sent', 'sent'],
  ['correct', 'sent'],
  ['delivered', 'delivered'],
  ['signed', 'delivered'],
  ['completed', 'completed'],
  ['declined', 'declined'],
  ['voided', 'voided'],
  ['deleted', 'deleted'],
]);

/** `autoresponded` is DocuSign's word for an e-mail that came back. */
const RECIPIENT_STATES = new Map<string, RecipientState>([
  ['created', 'created'],
  ['sent', 'sent'],
  ['faxpending', 'sent'],
  ['delivered', 'delivered'],
  ['signed', 'completed'],
  ['completed', 'completed'],
  ['declined', 'declined'],
  ['autoresponded', 'failed'],
  ['authenticationfailed', 'failed'],
]);

/** This project's word for a Connect event; undefined for events that the hub does not use. */
export function eventOf(connectEvent: string): EnvelopeEvent | undefined {
  return EVENTS.get(connectEvent);
}

/** Value of one of our envelope custom fields; undefined when it is absent or empty. */
export function customFieldOf(envelope: EnvelopePayload, name: string): string | undefined {
  const field = envelope.customFields?.textCustomFields?.find((candidate) => candidate.name === name);
  return field?.value === '' ? undefined : field?.value;
}

/** States of all recipients, of whatever kind; those with an unknown status or without an id are left out. */
export function recipientStatuses(recipients: RecipientsPayload | undefined): readonly RecipientStatus[] {
  return everyRecipient(recipients).flatMap((recipient) => {
    const state = RECIPIENT_STATES.get(recipient.status?.toLowerCase() ?? '');
    if (state === undefined || recipient.recipientId === undefined) return [];
    const atMs = recipientTimeMs(recipient, state);
    return [{ recipientId: recipient.recipientId, state, ...(atMs === undefined ? {} : { atMs }) }];
  });
}

/** Facts of an envelope; undefined when its status is one that DocuSign does not document. */
export function factsOf(envelope: EnvelopePayload, envelopeId: string, url: string): EnvelopeFacts | undefined {
  const status = ENVELOPE_STATUSES.get(envelope.status?.toLowerCase() ?? '');
  if (status === undefined) return undefined;
  // A draft in the recycle bin keeps the status `created` and gets a time of deletion.
  const binned = status === 'created' && parseDateMs(envelope.deletedDateTime) !== undefined;
  return {
    envelopeId,
    status: binned ? 'deleted' : status,
    contractRef: customFieldOf(envelope, CONTRACT_FIELD),
    attemptKey: customFieldOf(envelope, ATTEMPT_FIELD),
    createdAtMs: parseDateMs(envelope.createdDateTime),
    sentAtMs: parseDateMs(envelope.sentDateTime),
    completedAtMs: parseDateMs(envelope.completedDateTime),
    reason: reasonOf(envelope),
    recipients: recipientStatuses(envelope.recipients),
    url,
  };
}

/**
 * The signal of a Connect message about an envelope of ours. The id depends on envelope, event and recipient only:
 * Connect has no event id, and whether `generatedDateTime` stays the same over retries is not documented.
 */
export function signalOf(
  message: ConnectMessage,
  fact: { connectionId: string; envelopeId: string; event: EnvelopeEvent; envelope: EnvelopePayload },
  receivedAtMs: number,
): EnvelopeSignal {
  const { connectionId, envelopeId, event, envelope } = fact;
  const recipientId = event.startsWith('recipient-') ? message.data.recipientId : undefined;
  const contractRef = customFieldOf(envelope, CONTRACT_FIELD);
  const attemptKey = customFieldOf(envelope, ATTEMPT_FIELD);
  const reason = reasonOf(envelope);
  const recipients = recipientStatuses(envelope.recipients);
  return {
    v: 1,
    kind: 'envelope',
    id: `e/${connectionId}/${envelopeId}/${event}/${recipientId?.slice(0, 50) ?? '-'}`,
    connectionId,
    envelopeId,
    event,
    atMs:
      eventTimeMs(envelope, event, recipientId ?? undefined) ?? parseDateMs(message.generatedDateTime) ?? receivedAtMs,
    ...(contractRef === undefined ? {} : { contractRef }),
    ...(attemptKey === undefined ? {} : { attemptKey }),
    ...(recipientId === undefined || recipientId === null ? {} : { recipientId }),
    ...(reason === undefined ? {} : { reason }),
    ...(recipients.length === 0 ? {} : { recipients }),
  };
}

function everyRecipient(recipients: RecipientsPayload | undefined): readonly RecipientPayload[] {
  return recipients === undefined ? [] : Object.values(recipients).flatMap((list) => list ?? []);
}

function reasonOf(envelope: EnvelopePayload): string | undefined {
  const given = [envelope.voidedReason, ...everyRecipient(envelope.recipients).map((each) => each.declinedReason)];
  const reason = given.find((candidate) => candidate !== undefined && candidate !== '');
  return reason?.slice(0, MAX_REASON_LENGTH);
}

function recipientTimeMs(recipient: RecipientPayload, state: RecipientState): number | undefined {
  switch (state) {
    case 'created':
    case 'failed':
      return undefined;
    case 'sent':
      return parseDateMs(recipient.sentDateTime);
    case 'delivered':
      return parseDateMs(recipient.deliveredDateTime);
    case 'declined':
      return parseDateMs(recipient.declinedDateTime);
    case 'completed':
      // A copy is complete once it was sent; it has no time of signing.
      return (
        parseDateMs(recipient.signedDateTime) ??
        parseDateMs(recipient.completedDateTime) ??
        parseDateMs(recipient.sentDateTime)
      );
  }
}

function eventTimeMs(
  envelope: EnvelopePayload,
  event: EnvelopeEvent,
  recipientId: string | undefined,
): number | undefined {
  const recipient = everyRecipient(envelope.recipients).find((each) => each.recipientId === recipientId) ?? {};
  switch (event) {
    case 'created':
      return parseDateMs(envelope.createdDateTime);
    case 'sent':
      return parseDateMs(envelope.sentDateTime);
    case 'delivered':
      return parseDateMs(envelope.deliveredDateTime);
    case 'completed':
      return parseDateMs(envelope.completedDateTime);
    case 'declined':
      return parseDateMs(envelope.declinedDateTime);
    case 'voided':
      return parseDateMs(envelope.voidedDateTime);
    case 'deleted':
      return parseDateMs(envelope.deletedDateTime);
    case 'recipient-sent':
      return recipientTimeMs(recipient, 'sent');
    case 'recipient-delivered':
      return recipientTimeMs(recipient, 'delivered');
    case 'recipient-completed':
      return recipientTimeMs(recipient, 'completed');
    case 'recipient-declined':
      return recipientTimeMs(recipient, 'declined');
    case 'recipient-failed':
    case 'recipient-reassigned':
      return undefined;
  }
}
