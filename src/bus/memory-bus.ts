import type { HubEvent } from '../domain/events.ts';
import type { Bus } from './bus.ts';

export interface MemoryBus extends Bus {
  /** Everything that was accepted, in order. */
  readonly events: readonly HubEvent[];
}

/** Keeps what is published; `deliver` plays the rules. For fast tests. */
export function createMemoryBus(deliver?: (event: HubEvent) => unknown): MemoryBus {
  const events: HubEvent[] = [];
  return {
    events,
    async publish(published) {
      for (const event of published) {
        const copy = structuredClone(event);
        events.push(copy);
        await deliver?.(copy);
      }
    },
  };
}
