import type { Contract } from './contract.ts';
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

/**
 * A rehearsed contract says something only while rehearsing goes on: once its connections are live, it counts neither as
 * signed nor as under way, and the real one is still owed.
 */
export function isOverRehearsal(contract: Contract, deal: Deal, config: HubConfig): boolean {
  return contract.mode === 'rehearse' && effectiveMode(config, deal, contract.connectionId) === 'live';
}
