/** One webhook request as it waits in the inbox queue: verified, unparsed. */
export interface Delivery {
  readonly v: 1;
  readonly kind: 'delivery';
  /** ULID-like: sorts by time. */
  readonly deliveryId: string;
  readonly provider: string;
  /** Selected the secret; which account a fact belongs to is read from the signed body. */
  readonly connectionId: string;
  readonly receivedAtMs: number;
  readonly traceId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The raw bytes in base64. */
  readonly bodyBase64: string;
}

/** Last refusal of a connection: cause and the URL the signature was checked against, never the body. */
export interface RefusalNote {
  readonly v: 1;
  readonly kind: 'refusal';
  readonly connectionId: string;
  readonly provider: string;
  readonly cause: string;
  readonly url: string;
  readonly atMs: number;
  /** Refusals of this connection since the note before, this one included; per process. */
  readonly count?: number;
}

/** Signals that the hub itself puts through its own door: a history read, reconcile, a confirmed stage write. */
export interface InternalSignals {
  readonly v: 1;
  readonly kind: 'signals';
  readonly deliveryId: string;
  readonly connectionId: string;
  readonly receivedAtMs: number;
  readonly traceId: string;
  /** e.g. `history-read`, `reconcile`, `stage-write` */
  readonly source: string;
  readonly signals: readonly import('../domain/signals.ts').Signal[];
  /** Contacts that somebody has asked to have forgotten, where no webhook tells it. */
  readonly removals?: readonly import('../domain/signals.ts').ContactRemoval[];
}

export type InboxMessage = Delivery | RefusalNote | InternalSignals;
