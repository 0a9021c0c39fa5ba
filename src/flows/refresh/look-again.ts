import type { Contract } from '../../domain/contract.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What changed just now is on its normal way still. */
export const QUIET_MS = 2 * MINUTE_MS;
/** Ends are announced by then, whatever went wrong when they came. */
export const ENDED_LOOK_MS = DAY_MS;
/** A hold that stood for so long waits for a person, who has heard of it. */
export const HOLD_LOOK_MS = 7 * DAY_MS;
export const OPEN_LOOK_MS = 30 * DAY_MS;

/**
 * Whether something that waits since `sinceMs` is to be looked at in a round that begins at `nowMs`, the one before
 * having begun at `lastMs`: in its first hour by every round, on its first day hourly, then every six hours.
 */
export function isDue(sinceMs: number, lastMs: number, nowMs: number): boolean {
  const ageMs = nowMs - sinceMs;
  if (ageMs < HOUR_MS) return true;
  const everyMs = ageMs < DAY_MS ? HOUR_MS : 6 * HOUR_MS;
  return Math.floor(ageMs / everyMs) > Math.floor((lastMs - sinceMs) / everyMs);
}

/**
 * Since when an active contract waits for another look of the workers; undefined when it does not. A void is never
 * waited for long, a hold may have mended, and one on its way stands still only if a wake-up was lost.
 */
export function contractWaitsSince(contract: Contract, nowMs: number): number | undefined {
  if (contract.voiding !== undefined) return nowMs;
  if (contract.hold !== undefined) return contract.hold.sinceMs;
  const quietMs = nowMs - contract.updatedAtMs;
  if (quietMs < QUIET_MS) return undefined;
  const rests = contract.state === 'awaiting-approval' || contract.state === 'sent' || contract.state === 'delivered';
  // One that rests is looked at for a day, in case that nobody was told how it came there.
  return rests && quietMs > DAY_MS ? undefined : contract.updatedAtMs;
}
