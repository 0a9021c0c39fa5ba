import type { ConnectionPolicy } from '../domain/policies.ts';
import type { ParserConnection } from '../webhooks/parser.ts';
import type { DoorConnection } from '../webhooks/webhook-environment.ts';
import { type ProviderSettings, providerSettings } from './provider-settings.ts';

/** Name of the secret that holds a connection's keys: the configured one, or `stagepost/<connection>`. */
export function secretNameOf(connection: { readonly id: string; readonly secret?: string }): string {
  return connection.secret ?? `stagepost/${connection.id}`;
}

/** What the webhooks function is told: value of the environment variable CONNECTIONS. */
export function connectionsVariable(connections: readonly ConnectionPolicy[]): string {
  const list: readonly DoorConnection[] = connections.map((each) => ({
    id: each.id,
    provider: each.provider,
    secret: secretNameOf(each),
  }));
  return JSON.stringify(list);
}

/** Partner event sources that the connections name, each once. */
export function partnerEventSourcesOf(
  connections: readonly ConnectionPolicy[],
  providers: readonly ProviderSettings[] = providerSettings,
): readonly string[] {
  const sources = connections.map(({ provider, settings }) =>
    providers.find((each) => each.provider === provider)?.partnerEventSourceOf?.(settings),
  );
  return [...new Set(sources.filter((source) => source !== undefined))];
}

/** A provider's connections with the account ids that its webhooks carry. */
export function accountsOf(
  connections: readonly ConnectionPolicy[],
  provider: string,
  providers: readonly ProviderSettings[] = providerSettings,
): readonly ParserConnection[] {
  const settings = providers.find((each) => each.provider === provider);
  if (settings === undefined) return [];
  return connections
    .filter((each) => each.provider === provider)
    .map((each) => ({
      id: each.id,
      provider,
      accountId: settings.accountIdOf(each.settings),
      secret: secretNameOf(each),
    }));
}
