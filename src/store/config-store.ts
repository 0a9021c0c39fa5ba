import { HubError } from '../domain/errors.ts';
import type { HubConfig } from '../domain/policies.ts';
import { CONFIG_PK, CONFIG_PREFIX, configKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { assertFormat, dataOf } from './versioned.ts';

/** An applied configuration with who applied it and when. */
export interface AppliedConfig {
  readonly config: HubConfig;
  readonly who: string;
  readonly atMs: number;
}

export interface ConfigStore {
  latestConfig(): Promise<HubConfig | undefined>;
  loadConfig(version: number): Promise<HubConfig | undefined>;
  /** Latest first. */
  listConfigs(limit: number): Promise<readonly AppliedConfig[]>;
  /**
   * Gives the configuration the next number. One that says the same as the latest is not applied again: the latest is
   * returned. Throws HubError `config.busy` (retryable) when others keep applying at the same time.
   */
  applyConfig(config: Omit<HubConfig, 'version'>, who: string, atMs: number): Promise<HubConfig>;
}

interface StoredConfig extends AppliedConfig {
  readonly v: 1;
}

/** What the configuration says has a format of its own: a newer one could mean something else by the same words. */
function appliedOf(item: Item<StoredConfig>): StoredConfig {
  const data = dataOf(item);
  assertFormat(item, data.config);
  return data;
}

/** The same content gives the same text, whatever the order of the keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

export function createConfigStore(table: Table): ConfigStore {
  async function listConfigs(limit: number): Promise<readonly AppliedConfig[]> {
    const items = await table.query<StoredConfig>(CONFIG_PK, { prefix: CONFIG_PREFIX, limit, descending: true });
    return items.map(appliedOf);
  }

  return {
    latestConfig: async () => (await listConfigs(1))[0]?.config,
    listConfigs,
    async loadConfig(version) {
      const item = await table.get<StoredConfig>(configKey(version));
      return item === undefined ? undefined : appliedOf(item).config;
    },
    async applyConfig(config, who, atMs) {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const latest = (await listConfigs(1))[0]?.config;
        if (latest !== undefined) {
          const { version: _version, ...content } = latest;
          if (canonical(content) === canonical(config)) return latest;
        }
        const next: HubConfig = { ...config, version: (latest?.version ?? 0) + 1 };
        const data: StoredConfig = { v: 1, config: next, who, atMs };
        const outcome = await table.create({ ...configKey(next.version), version: 1, data });
        if (outcome === 'written') return next;
      }
      throw new HubError(
        'config.busy',
        'Others are applying configurations at the same time; look at the latest one and apply yours again.',
        { retry: { afterMs: 1_000 } },
      );
    },
  };
}
