/**
 * A signal is one normalised fact taken out of a delivery. Providers' `inbound` makes them, `flows/record` applies them.
 * Every signal has an id that depends only on the fact, never on the delivery that carried it:
 * the same fact told twice is the same signal.
 */
interface SignalBase {
  /** Format version of the signal as it is stored and sent. */
  readonly v: 1;
  /** Stable id of the fact, at most 400 characters. */
  readonly id: string;
  readonly connectionId: string;
}

/** Knows when a stage was entered: HubSpot propertyChange, Salesforce CDC, rows of a stage history. */
export interface StageTransition extends SignalBase {
  readonly kind: 'transition';
  /** The CRM's own id of the opportunity's record, normalised by the adapter. */
  readonly recordId: string;
  /** The CRM's stable stage id, not its label. */
  readonly stageId: string;
  /** Absent when the webhook does not say (HubSpot). */
  readonly pipelineId?: string;
  readonly enteredAtMs: number;
  /** How exact `enteredAtMs` is: 1 for millisecond clocks, 1000 for whole seconds. */
  readonly granularityMs: number;
}

/** Knows only what is so now; a stage that differs from the recorded one leads to a read of the CRM's stage history. */
export interface StageObservation extends SignalBase {
  readonly kind: 'observation';
  readonly recordId: string;
  readonly stageId: string;
  readonly pipelineId?: string;
  readonly observedAtMs: number;
  readonly details?: DealDetails;
}

/** What lists and timelines show of a deal; never authority for a contract (that reads fresh). */
export interface DealDetails {
  readonly name?: string;
  /** Decimal number as the CRM gives it, e.g. `120000.00`. */
  readonly amount?: string;
  /** ISO 4217, e.g. `EUR`. */
  readonly currency?: string;
  readonly url?: string;
}

/** The record itself came, went or became another one. */
export interface RecordLifecycle extends SignalBase {
  readonly kind: 'lifecycle';
  readonly recordId: string;
  readonly what: 'created' | 'deleted' | 'restored' | 'merged';
  readonly atMs: number;
  /** For `merged`: the record that lives on. `recordId` is one that was merged away. */
  readonly intoRecordId?: string;
}

/** Something around the record changed (an association, a field that we watch): reason enough to look at the deal again. */
export interface RecordHint extends SignalBase {
  readonly kind: 'hint';
  readonly recordId: string;
  /** e.g. `association:contacts`, `property:amount` */
  readonly about: string;
  readonly atMs: number;
}

/** One CRM says that its record is the same deal as a record of another one (a CRM that is synced with another CRM). */
export interface RecordLink extends SignalBase {
  readonly kind: 'link';
  readonly recordId: string;
  /** The other record, its id as that CRM's own signals have it. */
  readonly to: { readonly connectionId: string; readonly recordId: string };
  readonly atMs: number;
}

export type CrmSignal = StageTransition | StageObservation | RecordLifecycle | RecordHint | RecordLink;

/**
 * No fact, but a reason to look: these records may have changed, or something about them could not be told. Makes
 * neither a deal nor an item; what it leads to is a read of the CRM. Safe to lose (reconcile looks anyhow) and to repeat.
 */
export interface RecordsToRead {
  readonly kind: 'read';
  /** Of the hint itself, e.g. the notification that brought it; the same when it is told again. At most 400 characters. */
  readonly id: string;
  readonly connectionId: string;
  /** Which record; undefined when nobody can tell which ones: then everything that changed since `sinceMs` is compared. */
  readonly recordId: string | undefined;
  readonly sinceMs: number;
  /** e.g. `outbound-message`, `flow`, `change-event`, `gap` */
  readonly about: string;
}

/**
 * A person asked to be forgotten, and the CRM has deleted the contact for good. No fact about a deal: what the hub wrote
 * of that contact is taken out wherever it is. Safe to repeat.
 */
export interface ContactRemoval {
  readonly kind: 'removal';
  /** The same for the same contact, whenever and however often it is told. At most 400 characters. */
  readonly id: string;
  readonly connectionId: string;
  /** The CRM's own id of the contact, as a read of a deal has it. */
  readonly contactId: string;
  readonly atMs: number;
}

/** What happened to an envelope at the e-sign provider, in this project's words. */
export type EnvelopeEvent =
  | 'created'
  | 'sent'
  | 'delivered'
  | 'completed'
  | 'declined'
  | 'voided'
  | 'deleted'
  | 'recipient-sent'
  | 'recipient-delivered'
  | 'recipient-completed'
  | 'recipient-declined'
  | 'recipient-failed'
  | 'recipient-reassigned';

export interface EnvelopeSignal extends SignalBase {
  readonly kind: 'envelope';
  readonly envelopeId: string;
  /** Value of our custom field, `dealId/n`; absent when the event did not bring it. */
  readonly contractRef?: string;
  /** The attempt that made the envelope (our second custom field); absent when the event did not bring it. */
  readonly attemptKey?: string;
  readonly event: EnvelopeEvent;
  readonly atMs: number;
  readonly recipientId?: string;
  /** Reason for declining or voiding, as the provider gives it; at most 500 characters. */
  readonly reason?: string;
  /** Recipients' states if the event brought them. */
  readonly recipients?: readonly RecipientStatus[];
}

export type RecipientState = 'created' | 'sent' | 'delivered' | 'completed' | 'declined' | 'failed';

export interface RecipientStatus {
  readonly recipientId: string;
  readonly state: RecipientState;
  readonly atMs?: number;
}

export type Signal = CrmSignal | EnvelopeSignal;
