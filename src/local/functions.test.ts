import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTopology, type FunctionSpec } from '../topology.ts';
import { loadBundles } from './functions.ts';
import { optionsFrom } from './start-problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagepost-bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [spec] = createTopology().functions as [FunctionSpec];

function bundleIs(code: string): string {
  const place = mkdtempSync(join(folder, 'dist-'));
  mkdirSync(join(place, spec.name));
  writeFileSync(join(place, spec.name, 'index.mjs'), code);
  return place;
}

describe('functions out of built bundles', () => {
  it('are loaded by the name that they have in the topology', async () => {
    const { build } = await loadBundles(bundleIs('export const build = () => async () => "from the bundle";'))(spec);
    expect(await build({} as never)({})).toBe('from the bundle');
  });

  it('are asked for when nobody has built them', async () => {
    await expect(loadBundles(join(folder, 'nothing'))(spec)).rejects.toMatchObject({
      message: expect.stringMatching(/^The function webhooks has no bundle: .*index\.mjs does not exist\.$/),
      remedy: 'Run "npm run build" first; then the same command again.',
    });
  });

  it('are refused when they are something else', async () => {
    await expect(loadBundles(bundleIs('export const handler = 1;'))(spec)).rejects.toThrow(
      /index\.mjs exports no build\(environment\)$/,
    );
  });
});

describe('the options of the hub', () => {
  it('are none, or the bundles', () => {
    expect(optionsFrom([])).toEqual({ bundles: false });
    expect(optionsFrom(['--bundles'])).toEqual({ bundles: true });
  });

  it('are refused when nobody knows them, instead of doing something else', () => {
    expect(() => optionsFrom(['--bundle'])).toThrow('"--bundle" is no option of this command.');
  });
});
