import { providerSettings } from '../config/provider-settings.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import { isSandboxConnection } from './real-secrets.ts';
import { StartProblem } from './start-problem.ts';

/** Which account a connection stands for: deals, contracts and aliases under its id belong to that account. */
function accountOf(connection: ConnectionPolicy): string {
  const settings = providerSettings.find((each) => each.provider === connection.provider);
  const account = settings?.accountIdOf(connection.settings) ?? '';
  return `${connection.provider} account ${account}${isSandboxConnection(connection) ? ' of the sandbox' : ''}`;
}

/**
 * A connection id that suddenly means another account would put one account's deals and contracts to the other's
 * records. StartProblem names each such connection.
 */
export function refuseOtherAccounts(before: readonly ConnectionPolicy[], now: readonly ConnectionPolicy[]): void {
  const changed = now.flatMap((connection) => {
    const known = before.find((each) => each.id === connection.id);
    if (known === undefined || accountOf(known) === accountOf(connection)) return [];
    return [`${connection.id} was the ${accountOf(known)}, and would now be the ${accountOf(connection)}`];
  });
  if (changed.length === 0) return;
  throw new StartProblem(
    `Not started, because a connection id would mean another account:\n  ${changed.join('\n  ')}`,
    'Give the new account an id of its own, or begin with a state folder of its own: STAGEPOST_STATE=.stagepost-acme npm start',
  );
}
