/** What a provider does to its clients on a bad day. */
export type FaultKind =
  /** Answers with the provider's own rate-limit error. */
  | 'rate-limit'
  /** Answers 503 without doing anything. */
  | 'server-error'
  /** Does what was asked and never answers: the connection is cut after a while. */
  | 'accept-then-time-out'
  /** Webhooks: the same request is sent twice. */
  | 'webhook-duplicate'
  /** Webhooks: sent late by `delayMs`. */
  | 'webhook-delay'
  /** Webhooks: sent after the next one. */
  | 'webhook-reorder'
  /** Webhooks: never sent. */
  | 'webhook-drop';

export const FAULT_KINDS: readonly FaultKind[] = [
  'rate-limit',
  'server-error',
  'accept-then-time-out',
  'webhook-duplicate',
  'webhook-delay',
  'webhook-reorder',
  'webhook-drop',
];

export interface Fault {
  readonly kind: FaultKind;
  /** Requests: `METHOD /path` prefix; webhooks: event name prefix. Empty matches everything. */
  readonly match: string;
  /** How many more times it strikes; undefined: until it is removed. */
  readonly times?: number;
  /** Chance per occasion, 0 to 1; default 1. */
  readonly probability?: number;
  readonly delayMs?: number;
}

/** The switchboard of one simulator. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  /** Takes the first fault of one of the kinds that matches, and counts it down. */
  strike(kinds: readonly FaultKind[], subject: string): Fault | undefined;
}

/** @param random number in [0, 1); seeded in tests so that a run can be repeated */
export function createFaults(random: () => number): Faults {
  let faults: Fault[] = [];
  return {
    add: (fault) => void faults.push(fault),
    clear: () => {
      faults = [];
    },
    list: () => [...faults],
    strike(kinds, subject) {
      const index = faults.findIndex(
        (fault) => kinds.includes(fault.kind) && subject.startsWith(fault.match) && random() < (fault.probability ?? 1),
      );
      const found = faults[index];
      if (found === undefined) return undefined;
      if (found.times !== undefined) {
        if (found.times <= 1) faults.splice(index, 1);
        else faults[index] = { ...found, times: found.times - 1 };
      }
      return found;
    },
  };
}
