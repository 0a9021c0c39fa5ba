export const RECIPIENT_TYPES = ['signers', 'agents', 'editors', 'carbonCopies', 'certifiedDeliveries'] as const;
export type RecipientType = (typeof RECIPIENT_TYPES)[number];

export type SimEnvelopeStatus = 'created' | 'sent' | 'delivered' | 'completed' | 'declined' | 'voided' | 'deleted';
export type SimRecipientStatus = 'created' | 'sent' | 'delivered' | 'completed' | 'declined';

/** A field on a document. All scalars are text, as on the wire. */
export interface SimTab {
  /** e.g. `textTabs`, `signHereTabs` */
  tabType: string;
  tabId: string;
  properties: Record<string, string>;
}

export interface SimRecipient {
  type: RecipientType;
  recipientId: string;
  recipientIdGuid: string;
  userId: string;
  name: string;
  email: string;
  routingOrder: number;
  status: SimRecipientStatus;
  tabs: SimTab[];
  roleName?: string;
  /** Makes the recipient embedded: no e-mail is sent. */
  clientUserId?: string;
  note?: string;
  sentAtMs?: number;
  deliveredAtMs?: number;
  signedAtMs?: number;
  declinedAtMs?: number;
  declinedReason?: string;
}

/** The bytes lie apart, under `<envelopeId>/<documentId>`. */
export interface SimDocument {
  documentId: string;
  documentIdGuid: string;
  name: string;
  fileExtension: string;
  order: string;
  templateId?: string;
}

export interface SimCustomField {
  kind: 'text' | 'list';
  fieldId: string;
  name: string;
  value: string;
  show: string;
  required: string;
  listItems?: string[];
}

/** Days as on the wire, in text. */
export interface SimNotification {
  useAccountDefaults: string;
  reminders: { reminderEnabled: string; reminderDelay: string; reminderFrequency: string };
  expirations: { expireEnabled: string; expireAfter: string; expireWarn: string };
}

/** Where Connect reports, be it one envelope's or the account's. */
export interface ConnectTarget {
  url: string;
  events: string[];
  includeData: string[];
  includeHmac: boolean;
  requireAcknowledgment: boolean;
}

export interface SimAuditEvent {
  atMs: number;
  action: string;
  userName: string;
  envelopeStatus: string;
}

export interface SimEnvelope {
  envelopeId: string;
  /** `foreign`: made by other people of the account, not through this integration. */
  origin: 'api' | 'foreign';
  status: SimEnvelopeStatus;
  emailSubject: string;
  emailBlurb: string;
  recipients: SimRecipient[];
  documents: SimDocument[];
  customFields: SimCustomField[];
  notification: SimNotification;
  eventNotifications: ConnectTarget[];
  emailSettings: Record<string, string>;
  folder: 'draft' | 'sentitems' | 'recyclebin';
  remindersSent: number;
  audit: SimAuditEvent[];
  createdAtMs: number;
  statusChangedAtMs: number;
  lastModifiedAtMs: number;
  transactionId?: string;
  brandId?: string;
  sentAtMs?: number;
  deliveredAtMs?: number;
  completedAtMs?: number;
  declinedAtMs?: number;
  voidedAtMs?: number;
  voidedReason?: string;
  deletedAtMs?: number;
}

/** An e-mail that a person would have found in the inbox. */
export interface SimMail {
  readonly kind: 'invitation' | 'copy' | 'reminder' | 'resent' | 'completed' | 'voided' | 'declined';
  readonly to: string;
  readonly name: string;
  readonly subject: string;
  readonly envelopeId: string;
  readonly recipientId: string;
  readonly atMs: number;
}

export interface SimTemplate {
  templateId: string;
  name: string;
  description: string;
  emailSubject: string;
  emailBlurb: string;
  documents: { documentId: string; name: string; lines: string[] }[];
  recipients: {
    type: RecipientType;
    recipientId: string;
    roleName: string;
    routingOrder: number;
    tabs: { tabType: string; properties: Record<string, string> }[];
  }[];
}
