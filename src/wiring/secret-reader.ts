import { HubError } from '../domain/errors.ts';
import { createSecretsClient } from '../platform/aws/secrets-client.ts';
import { createAwsSecrets } from '../platform/aws-secrets.ts';
import type { Environment } from '../platform/environment.ts';
import type { ConnectionSecret } from '../platform/secrets.ts';
import { VARIABLES } from '../topology.ts';
import { readConnectionsVariable } from '../webhooks/webhook-environment.ts';

/** Reads the secret of a connection; `refresh` after a refused grant. */
export type ReadSecret = (connectionId: string, options?: { readonly refresh?: boolean }) => Promise<ConnectionSecret>;

/** Secrets by connection id: the deployment says which secret belongs to which connection. */
export function createSecretReader(environment: Environment): ReadSecret {
  const secrets = createAwsSecrets({ client: createSecretsClient(environment), clock: environment.clock });
  const names = new Map(
    readConnectionsVariable(environment.variables[VARIABLES.connections]).map(({ id, secret }) => [id, secret]),
  );
  return async (connectionId, options) => {
    const name = names.get(connectionId);
    if (name !== undefined) return secrets.read(name, options);
    throw new HubError(
      'connection.not-deployed',
      `connection "${connectionId}" has no secret in this deployment; deploy again after adding a connection`,
      { retry: 'never', context: { connectionId } },
    );
  };
}
