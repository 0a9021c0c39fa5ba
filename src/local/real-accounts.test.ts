import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { startLocalHub } from './hub.ts';
import { readRealSecrets } from './real-secrets.ts';

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
