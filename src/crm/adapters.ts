import { HubError } from '../domain/errors.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import type { Clock } from '../platform/clock.ts';
import type { ConnectionSecret } from '../platform/secrets.ts';
import type { CrmPort } from './crm-port.ts';
import { createHubSpotCrm } from './hubspot/outbound/crm.ts';
import { createSalesforceCrm } from './salesforce/outbound/crm.ts';

/** What every CRM adapter is built from. */
export interface CrmAdapterDeps {
  readonly connection: ConnectionPolicy;
  readonly readSecret: (options?: { readonly refresh?: boolean }) => Promise<ConnectionSecret>;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

/** One line per provider. */
const adapters: ReadonlyMap<string, (deps: CrmAdapterDeps) => CrmPort> = new Map([
  ['hubspot', createHubSpotCrm],
  ['salesforce', createSalesforceCrm],
]);

/** The CRM behind a connection. Throws HubError `crm.unknown-provider`, or `crm.settings` from the adapter. */
export function createCrmPort(connection: ConnectionPolicy, deps: Omit<CrmAdapterDeps, 'connection'>): CrmPort {
  const create = adapters.get(connection.provider);
  if (create !== undefined) return create({ ...deps, connection });
  throw new HubError(
    'crm.unknown-provider',
    `connection ${connection.id} names the CRM provider ${connection.provider}; known are: ${[...adapters.keys()].join(', ')}`,
    { retry: 'never', context: { connectionId: connection.id } },
  );
}
