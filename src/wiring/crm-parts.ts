import { createCrmPort } from '../crm/adapters.ts';
import type { CrmPort } from '../crm/crm-port.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import type { CrmParts } from '../flows/parts.ts';
import type { Environment } from '../platform/environment.ts';
import { INBOX_QUEUE } from '../topology.ts';
import { createLeaseParts, queueNamed } from './core-parts.ts';
import { createSecretReader } from './secret-reader.ts';

/** One port per connection and its settings: tokens are kept between invocations, a changed configuration is not missed. */
export function perConnection<Port>(
  create: (connection: ConnectionPolicy) => Port,
): (connection: ConnectionPolicy) => Port {
  const ports = new Map<string, { readonly settings: string; readonly port: Port }>();
  return (connection) => {
    const settings = JSON.stringify(connection);
    const known = ports.get(connection.id);
    if (known?.settings === settings) return known.port;
    const port = create(connection);
    ports.set(connection.id, { settings, port });
    return port;
  };
}

export function createCrmParts(environment: Environment, functionName: string): CrmParts {
  const readSecret = createSecretReader(environment);
  const { clock } = environment;
  const crm = perConnection<CrmPort>((connection) =>
    createCrmPort(connection, { readSecret: (options) => readSecret(connection.id, options), clock }),
  );
  return { ...createLeaseParts(environment, functionName), crm, inbox: queueNamed(environment, INBOX_QUEUE) };
}
