import type { HubEvent } from '../domain/events.ts';

/** Publishes events; returns only when every one was accepted. Refused entries are tried again, accepted ones are not. */
export interface Bus {
  /** Throws HubError `bus.unavailable` (retryable) when entries stay refused. */
  publish(events: readonly HubEvent[]): Promise<void>;
}
