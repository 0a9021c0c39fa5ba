import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ORG_ID, salesforceConnection } from '../../../../test/conformance/scripted-salesforce.ts';
import type { createSalesforceCrm } from './crm.ts';

/** More than half of it is the HTTP client that jsforce brings along and the adapter never calls. */
const BUDGET_BYTES = 1_400_000;

describe('the Salesforce adapter in a bundle', () => {
  it('still finds the parts of the package, stays within its budget, and can call', async () => {
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
        banner: {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __filename = ''; const __dirname = '';",
        },
        outfile,
        metafile: true,
        logLevel: 'error',
      });
      expect(Math.max(...Object.values(metafile.outputs).map(({ bytes }) => bytes))).toBeLessThan(BUDGET_BYTES);

      const bundle = (await import(pathToFileURL(outfile).href)) as { createSalesforceCrm: typeof createSalesforceCrm };
      const calls: string[] = [];
      const crm = bundle.createSalesforceCrm({
        connection: salesforceConnection({ orgId: ORG_ID, instanceUrl: 'https://acme.my.salesforce.com' }),
        readSecret: async () => ({ signingKeys: ['0123456789abcdef'], clientId: 'client', clientSecret: 's3cret' }),
        clock: { nowMs: () => 0 },
        fetch: async (input) => {
          calls.push(String(input));
          return String(input).endsWith('/token')
            ? Response.json({ access_token: 'token-1', instance_url: 'https://acme.my.salesforce.com' })
            : Response.json({ totalSize: 0, done: true, records: [] });
        },
      });
      expect(await crm.readPipelines()).toEqual([{ id: 'opportunities', label: 'Opportunities', stages: [] }]);
      expect(calls.map((url) => url.split('?')[0])).toEqual([
        'https://acme.my.salesforce.com/services/oauth2/token',
        'https://acme.my.salesforce.com/services/data/v66.0/query',
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
