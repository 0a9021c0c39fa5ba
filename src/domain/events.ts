/** Who wants to look at the deal: decided from the deal alone, so that what nobody wants is not published. */
export type Want = 'contract' | 'plans' | 'writes' | 'refresh';

/**
 * What goes over the bus. A level trigger: it says "look at deal D"; nothing else in it is authority.
 * `detail-type` is `type`. EventBridge gives every publish a new id, so ours is in `meta.id`.
 */
export type HubEvent = DealEvent | RecordSeen;

export interface DealEvent {
  readonly type: 'deal.stage.changed' | 'deal.touched' | 'contract.changed';
  readonly detail: {
    readonly meta: { readonly v: 1; readonly id: string; readonly traceId: string; readonly atMs: number };
    readonly dealId: string;
    /** Provider of the deal's leading CRM connection: routes the event to that provider's queues. */
    readonly crm: string;
    readonly wants: readonly Want[];
    readonly stage?: string;
    readonly contractN?: number;
    readonly contractState?: string;
  };
}

/** Somebody without authority says that a record may have changed: it is read, and what it says goes through the inbox. */
export interface RecordSeen {
  readonly type: 'record.seen';
  readonly detail: {
    readonly meta: { readonly v: 1; readonly id: string; readonly traceId: string; readonly atMs: number };
    readonly crm: string;
    readonly wants: readonly ['refresh'];
    readonly record: RecordToRead;
  };
}

/** Which record to read; without an id, all that changed since then. */
export interface RecordToRead {
  readonly connectionId: string;
  readonly recordId?: string;
  /** When the hint was received (or what could not be told began): a read that began later has seen it all. */
  readonly sinceMs: number;
}

/** What a worker finds in its queue: from the bus rule, from a delayed look, or from a person's retry. */
export interface LookAtDeal {
  readonly v: 1;
  readonly dealId: string;
  readonly traceId: string;
  /** When this chain of looks began; used to alarm on what takes too long. */
  readonly firstSeenAtMs: number;
  readonly attempt: number;
}
