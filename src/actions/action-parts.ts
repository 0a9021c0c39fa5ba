import type { HubConfig } from '../domain/policies.ts';
import type { Files } from '../files/files.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queue } from '../queue/queue.ts';
import type { HubStore } from '../store/hub-store.ts';

/** What a person's actions are made of. Every action has an actor; what it did is on the deal's timeline. */
export interface ActionParts {
  readonly store: HubStore;
  readonly files: Files;
  readonly clock: Clock;
  readonly config: () => Promise<HubConfig>;
  readonly newId: () => string;
  readonly queueNamed: (name: string) => Queue;
}

/** Why an action could not be done; the sentence is for the person who asked. */
export type ActionResult =
  | { readonly ok: true; readonly sentence: string }
  | { readonly ok: false; readonly code: string; readonly sentence: string };
