import type { RecipientStatus } from '../domain/signals.ts';

export interface ESignCapabilities {
  /** After an ambiguous call: how long until a look-up by attempt key must show what happened. */
  readonly settleMs: number;
  readonly longestCallMs: number;
  /** How long look-up by attempt key works; after that the custom field is searched. */
  readonly attemptLookupMs: number;
}

export interface EnvelopeDocument {
  readonly name: string;
  /** Template id at the provider, or the bytes of our own PDF. */
  readonly source: { readonly template: string } | { readonly pdf: Uint8Array };
}

export interface EnvelopeRecipient {
  readonly recipientId: string;
  readonly role: string;
  readonly kind: 'signer' | 'approver' | 'copy';
  readonly name: string;
  readonly email: string;
  readonly routingOrder: number;
}

/** Everything of an envelope; the same spec always makes the same envelope. */
export interface EnvelopeSpec {
  /** `dealId/n`, at most 100 characters; custom field `stagepost_contract`. */
  readonly contractRef: string;
  /** Look-up key of this attempt; `transactionId` and custom field `stagepost_attempt`. At most 100 characters. */
  readonly attemptKey: string;
  readonly subject: string;
  readonly message: string;
  readonly documents: readonly EnvelopeDocument[];
  readonly recipients: readonly EnvelopeRecipient[];
  /** Values for tabs by data label. */
  readonly tabs: Readonly<Record<string, string>>;
  readonly reminders: { readonly firstAfterDays: number; readonly everyDays: number } | undefined;
  readonly expiresAfterDays: number;
  /** Where the provider reports what happens to this envelope. */
  readonly notifyUrl: string;
}

export type EnvelopeStatus = 'created' | 'sent' | 'delivered' | 'completed' | 'declined' | 'voided' | 'deleted';

/** What the provider says about an envelope. */
export interface EnvelopeFacts {
  readonly envelopeId: string;
  readonly status: EnvelopeStatus;
  readonly contractRef: string | undefined;
  readonly attemptKey: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly sentAtMs: number | undefined;
  readonly completedAtMs: number | undefined;
  /** Decline or void reason. */
  readonly reason: string | undefined;
  readonly recipients: readonly RecipientStatus[];
  /** Page of the envelope for people. */
  readonly url: string | undefined;
}

/**
 * What the hub needs of an e-signature account. Every method throws HubError; `done: 'unknown'` on writes whose answer
 * was lost. No method retries a write on its own.
 */
export interface ESignPort {
  readonly connectionId: string;
  readonly capabilities: ESignCapabilities;
  /** Creates a draft: nobody is e-mailed. */
  createDraft(spec: EnvelopeSpec): Promise<{ readonly envelopeId: string }>;
  /** Envelopes made by any of these attempts; by custom field too when `sinceMs` lies beyond the attempt look-up. */
  findByAttempts(
    contractRef: string,
    attemptKeys: readonly string[],
    sinceMs: number,
  ): Promise<readonly EnvelopeFacts[]>;
  /** Undefined when the provider no longer knows it (purged or deleted drafts may answer either way). */
  readEnvelope(envelopeId: string): Promise<EnvelopeFacts | undefined>;
  /** Sends a draft; an envelope that is already sent is success. */
  sendDraft(envelopeId: string): Promise<void>;
  /** Voids a sent envelope; already voided is success; completed or declined throws `esign.not-voidable`. */
  voidEnvelope(envelopeId: string, reason: string): Promise<void>;
  /** Removes a draft nobody has seen; already gone is success; a sent one throws `esign.not-a-draft`. */
  discardDraft(envelopeId: string): Promise<void>;
  readSignedDocument(envelopeId: string): Promise<Uint8Array>;
  readCertificate(envelopeId: string): Promise<Uint8Array>;
  /** Cheap call that proves address, grant and account. */
  check(): Promise<{ readonly accountId: string }>;
}
