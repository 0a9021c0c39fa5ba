import type { OutgoingWebhook } from '../../../local/sandbox-kit/webhook-sender.ts';

/** A field as `sf project deploy` would make it. */
export interface NewCustomField {
  /** API name; `Activity` means tasks. */
  readonly object: string;
  /** Ends in `__c`. */
  readonly fullName: string;
  readonly label: string;
  readonly type: 'Text' | 'LongTextArea' | 'Checkbox' | 'Number' | 'Date' | 'DateTime';
  /** Characters of `Text` (at most 255) and `LongTextArea`. */
  readonly length?: number | undefined;
  readonly unique?: boolean | undefined;
  readonly externalId?: boolean | undefined;
}

export interface NewStage {
  readonly apiName: string;
  /** Default the API name. */
  readonly label?: string | undefined;
  /** Percent; default 50. */
  readonly probability?: number | undefined;
  readonly isClosed?: boolean | undefined;
  readonly isWon?: boolean | undefined;
}

/** Refuses every save after which the record is as `when` says and has one of the `required` fields empty. */
export interface ValidationRule {
  /** Default `Opportunity`. */
  readonly object?: string | undefined;
  /** Field to values, all of which must fit; absent: every record. */
  readonly when?: Readonly<Record<string, readonly (string | number | boolean | null)[]>> | undefined;
  /** Absent: refused whatever the other fields hold. */
  readonly required?: readonly string[] | undefined;
  readonly message: string;
  /** Named in the error; none for an error at the top of the page. */
  readonly fields?: readonly string[] | undefined;
}

export interface UserState {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly name: string;
  readonly isActive: boolean;
}

/** One SOAP message, with its notifications. */
export interface OutboundMessage {
  readonly id: string;
  readonly object: string;
  readonly notifications: readonly { readonly id: string; readonly recordId: string }[];
  /** 0 for the first. */
  readonly attempt: number;
  readonly dueAtMs: number;
}

export interface SentOutboundMessage {
  readonly id: string;
  readonly attempt: number;
  readonly atMs: number;
  /** 0 when there was no answer. */
  readonly status: number;
  /** Status 200 with an `Ack` of true. */
  readonly acknowledged: boolean;
}

/** Event Relay: change events of opportunities on their way to a partner event source. */
export interface RelayControl {
  /** Name of the partner event source. */
  readonly source: string;
  /** Takes one event as JSON text; a rejection means that it comes again. Undefined: nothing is relayed any more. */
  setTarget(target: ((eventText: string) => Promise<void>) | undefined): void;
  isOn(): boolean;
  /** Off is the state STOP: what happens meanwhile is never relayed. */
  turn(on: boolean): void;
  /** Texts of the latest 200 accepted events. */
  sent(): readonly string[];
  waiting(): readonly OutgoingWebhook[];
  hurry(): void;
  /** Header only, with a change type GAP_...: the receiver has to read the records. */
  gap(change: 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE', recordIds: readonly string[]): void;
  /** What replaces the events of a transaction that was too large. */
  overflow(): void;
}

/** A record-triggered flow with an HTTP callout on every change of the stage. */
export interface FlowSettings {
  readonly url: string;
  /** Sent as `X-API-Key`. */
  readonly apiKey: string;
  /** When given, `X-Stagepost-Signature` is base64 of HMAC-SHA256 with this key over the body. */
  readonly hmacKey?: string | undefined;
}

export interface FlowControl {
  /** Undefined switches it off. */
  configure(settings: FlowSettings | undefined): void;
  settings(): FlowSettings | undefined;
  /** The latest 200 callouts; none is repeated. */
  sent(): readonly { readonly body: string; readonly atMs: number; readonly status: number }[];
}

export interface OAuthControl {
  readonly clientId: string;
  clientSecret(): string;
  setClientSecret(secret: string): void;
  /** Ends all sessions at once; new ones are handed out as before. */
  revoke(): void;
}
