const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * Waits before the second, third, ... attempt, in ms.
 * `daily-ten`: once a day, ten times (esignature.rest.swagger-v2.1.json, ConnectConfigurations).
 * `exponential`: from 15 s, doubling up to 4 h, 45 attempts in all, as third parties report; inside 7 days.
 */
export function connectRetryDelays(mode: 'daily-ten' | 'exponential', timeScale: number): number[] {
  const delays =
    mode === 'daily-ten'
      ? Array.from({ length: 10 }, () => DAY_MS)
      : Array.from({ length: 44 }, (_, attempt) => Math.min(15 * SECOND_MS * 2 ** attempt, 4 * HOUR_MS));
  return delays.map((delayMs) => delayMs / timeScale);
}
