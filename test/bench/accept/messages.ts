/** What the bench asks a server process. */
export type ServerRequest =
  /** Resolves the queue's figures and empties it, so that every round begins alike. */
  | { readonly ask: 'empty' }
  /** After a full collection of garbage. */
  | { readonly ask: 'memory' };

export interface ServerReady {
  readonly url: string;
  readonly path: string;
  readonly signingKey: string;
}

/** Of the whole hub: deals that its CRM knows. */
export interface WholeReady extends ServerReady {
  readonly recordIds: readonly string[];
}

/** Everything that was accepted is dealt with. */
export interface Drained {
  /** Deliveries since the last time. */
  readonly recorded: number;
}

export interface Emptied {
  /** Messages that lay in the inbox: proof that what was answered with yes is there. */
  readonly messages: number;
  /** Processor time since the last time, milliseconds. */
  readonly cpuMs: number;
  readonly rssMb: number;
}

export interface MemoryUse {
  readonly rssMb: number;
  readonly heapMb: number;
}

/** One round of load, for the process that makes it. */
export interface LoadRequest {
  readonly url: string;
  readonly path: string;
  readonly signingKey: string;
  readonly clients: number;
  readonly durationMs: number;
  readonly maxRequests: number;
  /** CRM records that the events are about, in turn. */
  readonly recordIds: readonly string[];
}

export interface LoadResult {
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
