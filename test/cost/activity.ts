import type { AwsCall } from '../bench/flow/aws-tap.ts';

/** One invocation of a function, as it went. */
export interface Invocation {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly trigger: 'http' | 'queue' | 'schedule';
  /** Wall time on this machine, with everything else in the same process. */
  readonly ms: number;
  /** Bytes of an HTTP request's body, or of every message of a batch. */
  readonly received: readonly Received[];
  /** Some messages of the batch were done, so that the poller deletes them. */
  readonly deletes: boolean;
  /** Requests to CRMs and to the e-sign provider. */
  readonly providerCalls: number;
  readonly logLines: number;
  readonly logBytes: number;
}

export interface Received {
  readonly bytes: number;
  /** A bus put it into the queue, for the first time; `partner` when it came through a partner event source. */
  readonly from?: 'bus' | 'partner';
}

/** Everything that happened in a while. */
export interface Activity {
  readonly calls: readonly AwsCall[];
  readonly invocations: readonly Invocation[];
  /** Bytes of the files that were stored. */
  readonly fileBytes: number;
  /** Steps and codes that were logged. */
  readonly logged: ReadonlySet<string>;
  /** The function was built anew for every invocation, as if each had found a cold one. */
  readonly isCold: boolean;
}
