import { createFaults, type Fault, type FaultKind, type Faults } from '../../../local/sandbox-kit/faults.ts';

export const RATE_LIMITS = ['daily', 'concurrent'] as const;
export const SERVER_ERRORS = [
  'maintenance',
  'maintenance-page',
  'bad-gateway-page',
  'internal',
  'lock-row',
  'session-expired',
] as const;

/** A fault with what is particular to Salesforce. `match` of requests may leave `/services/data/vXX.0` out. */
export interface SalesforceFault extends Fault {
  /** `rate-limit`: which limit the answer names; default `daily`. */
  readonly limit?: (typeof RATE_LIMITS)[number];
  /**
   * `server-error`: 503 in JSON (default); the maintenance page, HTML with status 200; 502 in HTML; 500;
   * UNABLE_TO_LOCK_ROW; 401 although the session lives.
   */
  readonly error?: (typeof SERVER_ERRORS)[number];
}

export interface SalesforceFaults {
  add(fault: SalesforceFault): void;
  clear(): void;
  list(): readonly SalesforceFault[];
  /** Takes the first fault of one of the kinds that matches the call, and counts it down. */
  strike(kinds: readonly FaultKind[], method: string, path: string): SalesforceFault | undefined;
  /** For the senders of the sandbox kit. */
  readonly kit: Faults;
}

/** @param random number in [0, 1) */
export function createSalesforceFaults(random: () => number): SalesforceFaults {
  const kit = createFaults(random);
  return {
    kit,
    add: (fault) => kit.add(fault),
    clear: kit.clear,
    list: () => kit.list(),
    strike: (kinds, method, path) =>
      kit.strike(kinds, `${method} ${path}`) ??
      kit.strike(kinds, `${method} ${path.replace(/^\/services\/data\/v\d+\.0/, '')}`),
  };
}
