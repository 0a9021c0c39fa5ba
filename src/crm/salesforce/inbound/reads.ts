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
