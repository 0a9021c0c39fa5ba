import { advance, audit, isActive, type Step, setStatus } from './routing.ts';
import type { SimEnvelope, SimRecipient } from './state.ts';
import { invalidParameter, WireError } from './wire-error.ts';
import type { World } from './world.ts';

/** DocuSign cuts longer reasons. */
const LONGEST_VOIDED_REASON = 200;
export const EXPIRED_REASON = 'Envelope has expired.';

/** All that can happen to an envelope after it was made. Everything throws WireError when DocuSign would refuse. */
export interface Lifecycle {
  created(envelopeId: string): void;
  send(envelopeId: string): void;
  resend(envelopeId: string): void;
  /** A recipient opens the documents. Opening again changes nothing. */
  open(envelopeId: string, recipientId: string): void;
  /** A recipient signs, approves or finishes; opens first if that is still to do. `values` by tab label. */
  sign(envelopeId: string, recipientId: string, values?: Readonly<Record<string, string>>): void;
  decline(envelopeId: string, recipientId: string, reason: string): void;
  void(envelopeId: string, reason: string): void;
  expire(envelopeId: string): void;
  remind(envelopeId: string): void;
  /** Moves to the recycle bin, which voids an envelope that is out (Folders: moveEnvelopes). */
  recycle(envelopeId: string): void;
}

export interface LifecycleOptions {
  readonly world: World;
  readonly emit: (envelope: SimEnvelope, event: string, recipient?: SimRecipient) => void;
  /** Called after every change, to keep track of what is due when. */
  readonly changed: (envelope: SimEnvelope) => void;
}

function isOut(envelope: SimEnvelope): boolean {
  return envelope.status === 'sent' || envelope.status === 'delivered';
}

function whoseTurn(envelope: SimEnvelope, recipientId: string): SimRecipient {
  const recipient = envelope.recipients.find((each) => each.recipientId === recipientId);
  if (recipient === undefined) {
    throw new WireError(400, 'UNKNOWN_ENVELOPE_RECIPIENT', `The envelope has no recipient "${recipientId}".`);
  }
  if (isOut(envelope) && isActive(recipient)) return recipient;
  const why = isOut(envelope) ? `${recipient.name} is ${recipient.status}` : `the envelope is ${envelope.status}`;
  throw new WireError(400, 'RECIPIENT_NOT_IN_SEQUENCE', `It is not the turn of recipient "${recipientId}": ${why}.`);
}

function checkComplete(envelope: SimEnvelope): void {
  if (envelope.documents.length > 0 && envelope.recipients.length > 0 && envelope.emailSubject !== '') return;
  throw new WireError(
    400,
    'ENVELOPE_IS_INCOMPLETE',
    'The Envelope is not Complete. A Complete Envelope Requires Documents, Recipients, Tabs, and a Subject Line.',
  );
}

function finish(recipient: SimRecipient, values: Readonly<Record<string, string>>, nowMs: number): void {
  recipient.status = 'completed';
  recipient.signedAtMs = nowMs;
  for (const tab of recipient.tabs) {
    const value = values[tab.properties.tabLabel ?? ''];
    if (value !== undefined) tab.properties.value = value;
    if (tab.tabType === 'dateSignedTabs') tab.properties.value = new Date(nowMs).toISOString().slice(0, 10);
  }
}

/** The life of all envelopes of `world`. */
export function createLifecycle({ world, emit, changed }: LifecycleOptions): Lifecycle {
  /** Loads, changes, saves; events leave when the change is on disk, each with the envelope as it was at that event. */
  function change(envelopeId: string, act: (step: Step) => void): void {
    const envelope = world.envelope(envelopeId);
    const said: (() => void)[] = [];
    act({
      envelope,
      nowMs: world.nowMs(),
      say(event, recipient) {
        const then = structuredClone(envelope);
        const actor = then.recipients.find((each) => each.recipientId === recipient?.recipientId);
        said.push(() => emit(then, event, actor));
      },
      mail: (kind, { name, email, recipientId }) =>
        world.mail({
          kind,
          to: email,
          name,
          subject: envelope.emailSubject,
          envelopeId: envelope.envelopeId,
          recipientId,
        }),
    });
    world.save(envelope);
    changed(envelope);
    for (const tell of said) tell();
  }

  function opened(step: Step, recipient: SimRecipient): void {
    if (recipient.status === 'delivered') return;
    const { envelope, nowMs } = step;
    recipient.status = 'delivered';
    recipient.deliveredAtMs = nowMs;
    audit(step, 'Viewed', recipient.name);
    step.say('recipient-delivered', recipient);
    const waiting = envelope.recipients.some((each) => each.status === 'sent');
    const isDelivered = world.switches().deliveredWhen === 'first-opens' || !waiting;
    if (isDelivered && envelope.status !== 'delivered') {
      setStatus(step, 'delivered');
      envelope.deliveredAtMs = nowMs;
      step.say('envelope-delivered');
    }
  }

  function voided(step: Step, reason: string, by: string): void {
    setStatus(step, 'voided');
    step.envelope.voidedAtMs = step.nowMs;
    step.envelope.voidedReason = reason.slice(0, LONGEST_VOIDED_REASON);
    audit(step, 'Voided', by);
    for (const recipient of step.envelope.recipients) if (isActive(recipient)) step.mail('voided', recipient);
    step.say('envelope-voided');
  }

  return {
    created: (envelopeId) =>
      change(envelopeId, (step) => {
        audit(step, 'Created', 'Sender');
        step.say('envelope-created');
      }),
    send: (envelopeId) =>
      change(envelopeId, (step) => {
        checkComplete(step.envelope);
        setStatus(step, 'sent');
        step.envelope.sentAtMs = step.nowMs;
        step.envelope.folder = 'sentitems';
        audit(step, 'Sent', 'Sender');
        step.say('envelope-sent');
        advance(step);
      }),
    resend: (envelopeId) =>
      change(envelopeId, (step) => {
        for (const recipient of step.envelope.recipients) {
          if (!isActive(recipient)) continue;
          if (recipient.clientUserId === undefined) step.mail('resent', recipient);
          step.say('recipient-resent', recipient);
        }
        step.say('envelope-resent');
      }),
    open: (envelopeId, recipientId) =>
      change(envelopeId, (step) => {
        const recipient = whoseTurn(step.envelope, recipientId);
        opened(step, recipient);
        if (recipient.type !== 'certifiedDeliveries') return;
        // A certified delivery asks for nothing but being opened.
        finish(recipient, {}, step.nowMs);
        step.say('recipient-completed', recipient);
        advance(step);
      }),
    sign: (envelopeId, recipientId, values = {}) =>
      change(envelopeId, (step) => {
        const recipient = whoseTurn(step.envelope, recipientId);
        opened(step, recipient);
        finish(recipient, values, step.nowMs);
        audit(step, 'Signed', recipient.name);
        step.say('recipient-completed', recipient);
        advance(step);
      }),
    decline: (envelopeId, recipientId, reason) =>
      change(envelopeId, (step) => {
        const recipient = whoseTurn(step.envelope, recipientId);
        if (recipient.type !== 'signers') throw invalidParameter('Only a signer can decline.');
        opened(step, recipient);
        recipient.status = 'declined';
        recipient.declinedAtMs = step.nowMs;
        recipient.declinedReason = reason;
        step.say('recipient-declined', recipient);
        setStatus(step, 'declined');
        step.envelope.declinedAtMs = step.nowMs;
        audit(step, 'Declined', recipient.name);
        for (const each of step.envelope.recipients) if (each.status !== 'created') step.mail('declined', each);
        step.say('envelope-declined');
      }),
    void: (envelopeId, reason) =>
      change(envelopeId, (step) => {
        if (reason.trim() === '') {
          throw invalidParameter("Value for 'voidedReason' must be specified when voiding an envelope.");
        }
        if (!isOut(step.envelope)) {
          throw new WireError(
            400,
            'ENVELOPE_CANNOT_VOID_INVALID_STATE',
            "Only envelopes in the 'Sent' or 'Delivered' states may be voided.",
          );
        }
        voided(step, reason, 'Sender');
      }),
    expire: (envelopeId) =>
      change(envelopeId, (step) => {
        if (!isOut(step.envelope)) throw invalidParameter(`The envelope is ${step.envelope.status} and cannot expire.`);
        voided(step, EXPIRED_REASON, 'DocuSign');
      }),
    remind: (envelopeId) =>
      change(envelopeId, (step) => {
        step.envelope.remindersSent += 1;
        for (const recipient of step.envelope.recipients) {
          if (isActive(recipient) && recipient.clientUserId === undefined) step.mail('reminder', recipient);
        }
      }),
    recycle: (envelopeId) =>
      change(envelopeId, (step) => {
        if (step.envelope.folder === 'recyclebin') return;
        if (isOut(step.envelope)) voided(step, 'Moved to the recycle bin.', 'Sender');
        step.envelope.folder = 'recyclebin';
        step.envelope.deletedAtMs = step.nowMs;
        if (step.envelope.status === 'created' && world.switches().recycledDraft !== 'status-stays') {
          setStatus(step, 'deleted');
        }
        audit(step, 'Deleted', 'Sender');
        step.say('envelope-deleted');
      }),
  };
}
