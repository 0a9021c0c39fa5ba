import type { ConnectionPolicy } from '../domain/policies.ts';

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/;

/** An account on this machine is a simulator; everything else is somebody's real account. */
export function isSandboxConnection(connection: ConnectionPolicy): boolean {
  // Every address has to be one: a page address on this machine does not make the API a simulator.
  const addresses = Object.values(connection.settings).filter(
    (value): value is string => typeof value === 'string' && /^https?:/.test(value),
  );
  return addresses.length > 0 && addresses.every((address) => LOOPBACK.test(address));
}
