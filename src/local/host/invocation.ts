import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpHandlerOptions, RequestHandler } from '@smithy/types';
import { HubError } from '../../domain/errors.ts';

interface Invocation {
  killed: boolean;
}

const current = new AsyncLocalStorage<Invocation>();

/** The rest of a killed function: on Lambda its process is frozen, here its calls never come back. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

function isKilled(invocation: Invocation | undefined): boolean {
  return invocation?.killed ?? false;
}

/** Wraps what reaches the outside world: within a killed invocation it does nothing and never answers. */
export function cutWhenKilled<A extends readonly unknown[], R>(
  call: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const invocation = current.getStore();
    if (isKilled(invocation)) return forever();
    try {
      const result = await call(...args);
      return isKilled(invocation) ? forever() : result;
    } catch (error) {
      if (isKilled(invocation)) return forever();
      throw error;
    }
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own handler types differ per client; each client narrows it.
type AwsHandler = RequestHandler<any, any, HttpHandlerOptions>;

export function cutAwsWhenKilled(handler: AwsHandler): AwsHandler {
  return { ...handler, handle: cutWhenKilled((request, options) => handler.handle(request, options)) };
}

/** Ends what is running, all at once. */
export interface KillSwitch {
  /** Answers how to take it off again. */
  onKill(end: () => void): () => void;
  kill(): void;
}

/** A set instead of an abort signal: it is asked twice for every invocation. */
export function createKillSwitch(): KillSwitch {
  const running = new Set<() => void>();
  return {
    onKill(end) {
      running.add(end);
      return () => running.delete(end);
    },
    kill() {
      for (const end of running) end();
    },
  };
}

/**
 * Runs a function as Lambda does: when its time is over, it fails with HubError `local.function-timed-out` and what it
 * still wants to do outside is cut off. The switch ends it earlier.
 */
export async function invokeWithTimeout<T>(
  name: string,
  timeoutMs: number,
  run: () => Promise<T>,
  killSwitch?: KillSwitch,
): Promise<T> {
  const invocation: Invocation = { killed: false };
  let stopTimer = () => {};
  const ended = new Promise<never>((_, reject) => {
    const end = (why: string) => {
      invocation.killed = true;
      reject(new HubError('local.function-timed-out', `The function ${name} ${why}.`, { retry: 'never' }));
    };
    const timer = setTimeout(() => end(`was stopped after ${timeoutMs} ms`), timeoutMs);
    const takeOff = killSwitch?.onKill(() => end('was killed'));
    stopTimer = () => {
      clearTimeout(timer);
      takeOff?.();
    };
  });
  try {
    return await Promise.race([current.run(invocation, run), ended]);
  } finally {
    stopTimer();
  }
}
