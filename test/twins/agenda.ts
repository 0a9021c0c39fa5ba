import type { FakeClock } from '../fakes/fake-clock.ts';
import type { Turns } from './turns.ts';

/** What is to happen when, in simulated time. */
export interface Agenda {
  at(delayMs: number, run: () => Promise<void> | void): void;
  /** Lets simulated time pass; `check` is asked after every step. */
  run(forMs: number, check?: () => void): Promise<void>;
}

const MOST_STEPS = 200_000;
const MOST_AT_ONCE = 20;
/** No function runs for minutes. */
const LONGEST_PAUSE_MS = 3000;

/**
 * @param turns where calls of workers wait for their turn; nobody waits there when one works after the other
 */
export function createAgenda(parts: {
  readonly clock: FakeClock;
  readonly turns: Turns;
  readonly random: () => number;
  readonly interleaved: boolean;
}): Agenda {
  const { clock, turns, random, interleaved } = parts;
  const entries: { readonly atMs: number; readonly order: number; readonly run: () => Promise<void> | void }[] = [];
  let order = 0;
  let running = 0;
  const settled = () => new Promise((settle) => setImmediate(settle));

  return {
    at(delayMs, run) {
      // Clocks have whole milliseconds, and what a message says of time is checked.
      entries.push({ atMs: clock.nowMs() + Math.max(0, Math.round(delayMs)), order: ++order, run });
      entries.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    },
    async run(forMs, check = () => {}) {
      const untilMs = clock.nowMs() + forMs;
      const started: Promise<void>[] = [];
      for (let step = 0; step < MOST_STEPS; step += 1) {
        const next = entries[0];
        const isDue = next !== undefined && next.atMs <= untilMs;
        // Now and then a little time goes by while somebody is in the middle of something.
        const isSoon = isDue && next.atMs - clock.nowMs() < LONGEST_PAUSE_MS;
        const goesOn = isSoon && random() < 0.3 && running <= MOST_AT_ONCE;
        if (turns.waiting() > 0 && !goesOn) await turns.take();
        else if (isDue) {
          entries.shift();
          clock.advance(Math.max(0, next.atMs - clock.nowMs()));
          running += 1;
          const work = Promise.resolve(next.run()).finally(() => {
            running -= 1;
          });
          started.push(work);
          await (interleaved ? settled() : work);
        } else if (running > 0) await settled();
        else break;
        check();
      }
      await Promise.all(started);
      clock.advance(Math.max(0, untilMs - clock.nowMs()));
    },
  };
}
