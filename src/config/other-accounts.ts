import type { ConnectionPolicy } from '../domain/policies.ts';
import { providerSettings } from './provider-settings.ts';
import { isSandboxConnection } from './sandbox-connection.ts';

/** Which account a connection stands for: deals, contracts and aliases under its id belong to that account. */
function accountOf(connection: ConnectionPolicy): string {
  const settings = providerSettings.find((each) => each.provider === connection.provider);
  const account = settings?.accountIdOf(connection.settings) ?? '';
  return `${connection.provider} account ${account}${isSandboxConnection(connection) ? ' of the sandbox' : ''}`;
}

/**
 * Connection ids that would suddenly mean another account, each as words for people: one account's deals and contracts
 * would be put to the other's records.
 */
export function otherAccounts(
  before: readonly ConnectionPolicy[],
  now: readonly ConnectionPolicy[],
): readonly string[] {
  return now.flatMap((connection) => {
    const known = before.find((each) => each.id === connection.id);
    if (known === undefined || accountOf(known) === accountOf(connection)) return [];
    return [`${connection.id} was the ${accountOf(known)}, and would now be the ${accountOf(connection)}`];
  });
}
