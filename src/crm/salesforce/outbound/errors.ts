import { HubError } from '../../../domain/errors.ts';
import { networkCode, neverLeft } from '../../../platform/network-failure.ts';
import { errorReply } from '../payloads.ts';
import { quote, type ToldError, type Verdict, verdictOfCode } from './error-codes.ts';

/** What is told of a call that failed. */
export interface FailedCall {
  readonly connectionId: string;
  readonly method: string;
  /** Without the query: that may hold names and e-mail addresses. */
  readonly path: string;
  /** The call would have changed something. */
  readonly writes: boolean;
  /** How the connection proves itself, in words, e.g. `the client credentials of the app`. */
  readonly grant: string;
}

export interface FailedReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The longest delay that a queue can give a message. */
const MAX_WAIT_MS = 900_000;
const RATE_WAIT_MS = 10_000;
const UNAVAILABLE_WAIT_MS = 5_000;
const TURNED_AWAY_WAIT_MS = 60_000;

/**
 * The error for a reply outside 200 to 299. Its code decides, because the same status means many things at Salesforce
 * and some codes come with several statuses; the status only where there is no code that is known (Salesforce, "Status
 * Codes and Error Responses").
 */
export function errorOfReply(call: FailedCall, reply: FailedReply): HubError {
  const told = readReply(reply.text);
  const verdict =
    verdictOfCode({ ...call, onRecord: isRecordPath(call.path), status: reply.status }, told) ??
    verdictOfStatus(call, reply, told);
  return new HubError(verdict.code, verdict.sentence, {
    retry: verdict.retry,
    done: call.writes ? (verdict.done ?? 'no') : 'no',
    context: {
      connectionId: call.connectionId,
      method: call.method,
      path: call.path,
      status: reply.status,
      ...(told.code === undefined ? {} : { errorCode: told.code }),
    },
  });
}

function verdictOfStatus(call: FailedCall, { status, headers, text }: FailedReply, told: ToldError): Verdict {
  const where = `${call.method} ${call.path}`;
  if (status === 401) {
    return {
      code: 'crm.unauthorized',
      sentence: `Salesforce refuses ${call.grant}; renew it and store it in the secret of connection ${call.connectionId}`,
      retry: 'never',
    };
  }
  if (status === 429) {
    return {
      code: 'crm.rate-limited',
      sentence: "Salesforce's limit of calls is reached; the call is made again later",
      retry: { afterMs: retryAfterMs(headers) ?? RATE_WAIT_MS },
    };
  }
  if (status >= 500 || status === 408) {
    return {
      code: 'crm.unavailable',
      sentence: `Salesforce answered ${status}; tried again later`,
      retry: { afterMs: retryAfterMs(headers) ?? UNAVAILABLE_WAIT_MS },
      done: 'unknown',
    };
  }
  if (status === 300) {
    return { code: 'crm.conflict', sentence: `Salesforce has several records at ${where}`, retry: 'never' };
  }
  if (status > 300 && status < 400) {
    return {
      code: 'crm.refused',
      sentence: `Salesforce's address answered with a redirect (${status}); check instanceUrl of connection ${call.connectionId}`,
      retry: 'never',
    };
  }
  // Too many calls at once may meet a page that says "Access Declined", long before the API.
  if ((status === 400 || status === 403) && text.trimStart().startsWith('<')) {
    return {
      code: 'crm.unavailable',
      sentence: `a page in front of Salesforce's API turned ${where} away (${status}); tried again later. If it lasts, check instanceUrl of connection ${call.connectionId}`,
      retry: { afterMs: TURNED_AWAY_WAIT_MS },
    };
  }
  if (status === 403) {
    return {
      code: 'crm.forbidden',
      sentence: `Salesforce does not allow ${where}: ${quote(told.message)}; give the integration user the permission`,
      retry: 'never',
    };
  }
  if (status === 404 && isRecordPath(call.path)) {
    return { code: 'crm.not-found', sentence: `Salesforce has nothing at ${where}`, retry: 'never' };
  }
  if (status === 404 || status === 410) {
    return {
      code: 'crm.refused',
      sentence: `the org does not know ${where}; check instanceUrl and apiVersion of connection ${call.connectionId}`,
      retry: 'never',
    };
  }
  if (status === 420) {
    return {
      code: 'crm.refused',
      sentence: `the org of connection ${call.connectionId} has expired or was deleted`,
      retry: 'never',
    };
  }
  return { code: 'crm.refused', sentence: `Salesforce refused ${where}: ${quote(told.message)}`, retry: 'never' };
}

/** The error for a call without a usable reply: refused, cut, timed out, or answered by something that is not the API. */
export function errorOfSilence(call: FailedCall, cause: unknown): HubError {
  const reason = networkCode(cause);
  return new HubError(
    'crm.unavailable',
    `no usable answer from Salesforce to ${call.method} ${call.path} (${reason ?? 'connection lost'}); tried again later. If it lasts, check the network and instanceUrl`,
    {
      retry: { afterMs: UNAVAILABLE_WAIT_MS },
      done: call.writes && !neverLeft(reason) ? 'unknown' : 'no',
      cause,
      context: { connectionId: call.connectionId, method: call.method, path: call.path },
    },
  );
}

/** Whether the path names one record, so that "not found" speaks of the record and not of the address. */
function isRecordPath(path: string): boolean {
  return /\/sobjects\/\w+\/[A-Za-z0-9]{15,18}$/.test(path);
}

function readReply(text: string): ToldError {
  try {
    const errors = errorReply.safeParse(JSON.parse(text)).data ?? [];
    const first = errors.find(({ errorCode, statusCode }) => (errorCode ?? statusCode) !== undefined) ?? errors[0];
    return {
      code: first?.errorCode ?? first?.statusCode,
      message: first?.message,
      fields: first?.fields ?? [],
    };
  } catch {
    return { code: undefined, message: undefined, fields: [] };
  }
}

function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after');
  if (seconds === null || !/^\d{1,7}$/.test(seconds)) return undefined;
  return Math.min(Number(seconds) * 1_000, MAX_WAIT_MS);
}
