import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { startLocalHub } from './hub.ts';
import { isSandboxConnection, readRealSecrets } from './real-secrets.ts';
import { refuseOtherAccounts } from './same-accounts.ts';

const crm = { id: 'hubspot-main', provider: 'hubspot', role: 'crm', mode: 'observe', effectsFromMs: 0 } as const;

async function envFile(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'stagepost-env-')), '.env');
  await writeFile(file, text);
  return file;
}

describe('what plays by itself', () => {
  it('refuses to start when a connection would reach a real account', async () => {
    const sample = await readFile('stagepost.config.yaml', 'utf8');
    const configFile = join(await mkdtemp(join(tmpdir(), 'stagepost-real-')), 'stagepost.config.yaml');
    await writeFile(configFile, sample.replace('baseUrl: http://127.0.0.1:4201', 'baseUrl: https://api.hubapi.com'));
    const start = startLocalHub({ folder: undefined, configFile, port: 0, log: silentLog });
    await expect(start).rejects.toThrow('hubspot-main would reach real accounts');
  });
});

describe('a simulated account', () => {
  it.each([
    ['http://127.0.0.1:4201', true],
    ['http://localhost:4201/x', true],
    ['https://api.hubapi.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com:4201', false],
  ])('is told by its address: %s', (baseUrl, expected) => {
    expect(isSandboxConnection({ ...crm, settings: { baseUrl } })).toBe(expected);
  });
});

describe('an account whose pages are on this machine', () => {
  it('is real when its API is not', () => {
    const settings = { baseUrl: 'https://api.hubapi.com', appUrl: 'http://localhost:9' };
    expect(isSandboxConnection({ ...crm, settings })).toBe(false);
  });
});

describe('a connection id', () => {
  const sandbox = { ...crm, settings: { portalId: 24681012, baseUrl: 'http://127.0.0.1:4201' } };
  const real = { ...crm, settings: { portalId: 24681012, baseUrl: 'https://api.hubapi.com' } };

  it('does not become another account', () => {
    expect(() => refuseOtherAccounts([sandbox], [real])).toThrow(
      'hubspot-main was the hubspot account 24681012 of the sandbox, and would now be the hubspot account 24681012',
    );
    const other = { ...sandbox, settings: { ...sandbox.settings, portalId: 5 } };
    expect(() => refuseOtherAccounts([sandbox], [other])).toThrow('hubspot account 5 of the sandbox');
  });

  it('may keep its account on another port, and be new', () => {
    const moved = { ...sandbox, settings: { ...sandbox.settings, baseUrl: 'http://127.0.0.1:5301' } };
    expect(() => refuseOtherAccounts([sandbox], [moved, { ...real, id: 'hubspot-acme' }])).not.toThrow();
  });
});

describe('secrets of real accounts', () => {
  const connection = { ...crm, settings: { portalId: 1, baseUrl: 'https://api.hubapi.com' } };

  it('come out of .env under the name of the connection', async () => {
    const file = await envFile(`STAGEPOST_SECRET_HUBSPOT_MAIN='{"signingKeys":["k"],"accessToken":"pat-1"}'\n`);
    expect(await readRealSecrets([connection], file)).toEqual({
      'stagepost/hubspot-main': { signingKeys: ['k'], accessToken: 'pat-1' },
    });
  });

  it('are asked for by name when they are missing, with an example', async () => {
    const problem = readRealSecrets([connection], await envFile(''));
    await expect(problem).rejects.toMatchObject({
      message: expect.stringContaining('STAGEPOST_SECRET_HUBSPOT_MAIN: is not set'),
      remedy: expect.stringContaining('"signingKeys"'),
    });
  });

  it('are never quoted when they are wrong', async () => {
    const file = await envFile(`STAGEPOST_SECRET_HUBSPOT_MAIN='{"signingKeys":["hush-hush"]}'\n`);
    const problem = await readRealSecrets([connection], file).catch((error: unknown) => error);
    expect(String(problem)).toContain('accessToken');
    expect(String(problem)).not.toContain('hush-hush');
  });
});
