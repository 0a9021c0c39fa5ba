import { WireError } from './wire-error.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const BURST_MS = 30_000;

/** Call limits of the account ("eSignature API rules and resource limits"). Counted in memory: a restart forgives. */
export interface Limits {
  /** Counts one call. Throws WireError with the quota's errorCode when it is one too many. */
  count(method: string, envelopeId: string | undefined): void;
  /** `X-RateLimit-*` and `X-BurstLimit-*` as they are now. */
  headers(): Record<string, string>;
}

interface Window {
  startMs: number;
  used: number;
}

/** The answer to a call that is over the hourly quota. */
export function hourlyLimitError(world: World): WireError {
  return new WireError(
    world.switches().quotaStatus,
    'HOURLY_APIINVOCATION_LIMIT_EXCEEDED',
    'The maximum number of hourly API invocations has been exceeded.',
  );
}

/** Limits as the switches of `world` say, counted from zero. */
export function createLimits(world: World): Limits {
  const hour: Window = { startMs: 0, used: 0 };
  const burst: Window = { startMs: 0, used: 0 };
  const reads = new Map<string, number>();

  function roll(): void {
    const now = world.nowMs();
    const hourStart = now - (now % HOUR_MS);
    if (hour.startMs !== hourStart) {
      Object.assign(hour, { startMs: hourStart, used: 0 });
      reads.clear();
    }
    const burstStart = now - (now % BURST_MS);
    if (burst.startMs !== burstStart) Object.assign(burst, { startMs: burstStart, used: 0 });
  }

  return {
    count(method, envelopeId) {
      roll();
      const { hourlyLimit, burstLimit, envelopePollingLimit, quotaStatus } = world.switches();
      if (hour.used >= hourlyLimit) throw hourlyLimitError(world);
      if (burst.used >= burstLimit) {
        throw new WireError(
          quotaStatus,
          'BURST_APIINVOCATION_LIMIT_EXCEEDED',
          'The maximum number of burst API invocations has been exceeded.',
        );
      }
      hour.used += 1;
      burst.used += 1;
      if (method !== 'GET' || envelopeId === undefined) return;
      const read = (reads.get(envelopeId) ?? 0) + 1;
      reads.set(envelopeId, read);
      if (read <= envelopePollingLimit) return;
      throw new WireError(
        quotaStatus,
        'HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED',
        'The maximum number of hourly polling requests for this envelope has been exceeded.',
      );
    },
    headers() {
      roll();
      const { hourlyLimit, burstLimit } = world.switches();
      return {
        'X-RateLimit-Limit': String(hourlyLimit),
        'X-RateLimit-Remaining': String(Math.max(0, hourlyLimit - hour.used)),
        'X-RateLimit-Reset': String((hour.startMs + HOUR_MS) / 1000),
        'X-BurstLimit-Limit': String(burstLimit),
        'X-BurstLimit-Remaining': String(Math.max(0, burstLimit - burst.used)),
      };
    },
  };
}
