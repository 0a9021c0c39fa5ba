import type { Lifecycle } from './lifecycle.ts';
import { flag, type Loose, text } from './loose.ts';
import { invalidParameter, WireError } from './wire-error.ts';
import type { World } from './world.ts';

function invalidStatus(): WireError {
  return new WireError(
    400,
    'ENVELOPE_INVALID_STATUS',
    'Invalid envelope status. Envelope status is not one of: Created.',
  );
}

/** Changes subject and message, which only a draft allows. */
function edit(world: World, envelopeId: string, changes: Loose): void {
  const subject = text(changes.emailSubject);
  const blurb = text(changes.emailBlurb);
  if (subject === undefined && blurb === undefined) return;
  const envelope = world.envelope(envelopeId);
  if (envelope.status !== 'created') throw invalidStatus();
  world.save({
    ...envelope,
    emailSubject: subject ?? envelope.emailSubject,
    emailBlurb: blurb ?? envelope.emailBlurb,
    lastModifiedAtMs: world.nowMs(),
  });
}

/**
 * PUT /envelopes/{id}: sends a draft, voids what is out, edits a draft, or sends e-mails again with
 * `resend_envelope=true`. A draft cannot be voided and nothing can be set to deleted: that is the recycle bin's job.
 * What sending an envelope does that is out already is not documented: a switch decides.
 */
export function updateEnvelope(
  world: World,
  lifecycle: Lifecycle,
  envelopeId: string,
  changes: Loose,
  resendParameter: string | undefined,
): Record<string, unknown> {
  const envelope = world.envelope(envelopeId);
  const wanted = text(changes.status)?.toLowerCase();
  const isOut = envelope.status === 'sent' || envelope.status === 'delivered';
  const done = { envelopeId: envelope.envelopeId };
  if (wanted !== undefined && !['created', 'sent', 'voided'].includes(wanted)) {
    throw invalidParameter("Value for 'status' must be 'created', 'sent' or 'voided'.");
  }
  if (wanted === 'voided') {
    lifecycle.void(envelopeId, text(changes.voidedReason) ?? '');
    return done;
  }
  if (isOut && flag(resendParameter)) {
    lifecycle.resend(envelopeId);
    return done;
  }
  if (wanted === 'sent' && isOut && world.switches().sendAgain === 'is-ignored') return done;
  if (wanted !== undefined && (envelope.status !== 'created' || envelope.folder === 'recyclebin'))
    throw invalidStatus();
  edit(world, envelopeId, changes);
  if (wanted === 'sent') lifecycle.send(envelopeId);
  return done;
}
