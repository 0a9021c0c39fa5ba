/** What AWS does to you on an ordinary day, as chances from 0 to 1 per occasion. May be changed while the cloud runs. */
export interface CloudSwitches {
  /** A sent message is delivered twice. */
  duplicateMessages: number;
  /** A sent message arrives up to 150 ms late, so that others overtake it. */
  reorderMessages: number;
  /** A published event reaches its targets twice. */
  duplicateEvents: number;
  /** A published event reaches its targets up to 150 ms late. */
  reorderEvents: number;
  /** An entry of `PutEvents` is refused inside a successful answer. */
  refusedEntries: number;
  /** A call is refused as throttled, without being carried out. */
  throttledCalls: number;
  /** A call is carried out and its answer replaced by a server error. */
  lostAnswers: number;
  /** A listing answers what it answered the last time. */
  staleListings: number;
}

/** A perfect day: all switches off. A new object each time, because its owner may turn them. */
export function calmSwitches(): CloudSwitches {
  return {
    duplicateMessages: 0,
    reorderMessages: 0,
    duplicateEvents: 0,
    reorderEvents: 0,
    refusedEntries: 0,
    throttledCalls: 0,
    lostAnswers: 0,
    staleListings: 0,
  };
}

/** Delay of what is reordered, seconds; long enough to be overtaken, short enough for tests. */
export function reorderDelaySeconds(random: () => number): number {
  return 0.02 + random() * 0.13;
}
