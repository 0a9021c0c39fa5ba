import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../cdk/bundle.ts';
import type { LoadFunction } from '../../src/local/functions.ts';
import { startLocalHub } from '../../src/local/hub.ts';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { silentLog } from '../../src/platform/log.ts';
import { ROOT } from '../architecture/load-repository.ts';

const outdir = mkdtempSync(join(tmpdir(), 'stagepost-bundled-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** A path inside an SDK that moved, or a `require` that only fails when called, shows here and not before. */
const loadBundled: LoadFunction = async (spec) => {
  const { folder } = await bundleFunction(spec, { root: ROOT, outdir });
  return import(pathToFileURL(join(folder, 'index.mjs')).href);
};

describe('the bundles that are deployed', () => {
  it('carry a deal from the first stage to onboarding, with every SDK call on the way', async () => {
    const hub = await startLocalHub({
      folder: undefined,
      configFile: join(ROOT, 'stagepost.config.yaml'),
      port: 0,
      log: silentLog,
      load: loadBundled,
    });
    try {
      const played = await playJourney(hub, () => {});
      expect(await readBack(hub, played)).toMatchObject({ problems: [], envelopesSent: 1, signed: 3, attachments: 2 });
    } finally {
      await hub.stop();
    }
  }, 240_000);
});
