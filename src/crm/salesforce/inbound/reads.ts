import type { RecordsToRead } from '../../../domain/signals.ts';
import type { Part } from './parts.ts';

/** A reason to read one record. @param origin what told it, the same when it is told again */
export function readRecord(read: {
  readonly connectionId: string;
  readonly recordId: string;
  readonly origin: string;
  readonly sinceMs: number;
  readonly about: string;
}): Part {
  const { connectionId, recordId, origin, sinceMs, about } = read;
  return { is: 'read', read: hint({ connectionId, recordId, sinceMs, about }, `${recordId}/${origin}`) };
}

const SECOND_MS = 1_000;

/**
 * When a commit happened at the latest. Both have been seen, times with milliseconds and whole seconds; within such a
 * second a read may have come before the commit, and must not pass for one that saw it.
 */
export function latestMs(commitTimestamp: number): number {
  return commitTimestamp % SECOND_MS === 0 ? commitTimestamp + SECOND_MS - 1 : commitTimestamp;
}

/** A reason to compare everything that changed since then. */
export function readWhatChanged(read: {
  readonly connectionId: string;
  readonly origin: string;
  readonly sinceMs: number;
}): Part {
  const { connectionId, origin, sinceMs } = read;
  return { is: 'read', read: hint({ connectionId, recordId: undefined, sinceMs, about: 'overflow' }, `*/${origin}`) };
}

function hint(read: Omit<RecordsToRead, 'kind' | 'id'>, rest: string): RecordsToRead {
  return { kind: 'read', id: `r/${read.connectionId}/${rest}`, ...read };
}
