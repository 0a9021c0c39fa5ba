import type { Faults } from '../../../local/sandbox-kit/faults.ts';
import type { OutgoingWebhook, WebhookSender } from '../../../local/sandbox-kit/webhook-sender.ts';
import type { ConnectLog, ConnectLogEntry } from './connect-log.ts';
import { createEnvelope } from './create-envelope.ts';
import { renderDocument } from './documents.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { OAuth } from './oauth.ts';
import { writePdf } from './pdf.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { SimEnvelope, SimMail, SimTemplate } from './state.ts';
import { type DocuSignSwitches, refuseSwitches } from './switches.ts';
import { invalidParameter } from './wire-error.ts';
import type { World } from './world.ts';

/** The other side of the simulator: what people do at DocuSign, and what a test wants to know. */
export interface DocuSignControl {
  envelopes(): readonly SimEnvelope[];
  /** Throws WireError when there is none. */
  envelope(envelopeId: string): SimEnvelope;
  /** Bytes of a document: its id, `combined` (without the certificate) or `certificate`. */
  document(envelopeId: string, documentId: string): Uint8Array;
  /** All e-mails; `invitation` is the one that asks a recipient to act, once per recipient and turn. */
  mails(kind?: SimMail['kind']): readonly SimMail[];
  /** Recipients act under the ids that the sender chose. Throws WireError when it is not their turn. */
  open(envelopeId: string, recipientId: string): void;
  sign(envelopeId: string, recipientId: string, values?: Readonly<Record<string, string>>): void;
  decline(envelopeId: string, recipientId: string, reason: string): void;
  /** Somebody voids the envelope in DocuSign's own pages. */
  voidOutside(envelopeId: string, reason: string): void;
  /** Somebody moves the envelope to the recycle bin. */
  deleteOutside(envelopeId: string): void;
  /** Lets the envelope expire now, whatever the clock says. */
  expire(envelopeId: string): void;
  /** An envelope of other people, sent at once; answers its id. Account-level Connect reports it. */
  createForeignEnvelope(options?: {
    readonly subject?: string;
    readonly name?: string;
    readonly email?: string;
  }): string;
  templates(): readonly SimTemplate[];
  putTemplate(template: SimTemplate): void;
  readonly faults: Faults;
  switches(): DocuSignSwitches;
  /** Throws WireError for a name or value that does not exist. */
  setSwitches(changes: Partial<DocuSignSwitches>): void;
  readonly webhooks: {
    /** Every attempt with its true status, oldest first. */
    sent(): readonly ConnectLogEntry[];
    waiting(): readonly OutgoingWebhook[];
    givenUp(): readonly OutgoingWebhook[];
    hurry(): void;
  };
  /** The latest 500 requests to OAuth and REST. */
  requests(): readonly LoggedRequest[];
  clearRequests(): void;
  /** Every access token stops working. */
  revokeTokens(): void;
}

export interface ControlOptions {
  readonly world: World;
  readonly lifecycle: Lifecycle;
  readonly faults: Faults;
  readonly sender: WebhookSender;
  readonly connectLog: ConnectLog;
  readonly log: RequestLog;
  readonly oauth: OAuth;
}

/** Puts the control together from the parts of one simulator. */
export function createControl(options: ControlOptions): DocuSignControl {
  const { world, lifecycle, faults, sender, connectLog, log, oauth } = options;
  return {
    envelopes: () => world.envelopes.values(),
    envelope: (envelopeId) => world.envelope(envelopeId),
    document: (envelopeId, documentId) => renderDocument(world, world.envelope(envelopeId), documentId, false).bytes,
    mails: (kind) => world.mails().filter((mail) => kind === undefined || mail.kind === kind),
    open: lifecycle.open,
    sign: lifecycle.sign,
    decline: lifecycle.decline,
    voidOutside: lifecycle.void,
    deleteOutside: lifecycle.recycle,
    expire: lifecycle.expire,
    createForeignEnvelope({
      subject = 'Offer letter',
      name = 'Robin Applicant',
      email = 'robin.applicant@example.net',
    } = {}) {
      const pdf = Buffer.from(writePdf([['Offer letter', 'Sent by somebody else in the company.']]));
      const made = createEnvelope(
        world,
        lifecycle,
        {
          status: 'sent',
          emailSubject: subject,
          documents: [{ documentId: '1', name: 'Offer.pdf', documentBase64: pdf.toString('base64') }],
          recipients: { signers: [{ recipientId: '1', name, email, routingOrder: '1' }] },
        },
        'foreign',
      );
      return String(made.envelopeId);
    },
    templates: () => world.templates.values(),
    putTemplate: (template) => world.templates.set(template.templateId, template),
    faults,
    switches: () => world.switches(),
    setSwitches(changes) {
      const refusal = refuseSwitches({ ...changes });
      if (refusal !== undefined) throw invalidParameter(refusal);
      world.setSwitches(changes);
    },
    webhooks: {
      sent: () => connectLog.list(),
      waiting: () => sender.waiting(),
      givenUp: () => sender.given(),
      hurry: () => sender.hurry(),
    },
    requests: () => log.list(),
    clearRequests: () => log.clear(),
    revokeTokens: () => oauth.revokeAll(),
  };
}
