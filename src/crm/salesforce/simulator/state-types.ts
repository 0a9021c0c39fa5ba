import type { Fields } from './values.ts';

/** A task as people see it. */
export interface TaskState {
  readonly id: string;
  readonly subject: string;
  readonly description: string;
  readonly status: string;
  readonly priority: string;
  readonly ownerId: string;
  /** `YYYY-MM-DD`: due dates have no time of day. */
  readonly dueDate: string | undefined;
  /** The record that it is related to. */
  readonly whatId: string | undefined;
  readonly isDeleted: boolean;
  readonly fields: Fields;
}

export interface FileState {
  /** Of the document, not of its version. */
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

export interface StageEntry {
  readonly id: string;
  /** API name. */
  readonly stageId: string;
  readonly label: string;
  readonly atMs: number;
  /** The integration user made the change. */
  readonly byApi: boolean;
}

/** All that hangs on one opportunity. */
export interface OpportunityState {
  readonly id: string;
  readonly isDeleted: boolean;
  readonly name: string;
  readonly stage: { readonly id: string; readonly label: string };
  /** Oldest first; rows of the history that changed something else than the stage are left out. */
  readonly stageHistory: readonly StageEntry[];
  readonly fields: Fields;
  readonly account: { readonly id: string; readonly name: string } | undefined;
  readonly contactRoles: readonly {
    readonly id: string;
    readonly contactId: string;
    readonly name: string;
    readonly email: string;
    readonly role: string | undefined;
    readonly isPrimary: boolean;
  }[];
  readonly lineItems: readonly {
    readonly id: string;
    readonly name: string;
    readonly quantity: number;
    readonly price: number;
  }[];
  readonly tasks: readonly TaskState[];
  readonly files: readonly FileState[];
}
