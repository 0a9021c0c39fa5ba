import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { hubspotConnection } from '../../../../test/conformance/scripted-hubspot.ts';
import type { createHubSpotCrm } from './crm.ts';

/** The package's root alone would bundle to 4.7 MB. */
const BUDGET_BYTES = 750_000;

describe('the HubSpot adapter in a bundle', () => {
  it('still finds the parts of the package, stays small, and can call', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stagepost-bundle-'));
    try {
      const outfile = join(folder, 'crm.mjs');
      const { metafile } = await build({
        entryPoints: [new URL('./crm.ts', import.meta.url).pathname],
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'node',
        target: 'node24',
        mainFields: ['module', 'main'],
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
        outfile,
        metafile: true,
        logLevel: 'error',
      });
      expect(Math.max(...Object.values(metafile.outputs).map(({ bytes }) => bytes))).toBeLessThan(BUDGET_BYTES);

      const bundle = (await import(pathToFileURL(outfile).href)) as { createHubSpotCrm: typeof createHubSpotCrm };
      const calls: string[] = [];
      const crm = bundle.createHubSpotCrm({
        connection: hubspotConnection({ portalId: 24681012 }),
        readSecret: async () => ({ signingKeys: ['k'], accessToken: 'pat' }),
        clock: { nowMs: () => 0 },
        fetch: async (input) => {
          calls.push(String(input));
          return Response.json({ results: [] });
        },
      });
      expect(await crm.readPipelines()).toEqual([]);
      expect(calls).toEqual(['https://api.hubapi.com/crm/v3/pipelines/deals']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
