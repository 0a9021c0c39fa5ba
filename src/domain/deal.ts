import type { DealDetails, RecordLifecycle } from './signals.ts';
import type { Stage } from './stages.ts';

/** A transition as the deal keeps it: the raw stage, and what it meant under the configuration version pinned then. */
export interface RecordedTransition {
  readonly id: string;
  readonly stageId: string;
  readonly pipelineId?: string;
  readonly enteredAtMs: number;
  readonly granularityMs: number;
  readonly stage: Stage;
  /** Configuration version under which `stage` was derived; never changed afterwards. */
  readonly configVersion: number;
}

/**
 * "The deal entered `stage` at `enteredAtMs`." Equal neighbours are collapsed into one entry, which
 * remembers all of their transitions: whoever refers to an entry (a contract's `forEntry`) may hold any of these ids.
 */
export interface Entry {
  /** Id of the first transition of the run. */
  readonly id: string;
  readonly stage: Stage;
  readonly stageId: string;
  readonly pipelineId?: string;
  readonly enteredAtMs: number;
  readonly transitionIds: readonly string[];
}

/** One CRM record of the deal. A deal that lives in two CRMs has two lanes; the leading one decides. */
export interface Lane {
  readonly connectionId: string;
  readonly recordId: string;
  readonly transitions: readonly RecordedTransition[];
  readonly lifecycle: readonly Pick<RecordLifecycle, 'id' | 'what' | 'atMs' | 'intoRecordId'>[];
  /** The latest observation, kept only while it differs from the entries (then it is a dispute). */
  readonly dispute?: { readonly stageId: string; readonly observedAtMs: number };
}

/** The canonical record of an opportunity (`DEAL#<dealId>` / `STATE`). */
export interface Deal {
  readonly v: 1;
  /** `<connectionId>.<recordId>` of the first record seen; at most 80 characters of `[A-Za-z0-9._-]`. */
  readonly dealId: string;
  /** Optimistic lock: every save adds one. 0 means not saved yet. */
  readonly version: number;
  readonly configVersion: number;
  readonly leading: { readonly connectionId: string; readonly recordId: string };
  readonly lanes: readonly Lane[];
  readonly details: DealDetails;
  readonly mergedInto?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
