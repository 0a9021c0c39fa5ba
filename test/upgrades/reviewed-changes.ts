/** A change since a release that somebody has looked at. */
export interface ReviewedChange {
  /** The release that it was compared with. */
  readonly since: string;
  /** The sentence that the test says, word by word. */
  readonly change: string;
  /** Why nobody loses anything by it, or who is told. */
  readonly why: string;
}

/**
 * What may be other than in the last release although it holds data, messages, or an address that providers were told.
 * An entry here is a decision: it says why, and it stands in the review of the change. Of a queue that is renamed or
 * taken away, the messages that wait are lost; empty it first (take away what feeds it in one release, the queue in the
 * next one).
 */
export const REVIEWED_CHANGES: readonly ReviewedChange[] = [];
