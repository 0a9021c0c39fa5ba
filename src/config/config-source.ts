import { HubError } from '../domain/errors.ts';
import type { HubConfig } from '../domain/policies.ts';
import type { Clock } from '../platform/clock.ts';

/** What changed is in force everywhere after this time. */
const CACHE_MS = 60_000;
/** Versions never change; a few are enough for deals that were recorded under an older one. */
const KEPT_VERSIONS = 20;

export interface ConfigSource {
  /**
   * The configuration in force, at most 60 seconds old. Throws HubError `config.missing` (retryable) when none was
   * ever applied, and whatever the store throws.
   */
  latest(): Promise<HubConfig>;
  /** A certain version. Throws HubError `config.unknown-version` (never) when the store does not have it. */
  version(version: number): Promise<HubConfig>;
}

/** Reads applied configurations from the store; callers at the same time share one read. */
export function createConfigSource(
  store: {
    latestConfig(): Promise<HubConfig | undefined>;
    loadConfig(version: number): Promise<HubConfig | undefined>;
  },
  clock: Clock,
): ConfigSource {
  let cached: { config: HubConfig; readAtMs: number } | undefined;
  let reading: Promise<HubConfig> | undefined;
  const versions = new Map<number, HubConfig>();

  function keep(config: HubConfig): HubConfig {
    versions.set(config.version, config);
    const [oldest] = versions.keys();
    if (versions.size > KEPT_VERSIONS && oldest !== undefined) versions.delete(oldest);
    return config;
  }

  async function read(): Promise<HubConfig> {
    const readAtMs = clock.nowMs();
    const config = await store.latestConfig();
    if (config === undefined) {
      throw new HubError('config.missing', 'no configuration was applied yet; apply stagepost.config.yaml first', {
        retry: { afterMs: CACHE_MS },
      });
    }
    cached = { config: keep(config), readAtMs };
    return config;
  }

  return {
    async latest() {
      if (cached !== undefined && clock.nowMs() - cached.readAtMs < CACHE_MS) return cached.config;
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    async version(version) {
      const known = versions.get(version);
      if (known !== undefined) return known;
      const config = await store.loadConfig(version);
      if (config !== undefined) return keep(config);
      throw new HubError('config.unknown-version', `configuration version ${version} is not in the store`, {
        retry: 'never',
        context: { version },
      });
    },
  };
}
