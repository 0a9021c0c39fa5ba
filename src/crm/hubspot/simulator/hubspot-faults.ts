import type { Fault } from '../../../local/sandbox-kit/faults.ts';
import { ApiFailure, type RateLimitPolicy, rateLimited } from './failures.ts';

/** A fault with what is particular to HubSpot. */
export interface HubSpotFault extends Fault {
  /** `rate-limit`: which limit the answer names; default TEN_SECONDLY_ROLLING. */
  readonly policyName?: RateLimitPolicy;
  /** `server-error`: status of the answer, e.g. 423 (locked), 477 (account migrating), 502; default 503. */
  readonly status?: number;
  /** `Retry-After` of a 477, seconds; default 60. */
  readonly retryAfterSeconds?: number;
}

/** The answer of a `rate-limit` or `server-error` fault. Statuses: HubSpot "Error handling". */
export function failureOf(fault: HubSpotFault): ApiFailure {
  if (fault.kind === 'rate-limit') return rateLimited(fault.policyName ?? 'TEN_SECONDLY_ROLLING');
  const status = fault.status ?? 503;
  switch (status) {
    case 423:
      return new ApiFailure(423, { message: 'The record is locked, try again later.', category: 'LOCKED' });
    case 477:
      return new ApiFailure(
        477,
        {
          message: 'This account is currently being migrated to another data centre.',
          category: 'MIGRATION_IN_PROGRESS',
        },
        { 'retry-after': String(fault.retryAfterSeconds ?? 60) },
      );
    default:
      return new ApiFailure(status, { message: 'internal error' });
  }
}

/** Statuses that the network in front of HubSpot answers, in HTML. */
export function isFromTheEdge(status: number): boolean {
  return status === 502 || status === 504 || (status >= 521 && status <= 526);
}
