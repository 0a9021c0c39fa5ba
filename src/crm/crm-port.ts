import type { DealFacts, DealOwner } from '../domain/deal-facts.ts';
import type { StageTransition } from '../domain/signals.ts';

/** What a CRM can and cannot promise. Core code branches on these, never on the provider's name. */
export interface CrmCapabilities {
  /** The CRM refuses a second task with the same key; without it tasks are looked up by key before creating. */
  readonly uniqueTaskKey: boolean;
  /** How long an unacknowledged write may take to become visible by reading the record's own associations. */
  readonly settleMs: number;
  /** The longest that one call of this adapter may take, retries included. */
  readonly longestCallMs: number;
  /** Reads that hints without authority may cause: so many an hour, and so many at once. Absent: none come from this CRM. */
  readonly hintReads?: { readonly perHour: number; readonly burst: number };
}

export type ReadDealResult =
  | { readonly found: true; readonly deal: DealFacts }
  | { readonly found: false; readonly why: 'deleted' | 'merged' | 'unknown'; readonly intoRecordId?: string };

export interface NewTask {
  /** Deterministic, at most 100 characters; written where `findTasks` finds it again. */
  readonly effectKey: string;
  readonly title: string;
  readonly body: string;
  readonly priority: 'low' | 'medium' | 'high';
  readonly ownerId: string | undefined;
  readonly dueAtMs: number;
  /** The same as a calendar date in the company's time zone, `YYYY-MM-DD`: some CRMs know no time of day. */
  readonly dueDate: string;
}

export interface FoundTask {
  readonly id: string;
  readonly effectKey: string;
  readonly createdAtMs: number;
  /** A person changed or completed it: never removed as a double. */
  readonly touched: boolean;
  readonly ownerId: string | undefined;
  readonly dueAtMs: number | undefined;
  readonly title: string;
}

export interface FileToAttach {
  /** Deterministic; the same key is attached once. */
  readonly effectKey: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Text of the note that carries the file. */
  readonly note: string;
}

/**
 * What the hub needs of a CRM account. Every method throws HubError; `done: 'unknown'` on writes whose answer was lost.
 * No method retries a write on its own.
 */
export interface CrmPort {
  readonly connectionId: string;
  readonly capabilities: CrmCapabilities;
  /** An id of one of its records as this CRM's signals have it; undefined for what is none. Asks nobody. */
  recordIdOf(text: string): string | undefined;
  /**
   * The record that says it is the same deal as `foreignRecordId` of the CRM that this one is synced with. Out of an
   * index that may lag: finding nothing proves nothing.
   */
  findLinkedRecord(foreignRecordId: string): Promise<string | undefined>;
  /** @param properties further CRM properties wanted beside the standard ones */
  readDeal(recordId: string, properties: readonly string[]): Promise<ReadDealResult>;
  /** Oldest first. Ids as the webhooks' transitions have them, so that both agree on what is the same entry. */
  readStageHistory(recordId: string): Promise<readonly StageTransition[]>;
  /** Record ids whose stage or existence may have changed in the window; a hint, pages by cursor. */
  listChangedDeals(window: {
    fromMs: number;
    untilMs: number;
    cursor?: string;
  }): Promise<{ readonly recordIds: readonly string[]; readonly cursor?: string }>;
  /** Pipelines and stages with their live labels. */
  readPipelines(): Promise<
    readonly { id: string; label: string; stages: readonly { id: string; label: string; closed: boolean }[] }[]
  >;
  findOwnerByEmail(email: string): Promise<DealOwner | undefined>;
  findOwnerById(id: string): Promise<DealOwner | undefined>;
  writeStage(recordId: string, to: { stageId: string; pipelineId?: string }): Promise<void>;
  /** Only fields that the hub owns; creates the field definitions where the CRM needs that and allows it. */
  writeFields(recordId: string, fields: Readonly<Record<string, string>>): Promise<void>;
  /** Tasks of the record that carry one of the keys, read by association, never by search. */
  findTasks(recordId: string, effectKeys: readonly string[]): Promise<readonly FoundTask[]>;
  createTask(recordId: string, task: NewTask): Promise<{ readonly id: string }>;
  deleteTask(taskId: string): Promise<void>;
  /** Attaches once per key: an existing note with the key is returned. */
  attachFile(recordId: string, file: FileToAttach): Promise<{ readonly id: string; readonly existed: boolean }>;
  /**
   * Cheap call that proves address, grant and account. `learn` also asks for those capabilities that differ from account
   * to account, so that they are right from then on.
   */
  check(options?: { readonly learn?: boolean }): Promise<{ readonly accountId: string }>;
}
