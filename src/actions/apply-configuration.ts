import { otherAccounts } from '../config/other-accounts.ts';
import type { ConfigDraft } from '../config/to-hub-config.ts';
import { HubError } from '../domain/errors.ts';
import type { ConnectionPolicy, HubConfig } from '../domain/policies.ts';
import type { Files } from '../files/files.ts';
import { documentFileKey } from '../flows/contract/draft-contract.ts';
import type { Clock } from '../platform/clock.ts';
import type { ConfigStore } from '../store/config-store.ts';

export interface ApplyParts {
  readonly store: Pick<ConfigStore, 'listConfigs' | 'applyConfig'>;
  readonly files: Pick<Files, 'put'>;
  readonly clock: Clock;
  /** Bytes of a document that the configuration names, relative to the configuration's own folder. */
  readonly readDocument: (file: string) => Promise<Uint8Array>;
}

/**
 * Brings a checked configuration into force, within a minute everywhere. The documents go first: no contract may be
 * drafted from a configuration whose files are not there yet.
 * Throws HubError `config.other-account` (never) before anything is written when a connection id would mean another
 * account or an account another connection id, `config.busy` (retryable), and whatever store and files throw.
 */
export async function applyConfiguration(draft: ConfigDraft, who: string, parts: ApplyParts): Promise<HubConfig> {
  const { store, files, clock, readDocument } = parts;
  const changed = otherAccounts(await knownConnections(store), draft.connections);
  if (changed.length > 0) {
    throw new HubError('config.other-account', `this would mix up accounts: ${changed.join('; ')}`, {
      retry: 'never',
    });
  }
  for (const file of documentsOf(draft))
    await files.put(documentFileKey(file), await readDocument(file), 'application/pdf');
  return store.applyConfig(draft, who, clock.nowMs());
}

/** More than are ever applied to one hub. */
const MOST_CONFIGS = 200;

/** Connections of all configurations that were applied to this hub: deals may still hang on one that is gone. */
export async function knownConnections(store: Pick<ConfigStore, 'listConfigs'>): Promise<readonly ConnectionPolicy[]> {
  return (await store.listConfigs(MOST_CONFIGS)).flatMap(({ config }) => config.connections);
}

/** Documents of our own, each once; templates are the e-sign provider's. */
function documentsOf(draft: ConfigDraft): ReadonlySet<string> {
  const rules = draft.contracts.flatMap(({ documents }) => documents);
  return new Set(rules.flatMap((rule) => ('file' in rule ? [rule.file] : [])));
}
