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
      (each) => `${each}. Give the new account a connection id of its own.`,
    );
  } catch (error) {
    return [
      `The configuration in force cannot be read: ${messageOf(error)} Whoever deploys has to read and write the table ${deployment.prefix}.`,
    ];
  }
}
