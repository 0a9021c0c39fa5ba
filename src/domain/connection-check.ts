/** Whether a connection's account answers the hub, as the last look at it found. */
export interface ConnectionCheck {
  readonly v: 1;
  readonly ok: boolean;
  readonly atMs: number;
  /** Since when it has been so. */
  readonly sinceMs: number;
  /** Of the failure: its code, and what it is and what to do in words. */
  readonly code?: string;
  readonly sentence?: string;
  /** Of a CRM that answers: it refuses a second task with the same key by itself. */
  readonly uniqueTaskKey?: boolean;
}
