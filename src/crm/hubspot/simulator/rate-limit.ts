import type { Clock } from '../../../platform/clock.ts';
import { type RateLimitPolicy, rateLimited } from './failures.ts';
import type { SwitchBoard } from './switches.ts';

const TEN_SECONDS_MS = 10_000;
const DAY_MS = 86_400_000;

export interface RateLimiter {
  /** Counts a call and returns the headers of its answer; throws 429 when a limit is reached. */
  count(token: string, isSearch: boolean): Record<string, string>;
}

/** Limits per app and rolling ten seconds, per day, and of search per second (HubSpot "API usage guidelines"). */
export function createRateLimiter(deps: { clock: Clock; switches: SwitchBoard }): RateLimiter {
  const { clock, switches } = deps;
  const calls = new Map<string, number[]>();
  const searches: number[] = [];
  let day = { startMs: 0, count: 0 };

  const within = (times: number[], nowMs: number, windowMs: number): number => {
    while (times[0] !== undefined && times[0] <= nowMs - windowMs) times.shift();
    return times.length;
  };

  return {
    count(token, isSearch) {
      const nowMs = clock.nowMs();
      const limits = switches.get();
      if (nowMs - day.startMs >= DAY_MS) day = { startMs: nowMs - (nowMs % DAY_MS), count: 0 };
      const recent = calls.get(token) ?? [];
      calls.set(token, recent);

      const headers = (used: number) => ({
        'x-hubspot-ratelimit-daily': String(limits.requestsPerDay),
        'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, limits.requestsPerDay - day.count)),
        'x-hubspot-ratelimit-interval-milliseconds': String(TEN_SECONDS_MS),
        'x-hubspot-ratelimit-max': String(limits.requestsPerTenSeconds),
        'x-hubspot-ratelimit-remaining': String(Math.max(0, limits.requestsPerTenSeconds - used)),
      });
      const refuse = (policy: RateLimitPolicy) => rateLimited(policy, isSearch ? {} : headers(recent.length));

      if (day.count >= limits.requestsPerDay) throw refuse('DAILY');
      if (within(recent, nowMs, TEN_SECONDS_MS) >= limits.requestsPerTenSeconds) throw refuse('TEN_SECONDLY_ROLLING');
      if (isSearch) {
        if (within(searches, nowMs, 1000) >= limits.searchPerSecond) throw refuse('SECONDLY');
        searches.push(nowMs);
      }
      day.count += 1;
      recent.push(nowMs);
      // Search answers carry no rate-limit headers.
      return isSearch ? {} : headers(recent.length);
    },
  };
}
