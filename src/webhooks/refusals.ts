import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Queue } from '../queue/queue.ts';
import type { RefusalNote } from './delivery.ts';
import type { DoorConnection } from './webhook-environment.ts';

/** A wrong public URL shows itself again with every retry of the provider; one note in this time is enough. */
const NOTE_EVERY_MS = 30_000;
/** An address may be made up by whoever calls. */
const URL_LENGTH = 300;
/** All ids that do not exist share one note, so that guessing ids cannot fill the queue. */
const UNKNOWN = { id: 'unknown', provider: 'unknown' };

/**
 * Keeps the last refusal per connection, for whoever sets the connection up: cause, and the URL that the signature was
 * checked against. The answer to the caller does not wait for it: how long a 401 takes must not tell known from unknown
 * ids. On Lambda the note may therefore leave only when the next request wakes the process; a note that could not be
 * sent is tried again with the next refusal.
 */
export function createRefusals(deps: {
  readonly inbox: Queue;
  readonly clock: Clock;
  readonly log: Log;
}): (connection: DoorConnection | undefined, cause: string, url: string) => void {
  const { inbox, clock, log } = deps;
  const notedAtMs = new Map<string, number>();
  const counts = new Map<string, number>();

  return (connection, cause, url) => {
    const { id, provider } = connection ?? UNKNOWN;
    const nowMs = clock.nowMs();
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    log('warn', 'webhook.refused', { connectionId: id, code: cause, status: 401, count });
    const lastMs = notedAtMs.get(id);
    if (lastMs !== undefined && nowMs - lastMs < NOTE_EVERY_MS) return;
    notedAtMs.set(id, nowMs);
    const note: RefusalNote = {
      v: 1,
      kind: 'refusal',
      connectionId: id,
      provider,
      cause,
      url: url.slice(0, URL_LENGTH),
      atMs: nowMs,
      count,
    };
    counts.set(id, 0);
    inbox.send(JSON.stringify(note)).catch(() => {
      notedAtMs.delete(id);
      counts.set(id, (counts.get(id) ?? 0) + count);
      log('warn', 'webhook.refusal-not-noted', { connectionId: id });
    });
  };
}
