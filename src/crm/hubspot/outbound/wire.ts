import { AsyncLocalStorage } from 'node:async_hooks';
import type { HubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import { errorOfReply, errorOfSilence, type FailedCall } from './errors.ts';

export interface HttpCall {
  readonly method: string;
  /** Absolute, with query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData | URLSearchParams;
  /** For this request with its reply; default `Wire.timeoutMs`. */
  readonly timeoutMs?: number;
}

/** A reply between 200 and 299 whose body is JSON; empty for 204 and deletions. */
export interface HttpReply {
  readonly status: number;
  readonly text: string;
}

export interface Wire {
  readonly connectionId: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** For one request with its reply, ms. */
  readonly timeoutMs: number;
}

export type Exchange =
  | { readonly ok: true; readonly reply: HttpReply }
  | { readonly ok: false; readonly error: HubError };

/** POST requests that change nothing outside. */
const READING_POSTS = /\/(?:batch\/read|search|oauth\/v1\/token)$/;

const deadlines = new AsyncLocalStorage<{ readonly endsAtMs: number }>();

/** Every exchange within `work` ends before `ms` have passed. */
export function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  return deadlines.run({ endsAtMs: performance.now() + ms }, work);
}

/**
 * One request, one reply, never repeated. Redirects are not followed: they would carry the token elsewhere.
 *
 * @param grant what proves the connection, in words, for the error
 */
export async function exchange(wire: Wire, call: HttpCall, grant: string): Promise<Exchange> {
  const path = new URL(call.url).pathname;
  const writes = call.method !== 'GET' && !READING_POSTS.test(path);
  const failed: FailedCall = { connectionId: wire.connectionId, method: call.method, path, writes, grant };
  const remainingMs = (deadlines.getStore()?.endsAtMs ?? Number.POSITIVE_INFINITY) - performance.now();
  if (remainingMs <= 0) return { ok: false, error: errorOfSilence({ ...failed, writes: false }, noTimeLeft()) };
  let response: Response;
  let text: string;
  try {
    response = await wire.fetch(call.url, {
      method: call.method,
      headers: { ...call.headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(Math.min(call.timeoutMs ?? wire.timeoutMs, remainingMs))),
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    text = await response.text();
  } catch (cause) {
    return { ok: false, error: errorOfSilence(failed, cause) };
  }
  const { status, headers } = response;
  if (!response.ok) return { ok: false, error: errorOfReply(failed, { status, headers, text }, wire.clock.nowMs()) };
  const mayBeEmpty = status === 204 || call.method === 'DELETE';
  if (!(text === '' && mayBeEmpty) && !isJson(text)) {
    return { ok: false, error: errorOfSilence(failed, new Error('the answer is not JSON')) };
  }
  return { ok: true, reply: { status, text } };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function noTimeLeft(): Error {
  return Object.assign(new Error('no time left for this call'), { name: 'TimeoutError' });
}
