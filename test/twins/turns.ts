/**
 * Lets calls that run at the same time take turns in an order that chance decides: every call of a wrapped port waits
 * until it is its turn. So two workers meet between any two of their steps, and the same seed gives the same meeting.
 */
export interface Turns {
  /** The port, each of whose calls waits for its turn first. */
  wrap<T extends object>(port: T): T;
  /** How many calls wait. */
  waiting(): number;
  /** Lets one of the waiting calls go on, and everything that follows from it until it waits again. */
  take(): Promise<void>;
}

export function createTurns(random: () => number): Turns {
  const waiting: (() => void)[] = [];
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve));

  return {
    wrap: (port) =>
      new Proxy(port, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, receiver);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            // What answers at once (an id, a look at what is known) is no call.
            if (SYNCHRONOUS.has(String(name))) return Reflect.apply(value, target, args);
            return turn().then(() => Reflect.apply(value, target, args));
          };
        },
      }),
    waiting: () => waiting.length,
    async take() {
      const [resolve] = waiting.splice(Math.floor(random() * waiting.length), 1);
      resolve?.();
      await new Promise((settle) => setImmediate(settle));
    },
  };
}

const SYNCHRONOUS: ReadonlySet<string> = new Set(['recordIdOf']);
