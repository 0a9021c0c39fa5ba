import { HubError } from '../../../domain/errors.ts';
import { networkCode, neverLeft } from '../../../platform/network-failure.ts';
import { errorPayload } from '../payloads.ts';

/** One call may take this long, all its requests together; below `longestCallMs`, which leases build on. */
export const CALL_LIMIT_MS = 24_000;

/** One request may take this long, its body included. */
const REQUEST_LIMIT_MS = 20_000;

/** Signed documents are far smaller; beyond it something is wrong. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether a lost answer leaves it open if something was done. */
  readonly writes: boolean;
}

/** A whole answer: the body has arrived. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type Send = (request: HttpRequest, limit: AbortSignal) => Promise<HttpAnswer>;

/**
 * Sends one request and waits for its whole answer: at most 20 s (`requestLimitMs`) and never beyond `limit`. Redirects are not followed,
 * nothing is sent twice. Throws HubError `esign.unavailable` when no answer came: `done` is `unknown` for a write that
 * may have arrived.
 */
export function createSend(fetchImplementation: typeof fetch, requestLimitMs: number = REQUEST_LIMIT_MS): Send {
  return async (request, limit) => {
    if (limit.aborted) throw unavailable('took too long before it could act', 'no', undefined);
    const signal = AbortSignal.any([limit, AbortSignal.timeout(requestLimitMs)]);
    try {
      const response = await fetchImplementation(request.url, {
        method: request.method,
        headers: request.headers,
        redirect: 'manual',
        signal,
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      return { status: response.status, headers: response.headers, body: await readBody(response) };
    } catch (error) {
      const code = networkCode(error);
      const done = request.writes && !neverLeft(code) ? 'unknown' : 'no';
      throw unavailable(
        signal.aborted ? 'did not answer in time' : `could not be reached (${code ?? 'no answer'})`,
        done,
        error,
      );
    }
  };
}

/** JSON of an answer; undefined when it is none. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(answer.body));
  } catch {
    return undefined;
  }
}

/** DocuSign's own code and words for a refusal; both may be absent. */
export function refusalOf(answer: HttpAnswer): { errorCode: string; message: string } {
  const { errorCode = '', message = '' } = errorPayload.parse(jsonOf(answer));
  return { errorCode, message };
}

async function readBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the answer is larger than 100 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unavailable(what: string, done: 'no' | 'unknown', cause: unknown): HubError {
  return new HubError('esign.unavailable', `DocuSign ${what}; it is tried again by itself`, {
    retry: { afterMs: 30_000 },
    done,
    cause,
  });
}
