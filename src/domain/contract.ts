import type { RecipientState } from './signals.ts';

export const CONTRACT_STATES = [
  'planned',
  'drafting',
  'drafted',
  'awaiting-approval',
  'sending',
  'sent',
  'delivered',
  'completed',
  'declined',
  'voided',
  'expired',
] as const;

export type ContractState = (typeof CONTRACT_STATES)[number];

export const TERMINAL_CONTRACT_STATES = ['completed', 'declined', 'voided', 'expired'] as const;

/**
 * Why something is, in words: `code` for machines, `sentence` for people, `facts` that decided it.
 * A sentence starts in lower case without a final stop so that it can follow a colon.
 */
export interface Reason {
  readonly code: string;
  readonly sentence: string;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** A hold waits for a person or for the world; `remedy` says what to do. */
export interface Hold extends Reason {
  readonly remedy: string;
  readonly sinceMs: number;
}

/**
 * Who is working on an item. A lease is at least the function's time-out plus the provider's longest call,
 * so that its expiry proves the process that took it dead.
 */
export interface Lease {
  readonly holder: string;
  readonly untilMs: number;
  /** Identity of the host's life; an embedded host that was killed restarts with another one, which frees its leases. */
  readonly epoch?: string;
}

export interface ContractRecipient {
  /** Chosen by us, unique in the envelope. */
  readonly recipientId: string;
  /** Policy role, e.g. `legal`, `customer-signer`, `counter-signer`. */
  readonly role: string;
  readonly kind: 'signer' | 'approver' | 'copy';
  readonly name: string;
  readonly email: string;
  /** Equal numbers are reached at the same time; lower ones first. */
  readonly routingOrder: number;
  readonly state: RecipientState;
  readonly stateAtMs?: number;
}

/** One step of a contract's life, for the timeline. */
export interface ContractStep {
  readonly atMs: number;
  readonly state: ContractState;
  readonly note: string;
  /** Of the look that took it; absent where an envelope's signal tells it, and on steps of older versions. */
  readonly traceId?: string;
}

/** One try at making the draft. Its key goes into `transactionId` and a custom field of the envelope. */
export interface DraftAttempt {
  readonly key: string;
  readonly atMs: number;
  /** What the draft was to be made of: the envelope of an attempt with other inputs is litter, never adopted. */
  readonly inputsHash?: string;
}

/** A stored file: signed document or certificate of completion. */
export interface ArchivedFile {
  readonly kind: 'signed-document' | 'certificate';
  readonly fileKey: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** One agreement for one deal (`DEAL#<dealId>` / `CONTRACT#<n>`); it becomes an envelope at the e-sign provider. */
export interface Contract {
  readonly v: 1;
  readonly dealId: string;
  /** 1, 2, ... per deal; at most one contract of a deal is not terminal and not cancelled. */
  readonly n: number;
  /** Optimistic lock. */
  readonly version: number;
  readonly state: ContractState;
  /** The procurement entry (any transition id of it) that this contract answers. */
  readonly forEntry: string;
  /** e-sign connection. */
  readonly connectionId: string;
  readonly policy: string;
  readonly configVersion: number;
  readonly mode: 'observe' | 'rehearse' | 'live';
  readonly attempts: readonly DraftAttempt[];
  readonly inputsHash?: string;
  readonly subject?: string;
  readonly recipients: readonly ContractRecipient[];
  readonly envelopeId?: string;
  readonly lease?: Lease;
  /** A call's outcome is not known: ask the provider, and act again only after this time. */
  readonly unknownUntilMs?: number;
  readonly hold?: Hold;
  /** A person approved these inputs; another draft with other inputs needs another approval. */
  readonly approval?: { readonly inputsHash: string; readonly atMs: number; readonly by?: string };
  /** Persisted intent to cancel, beside the state: the contract may still complete meanwhile. */
  readonly voiding?: { readonly reason: Reason; readonly sinceMs: number };
  /** CRM stage in which the contract was sent; signing advances the CRM only from there. */
  readonly stageWhenSent?: { readonly stageId: string; readonly pipelineId?: string };
  readonly sentAtMs?: number;
  readonly expiresAtMs?: number;
  readonly endedAtMs?: number;
  /** Who ended a voided contract: we (a persisted intent, a discarded draft) or somebody at the provider. */
  readonly endedBy?: 'us' | 'outside';
  /** Reason given by who declined or voided. */
  readonly endReason?: string;
  readonly files: readonly ArchivedFile[];
  readonly steps: readonly ContractStep[];
  /** Drafts that another draft replaced and that are still to be removed at the provider. */
  readonly litter?: readonly string[];
  /** What was last said on the bus about this contract (`announcementOf`); what differs is said again. */
  readonly announced?: string;
  /** Ids of the envelope signals already applied (at most the last 60). */
  readonly seenSignals: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
