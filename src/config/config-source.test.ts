import { describe, expect, it } from 'vitest';
import type { HubConfig } from '../domain/policies.ts';
import { createConfigSource } from './config-source.ts';

function config(version: number): HubConfig {
  return {
    v: 1,
    version,
    publicUrl: 'https://hooks.example.com',
    company: 'Northwind',
    calendar: { timeZone: 'Europe/Berlin', holidays: [], dueHour: 17 },
    connections: [],
    pipelines: [],
    contracts: [],
    plays: [],
    maxEntryAgeDays: 30,
  };
}

function setup(latest: number | undefined) {
  const calls: string[] = [];
  const clock = { ms: 1_000_000, nowMs: () => clock.ms };
  const store = {
    latest,
    async latestConfig() {
      calls.push('latest');
      return store.latest === undefined ? undefined : config(store.latest);
    },
    async loadConfig(version: number) {
      calls.push(`version ${version}`);
      return version <= (store.latest ?? 0) ? config(version) : undefined;
    },
  };
  return { source: createConfigSource(store, clock), store, clock, calls };
}

describe('createConfigSource', () => {
  it('reads the configuration in force once a minute', async () => {
    const { source, store, clock, calls } = setup(3);
    expect((await source.latest()).version).toBe(3);
    store.latest = 4;
    clock.ms += 59_999;
    expect((await source.latest()).version).toBe(3);
    clock.ms += 1;
    expect((await source.latest()).version).toBe(4);
    expect(calls).toEqual(['latest', 'latest']);
  });

  it('lets callers at the same time share one read', async () => {
    const { source, calls } = setup(3);
    await Promise.all([source.latest(), source.latest(), source.latest()]);
    expect(calls).toEqual(['latest']);
  });

  it('says that none was applied, and looks again at the next call', async () => {
    const { source, store } = setup(undefined);
    await expect(source.latest()).rejects.toMatchObject({ code: 'config.missing', retry: { afterMs: 60_000 } });
    store.latest = 1;
    expect((await source.latest()).version).toBe(1);
  });

  it('does not keep a failure of the store', async () => {
    const { source, store } = setup(2);
    const read = store.latestConfig;
    store.latestConfig = () => Promise.reject(new Error('table is away'));
    await expect(source.latest()).rejects.toThrow('table is away');
    store.latestConfig = read;
    expect((await source.latest()).version).toBe(2);
  });

  it('keeps versions, which never change', async () => {
    const { source, calls } = setup(3);
    await source.version(2);
    await source.version(2);
    await source.latest();
    await source.version(3);
    expect(calls).toEqual(['version 2', 'latest']);
  });

  it('keeps at most twenty of them', async () => {
    const { source, calls } = setup(30);
    for (let version = 1; version <= 21; version += 1) await source.version(version);
    await source.version(21);
    await source.version(1);
    expect(calls.slice(-2)).toEqual(['version 21', 'version 1']);
  });

  it('names a version that the store does not have', async () => {
    const { source } = setup(3);
    await expect(source.version(9)).rejects.toMatchObject({
      code: 'config.unknown-version',
      message: 'configuration version 9 is not in the store',
      retry: 'never',
    });
  });
});
