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
 * What would put one account's deals and contracts to another's records, each as words for people: a connection id that
 * suddenly means another account, and an account that is known under an id which is gone; its deals would be new ones
 * under the new id, with contracts and tasks of their own.
 *
 * @param known connections of all configurations that were ever applied
 */
export function otherAccounts(known: readonly ConnectionPolicy[], now: readonly ConnectionPolicy[]): readonly string[] {
  return now.flatMap((connection) => {
    const { id } = connection;
    const account = accountOf(connection);
    if (known.some((each) => each.id === id && accountOf(each) === account)) return [];
    const sameId = known.find((each) => each.id === id);
    if (sameId !== undefined) return [`${id} was the ${accountOf(sameId)}, and would now be the ${account}`];
    const renamed = known.find((each) => accountOf(each) === account && !now.some((other) => other.id === each.id));
    return renamed === undefined ? [] : [`the ${account} is known as ${renamed.id}, and would now be ${id}`];
  });
}
