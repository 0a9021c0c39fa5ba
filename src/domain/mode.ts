import type { Deal } from './deal.ts';
import type { ConnectionPolicy, HubConfig, Mode } from './policies.ts';

const MODES: readonly Mode[] = ['observe', 'rehearse', 'live'];

export function connectionOf(config: HubConfig, connectionId: string): ConnectionPolicy | undefined {
  return config.connections.find((each) => each.id === connectionId);
}

/**
 * How far an effect may go: the more careful mode of the deal's leading CRM connection and, for contracts, of the
 * e-sign connection. A connection that the configuration does not know only observes.
 */
export function effectiveMode(config: HubConfig, deal: Deal, esignConnectionId?: string): Mode {
  const ids = [deal.leading.connectionId, ...(esignConnectionId === undefined ? [] : [esignConnectionId])];
  const ranks = ids.map((id) => MODES.indexOf(connectionOf(config, id)?.mode ?? 'observe'));
  return MODES[Math.min(...ranks)] ?? 'observe';
}
