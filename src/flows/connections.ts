import type { Deal } from '../domain/deal.ts';
import { HubError } from '../domain/errors.ts';
import type { ConnectionPolicy, HubConfig } from '../domain/policies.ts';

/** The connection with this id. HubError `connection.unknown` (never) when the configuration does not have it. */
export function connectionOf(config: HubConfig, connectionId: string): ConnectionPolicy {
  const found = config.connections.find((connection) => connection.id === connectionId);
  if (found !== undefined) return found;
  throw new HubError(
    'connection.unknown',
    `connection "${connectionId}" is not in configuration version ${config.version}; add it under "connections" or remove what refers to it`,
    { retry: 'never', context: { connectionId } },
  );
}

/** The CRM connection that gives the deal its stage. */
export function leadingConnection(config: HubConfig, deal: Deal): ConnectionPolicy {
  return connectionOf(config, deal.leading.connectionId);
}
