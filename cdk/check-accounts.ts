import { otherAccounts } from '../src/config/other-accounts.ts';
import type { Place } from './check-place.ts';
import type { DeployedHub } from './deployed-hub.ts';
import { messageOf } from './message-of.ts';
import type { DeploymentToMake } from './read-deployment.ts';

/** Deals and contracts under a connection's id belong to the account that it stood for so far. */
export async function checkAccounts(
  { deployment, draft }: Pick<DeploymentToMake, 'deployment' | 'draft'>,
  place: Place,
  hub: Pick<DeployedHub, 'connections'>,
): Promise<readonly string[]> {
  try {
    const before = await hub.connections(deployment.prefix, place);
    return otherAccounts(before, draft.connections).map(
      (each) => `${each}. Keep the id that an account has, and give a new account one of its own.`,
    );
  } catch (error) {
    return [
      `What was applied before cannot be read: ${messageOf(error)} Whoever deploys has to read and write the table ${deployment.prefix}.`,
    ];
  }
}
