import { type Done, HubError, type Retry } from '../../../domain/errors.ts';
import { networkCode, neverLeft } from '../../../platform/network-failure.ts';
import { errorReply } from '../payloads.ts';

/** What is told of a call that failed. */
export interface FailedCall {
  readonly connectionId: string;
  readonly method: string;
  /** Without the query: that may hold e-mail addresses. */
  readonly path: string;
  /** The call would have changed something. */
  readonly writes: boolean;
  /** How the connection proves itself, in words, e.g. `the access token of the private app`. */
  readonly grant: string;
}

export interface FailedReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Waits per `policyName` of a 429; CRM replies carry no Retry-After (HubSpot, "API usage guidelines"). */
const WAIT_MS_BY_POLICY: Readonly<Record<string, number>> = {
  SECONDLY: 1_000,
  TEN_SECONDLY_ROLLING: 10_000,
};
const UNKNOWN_POLICY_WAIT_MS = 10_000;
/** The longest delay that a queue can give a message. */
const MAX_WAIT_MS = 900_000;
const DAY_MS = 86_400_000;
/** HubSpot, "Error handling": a locked record is free again after about two seconds. */
const LOCKED_WAIT_MS = 2_000;
const UNAVAILABLE_WAIT_MS = 5_000;
const MIGRATING_WAIT_MS = 60_000;
const MAX_QUOTE_LENGTH = 300;

/** The error for a reply outside 200 to 299 (statuses: HubSpot, "Error handling"). */
export function errorOfReply(call: FailedCall, reply: FailedReply, nowMs: number): HubError {
  const told = readReply(reply.text);
  const { status } = reply;
  const context = {
    connectionId: call.connectionId,
    method: call.method,
    path: call.path,
    status,
    ...(told.correlationId === undefined ? {} : { correlationId: told.correlationId }),
    ...(told.policyName === undefined ? {} : { policy: told.policyName }),
  };
  const make = (code: string, message: string, retry: Retry, done: Done = 'no') =>
    new HubError(code, message, { retry, done, context });

  if (status === 429) {
    const waitMs = told.policyName === 'DAILY' ? untilMidnight(nowMs) : waitOf(told.policyName, reply.headers);
    return make(
      'crm.rate-limited',
      `HubSpot's limit ${told.policyName ?? 'of calls'} is reached; the call is made again later. If this lasts, look for other apps of the account that call too often`,
      { afterMs: Math.min(waitMs, MAX_WAIT_MS) },
    );
  }
  if (status === 401) {
    return make(
      'crm.unauthorized',
      `HubSpot refuses ${call.grant}; renew it and store it in the secret of connection ${call.connectionId}`,
      'never',
    );
  }
  if (status === 403) {
    const scopes = scopesOf(told.errors ?? []);
    const missing =
      scopes.length === 0 ? `HubSpot says: ${quote(told.message)}` : `missing scope: ${scopes.join(', ')}`;
    return make(
      'crm.forbidden',
      `HubSpot does not allow ${call.method} ${call.path} (${missing}); add the scope to the app and grant it again`,
      'never',
    );
  }
  if (status === 404) return make('crm.not-found', `HubSpot has nothing at ${call.method} ${call.path}`, 'never');
  if (status === 409)
    return make('crm.conflict', `HubSpot already has what should be created: ${quote(told.message)}`, 'never');
  if (status === 423)
    return make('crm.locked', 'the record is locked by another change in HubSpot; tried again shortly', {
      afterMs: LOCKED_WAIT_MS,
    });
  if (status === 477) {
    return make('crm.migrating', 'HubSpot is moving this account to another data centre; nothing to do but wait', {
      afterMs: Math.min(retryAfterMs(reply.headers) ?? MIGRATING_WAIT_MS, MAX_WAIT_MS),
    });
  }
  if (status >= 500 || status === 408) {
    const waitMs = Math.min(retryAfterMs(reply.headers) ?? UNAVAILABLE_WAIT_MS, MAX_WAIT_MS);
    return make(
      'crm.unavailable',
      `HubSpot answered ${status}; tried again later`,
      { afterMs: waitMs },
      call.writes ? 'unknown' : 'no',
    );
  }
  if (status >= 300 && status < 400) {
    return make(
      'crm.refused',
      `HubSpot's address answered with a redirect (${status}); check baseUrl of connection ${call.connectionId}`,
      'never',
    );
  }
  return make('crm.refused', `HubSpot refused ${call.method} ${call.path}: ${quote(told.message)}`, 'never');
}

/** The error for a call without a usable reply: refused, cut, timed out, or answered by something that is not the API. */
export function errorOfSilence(call: FailedCall, cause: unknown): HubError {
  const reason = networkCode(cause);
  return new HubError(
    'crm.unavailable',
    `no usable answer from HubSpot to ${call.method} ${call.path} (${reason ?? 'connection lost'}); tried again later. If it lasts, check the network and baseUrl`,
    {
      retry: { afterMs: UNAVAILABLE_WAIT_MS },
      done: call.writes && !neverLeft(reason) ? 'unknown' : 'no',
      cause,
      context: { connectionId: call.connectionId, method: call.method, path: call.path },
    },
  );
}

function readReply(text: string): ReturnType<typeof errorReply.parse> {
  try {
    return errorReply.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

function waitOf(policy: string | undefined, headers: Headers): number {
  return retryAfterMs(headers) ?? WAIT_MS_BY_POLICY[policy ?? ''] ?? UNKNOWN_POLICY_WAIT_MS;
}

/** HubSpot counts days in the account's time zone; UTC is near enough, because the wait is cut anyway. */
function untilMidnight(nowMs: number): number {
  return DAY_MS - (nowMs % DAY_MS);
}

function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d{1,7}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}

function scopesOf(errors: readonly { context?: Record<string, unknown> | undefined }[]): string[] {
  const scopes = errors.flatMap(({ context = {} }) => [context.requiredGranularScopes, context.requiredScopes]).flat();
  return [...new Set(scopes.filter((scope): scope is string => typeof scope === 'string'))];
}

function quote(message: string | undefined): string {
  return message === undefined ? '(no reason given)' : message.slice(0, MAX_QUOTE_LENGTH);
}
