import { AsyncLocalStorage } from 'node:async_hooks';
import type { HubError } from '../../../domain/errors.ts';
import { errorOfReply, errorOfSilence, type FailedCall } from './errors.ts';

export interface HttpCall {
  readonly method: string;
  /** Absolute, with query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
  /** For this request with its reply; default `Wire.timeoutMs`. */
  readonly timeoutMs?: number;
}

/** A reply between 200 and 299 whose body is JSON; empty for 204. */
export interface HttpReply {
  readonly status: number;
  readonly text: string;
}

export interface Wire {
  readonly connectionId: string;
  readonly fetch: typeof fetch;
  /** For one request with its reply, ms. */
  readonly timeoutMs: number;
}

export type Exchange =
  | { readonly ok: true; readonly reply: HttpReply }
  | {
      readonly ok: false;
      readonly error: HubError;
      /** The reply, where there was one. */
      readonly reply?: { readonly status: number; readonly text: string };
    };

/** What the requests of one call of the port share. */
export interface Call {
  /** On the clock of `performance.now()`. */
  readonly endsAtMs: number;
  /** The token that this call was given after Salesforce refused another one. */
  renewedToken?: string;
}

const TOKEN_PATH = '/services/oauth2/token';

const calls = new AsyncLocalStorage<Call>();

/** Every exchange within `work` ends before `ms` have passed. */
export function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  return calls.run({ endsAtMs: performance.now() + ms }, work);
}

/** The call of the port that is under way; one of its own for a request outside any. */
export function currentCall(): Call {
  return calls.getStore() ?? { endsAtMs: Number.POSITIVE_INFINITY };
}

/**
 * One request, one reply, never repeated. Redirects are not followed: they would carry the token elsewhere.
 *
 * @param grant what proves the connection, in words, for the error
 */
export async function exchange(wire: Wire, call: HttpCall, grant: string): Promise<Exchange> {
  const path = new URL(call.url).pathname;
  const writes = call.method !== 'GET' && path !== TOKEN_PATH;
  const failed: FailedCall = { connectionId: wire.connectionId, method: call.method, path, writes, grant };
  const remainingMs = currentCall().endsAtMs - performance.now();
  if (remainingMs <= 0) return { ok: false, error: errorOfSilence({ ...failed, writes: false }, noTimeLeft()) };
  let response: Response;
  let text: string;
  try {
    response = await wire.fetch(call.url, {
      method: call.method,
      headers: { accept: 'application/json', ...call.headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(Math.min(call.timeoutMs ?? wire.timeoutMs, remainingMs))),
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    text = await response.text();
  } catch (cause) {
    return { ok: false, error: errorOfSilence(failed, cause) };
  }
  const { status, headers } = response;
  if (!response.ok) {
    return { ok: false, error: errorOfReply(failed, { status, headers, text }), reply: { status, text } };
  }
  // While an org is being maintained its address answers 200 with a page.
  if (!(text === '' && status === 204) && !isJson(text)) {
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
