import type { CycleStage, Stage } from './stages.ts';

/** How far a connection may act. `observe` is the default of every real account. */
export type Mode = 'observe' | 'rehearse' | 'live';

/** A connection as the domain sees it: who it is and how far it may go. Provider settings are opaque here. */
export interface ConnectionPolicy {
  readonly id: string;
  readonly provider: string;
  readonly role: 'crm' | 'esign';
  readonly mode: Mode;
  /** An entry has effects only if it was entered at or after this time. */
  readonly effectsFromMs: number;
  /** For `rehearse`: every recipient is replaced by this address. */
  readonly rehearseTo?: string;
  /** This CRM is synced with another one: one deal has a record in both. */
  readonly syncedWith?: SyncPolicy;
  /** Name of the secret that holds its keys, where it is not the usual one. */
  readonly secret?: string;
  /** Settings of the provider, validated by the provider's own schema. No secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface SyncPolicy {
  readonly connectionId: string;
  /** Whose stage, entries and tasks count: this connection or the other one. */
  readonly leading: string;
  /** How long the effects of a deal wait for the link to its other record. */
  readonly graceMs: number;
  /** Pipelines of this connection whose deals are synced; absent: all. */
  readonly pipelines?: readonly string[];
}

/** Maps the CRM's stable stage ids of one pipeline. */
export interface PipelineMapping {
  readonly connectionId: string;
  readonly pipelineId: string;
  readonly stages: Readonly<Record<string, Stage>>;
}

/** All given conditions must hold; an absent one does not matter. */
export interface Condition {
  readonly pipelines?: readonly string[];
  readonly amount?: { readonly atLeast?: number; readonly below?: number };
  readonly currency?: readonly string[];
  /** CRM property name to accepted values. */
  readonly properties?: Readonly<Record<string, readonly string[]>>;
}

/** Where a value comes from: `deal.name`, `deal.amount`, `deal.closeDate`, `company.name`, `owner.name`, `deal.property.<crm name>`. */
export interface FieldRule {
  /** Name of the document tab (data label) or placeholder. */
  readonly tab: string;
  readonly from: string;
  readonly format?: 'text' | 'money' | 'date';
  readonly required: boolean;
}

export type RecipientRule = {
  readonly role: string;
  readonly kind: 'signer' | 'approver' | 'copy';
  readonly routingOrder: number;
} & (
  | { readonly fixed: { readonly name: string; readonly email: string } }
  /** The deal's contact with this association label; without a match, `held` unless `orPrimary` (the only or primary contact). */
  | { readonly contact: { readonly label: string; readonly orPrimary: boolean } }
  | { readonly owner: true }
);

export type DocumentRule = { readonly name: string; readonly when?: Condition } & (
  | { readonly template: string }
  /** Path relative to the configuration file; PDF with anchors such as `/sig-customer/`. */
  | { readonly file: string }
);

export interface ContractPolicy {
  readonly name: string;
  readonly when: Condition;
  readonly esignConnectionId: string;
  /** May hold `{{deal.name}}` and other sources of FieldRule in double braces. */
  readonly subject: string;
  readonly message: string;
  readonly documents: readonly DocumentRule[];
  readonly recipients: readonly RecipientRule[];
  readonly fields: readonly FieldRule[];
  readonly reminders: { readonly firstAfterDays: number; readonly everyDays: number } | undefined;
  readonly expiresAfterDays: number;
  readonly approval: 'none' | 'hub';
  readonly reEntry: 'keep' | 'replace' | 'ask';
  readonly goingBack: 'void' | 'keep';
  readonly lost: 'void' | 'keep';
  readonly deleted: 'void' | 'keep';
  readonly declined: 'ask' | 'renew';
  readonly expired: 'ask' | 'renew';
  readonly voidedOutside: 'ask' | 'renew';
  /** Passed into implementation or beyond without a contract. */
  readonly passedThrough: 'ask' | 'send';
  /** CRM stage id that a signed contract advances the deal to; undefined: the CRM's stage is left alone. */
  readonly advanceTo?: { readonly stageId: string; readonly pipelineId?: string };
  readonly attachSigned: boolean;
}

export type OwnerRule = { readonly dealOwner: true } | { readonly email: string } | { readonly property: string };

export interface TaskTemplate {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly priority: 'low' | 'medium' | 'high';
  /** Tried in order; the first that names an active CRM owner wins. */
  readonly owner: readonly OwnerRule[];
  readonly dueInBusinessDays: number;
  /** Task keys that come first; the due date counts from the latest of theirs. */
  readonly after: readonly string[];
  readonly when?: Condition;
}

/** A play: which tasks a stage brings. The onboarding plan is the play of implementation. */
export interface Play {
  readonly name: string;
  readonly stage: CycleStage;
  readonly when: Condition;
  readonly repeat: 'once' | 'every-entry';
  readonly needsSignedContract: boolean;
  readonly whenDealGoesBack: 'pause' | 'keep';
  readonly tasks: readonly TaskTemplate[];
}

export interface Calendar {
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** `YYYY-MM-DD` */
  readonly holidays: readonly string[];
  /** Hour of the day at which tasks fall due, 0 to 23. */
  readonly dueHour: number;
}

/** A configuration as it is applied: numbered, immutable. */
export interface HubConfig {
  readonly v: 1;
  /** 1, 2, ...; given when the configuration is applied. */
  readonly version: number;
  readonly publicUrl: string;
  readonly company: string;
  readonly calendar: Calendar;
  readonly connections: readonly ConnectionPolicy[];
  readonly pipelines: readonly PipelineMapping[];
  readonly contracts: readonly ContractPolicy[];
  readonly plays: readonly Play[];
  /** Entries older than this ask a person. */
  readonly maxEntryAgeDays: number;
}
