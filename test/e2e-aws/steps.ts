import { Lacking } from './lacking.ts';

/** Tells people what happens, one line per step, with its seconds. */
export interface Steps {
  /** Runs a step; `work` answers what it found out, line by line. */
  step<T>(title: string, work: (note: (line: string) => void) => Promise<T>): Promise<T>;
  readonly done: number;
}

export function createSteps(say: (line: string) => void): Steps {
  let done = 0;
  return {
    async step(title, work) {
      const startedAtMs = performance.now();
      const notes: string[] = [];
      const seconds = () => ((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(6);
      try {
        const found = await work((line) => notes.push(line));
        done += 1;
        say(`${seconds()} s  ${title}`);
        return found;
      } catch (error) {
        say(`${seconds()} s  ${error instanceof Lacking ? 'not possible' : 'FAILED'}: ${title}`);
        throw error;
      } finally {
        for (const note of notes) say(`          ${note}`);
      }
    },
    get done() {
      return done;
    },
  };
}

/** Throws an Error that says what was expected. */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`);
}
