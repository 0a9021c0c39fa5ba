import type { SimEnvelope, SimMail, SimRecipient } from './state.ts';

/** Tells about an event as it happens: the envelope is as it is at this very moment. */
export type Say = (event: string, recipient?: SimRecipient) => void;

export interface Step {
  readonly envelope: SimEnvelope;
  readonly nowMs: number;
  readonly say: Say;
  readonly mail: (kind: SimMail['kind'], recipient: SimRecipient) => void;
}

const FINISHED = new Set(['completed', 'declined']);

/** Recipients who can act now: asked, and not yet done. */
export function isActive(recipient: SimRecipient): boolean {
  return recipient.status === 'sent' || recipient.status === 'delivered';
}

/** An approver is a signer with approve tabs and no place to sign. */
export function isApprover(recipient: SimRecipient): boolean {
  const has = (tabType: string) => recipient.tabs.some((tab) => tab.tabType === tabType);
  return recipient.type === 'signers' && has('approveTabs') && !has('signHereTabs');
}

/** Writes a line of the envelope's audit trail. */
export function audit(step: Step, action: string, userName: string): void {
  step.envelope.audit.push({ atMs: step.nowMs, action, userName, envelopeStatus: step.envelope.status });
}

/** Changes the status of the envelope and the times that go with it. */
export function setStatus(step: Step, status: SimEnvelope['status']): void {
  step.envelope.status = status;
  step.envelope.statusChangedAtMs = step.nowMs;
  step.envelope.lastModifiedAtMs = step.nowMs;
}

function activate(step: Step, recipient: SimRecipient): void {
  recipient.status = 'sent';
  recipient.sentAtMs = step.nowMs;
  const isCopy = recipient.type === 'carbonCopies';
  if (recipient.clientUserId === undefined) step.mail(isCopy ? 'copy' : 'invitation', recipient);
  audit(step, `Sent to ${recipient.name}`, recipient.name);
  step.say('recipient-sent', recipient);
  if (!isCopy) return;
  // Nothing is asked of a carbon copy: it is done when it is sent.
  recipient.status = 'completed';
  step.say('recipient-completed', recipient);
}

function complete(step: Step): void {
  setStatus(step, 'completed');
  step.envelope.completedAtMs = step.nowMs;
  audit(step, 'Completed', 'DocuSign');
  for (const recipient of step.envelope.recipients) {
    if (recipient.clientUserId === undefined) step.mail('completed', recipient);
  }
  step.say('envelope-completed');
}

/**
 * Asks the next recipients: all of the lowest routing order that is not finished, at the same time.
 * When nobody is left, the envelope is completed.
 */
export function advance(step: Step): void {
  for (;;) {
    const open = step.envelope.recipients.filter((recipient) => !FINISHED.has(recipient.status));
    if (open.length === 0) {
      complete(step);
      return;
    }
    const order = Math.min(...open.map((recipient) => recipient.routingOrder));
    const turn = open.filter((recipient) => recipient.routingOrder === order);
    for (const recipient of turn) if (recipient.status === 'created') activate(step, recipient);
    if (turn.some((recipient) => recipient.status !== 'completed')) return;
  }
}
