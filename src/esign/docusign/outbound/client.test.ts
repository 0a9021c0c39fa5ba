import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  connectionTo,
  PRIVATE_KEY_PEM,
  type ScriptedDocuSign,
  startScriptedDocuSign,
} from './scripted-docusign.ts';

let docusign: ScriptedDocuSign;
let folder: string;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
  folder = await mkdtemp(join(tmpdir(), 'stagepost-docusign-'));
});
afterEach(async () => {
  await docusign.stop();
  await rm(folder, { recursive: true, force: true });
});

// The SDK is UMD behind deep paths: a path that moves, or a wrapper that a bundler misreads, must fail here.
test('makes its calls out of a minified ESM bundle too, of less than 1.9 MB', async () => {
  const outfile = join(folder, 'esign.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./esign.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  expect((await stat(outfile)).size).toBeLessThan(1_900_000);
  const bundled: typeof import('./esign.ts') = await import(pathToFileURL(outfile).href);
  const port = bundled.createDocuSignESign({
    connection: connectionTo(docusign.url),
    readSecret: async () => ({ signingKeys: ['k'], privateKey: PRIVATE_KEY_PEM }),
    clock: { nowMs: () => Date.parse('2026-11-20T10:00:00Z') },
  });
  docusign.answer({ status: 200, json: {} });
  expect(await port.check()).toEqual({ accountId: ACCOUNT });
  expect(docusign.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /restapi/v2.1/accounts/${ACCOUNT}/envelopes`,
  ]);
});
