import { HubError } from '../domain/errors.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import type { Clock } from '../platform/clock.ts';
import type { ConnectionSecret } from '../platform/secrets.ts';
import { createDocuSignESign } from './docusign/outbound/esign.ts';
import type { ESignPort } from './esign-port.ts';

export interface ESignDeps {
  readonly readSecret: () => Promise<ConnectionSecret>;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

type CreateESign = (deps: ESignDeps & { readonly connection: ConnectionPolicy }) => ESignPort;

const adapters: ReadonlyMap<string, CreateESign> = new Map([['docusign', createDocuSignESign]]);

/** The port of an e-sign connection. Throws HubError `esign.provider-unknown` when no adapter has that name. */
export function createESignPort(connection: ConnectionPolicy, deps: ESignDeps): ESignPort {
  const create = adapters.get(connection.provider);
  if (create !== undefined) return create({ ...deps, connection });
  const known = [...adapters.keys()].join(', ');
  throw new HubError(
    'esign.provider-unknown',
    `connection "${connection.id}" names the e-sign provider "${connection.provider}", which does not exist; use one of: ${known}`,
    { retry: 'never' },
  );
}
