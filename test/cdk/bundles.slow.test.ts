import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../cdk/bundle.ts';
import { loadBundles } from '../../src/local/functions.ts';
import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { playJourney } from '../../src/local/play/journey.ts';
import { type EndState, readBack, readBackSalesforce, readBackTwin } from '../../src/local/play/read-back.ts';
import { playSalesforceDeal } from '../../src/local/play/salesforce-deal.ts';
import { playTwinDeal } from '../../src/local/play/twin-deal.ts';
import { silentLog } from '../../src/platform/log.ts';
import { createTopology } from '../../src/topology.ts';
import { ROOT } from '../architecture/load-repository.ts';

const outdir = mkdtempSync(join(tmpdir(), 'stagepost-bundled-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

// A path inside an SDK that moved, or a `require` that only fails when called, shows here and not before.
beforeAll(async () => {
  for (const spec of createTopology().functions) await bundleFunction(spec, { root: ROOT, outdir });
}, 120_000);

async function withBundledHub(play: (hub: LocalHub) => Promise<EndState>): Promise<EndState> {
  const hub = await startLocalHub({
    folder: undefined,
    configFile: join(ROOT, 'stagepost.config.yaml'),
    port: 0,
    log: silentLog,
    load: loadBundles(outdir),
  });
  try {
    return await play(hub);
  } finally {
    await hub.stop();
  }
}

describe('the bundles that are deployed', () => {
  it.each([
    ['HubSpot', async (hub: LocalHub) => readBack(hub, await playJourney(hub, () => {}))],
    ['Salesforce', async (hub: LocalHub) => readBackSalesforce(hub, await playSalesforceDeal(hub, () => {}))],
    ['both CRMs', async (hub: LocalHub) => readBackTwin(hub, await playTwinDeal(hub, () => {}))],
  ])(
    'carry a deal of %s from the first stage to onboarding, with every SDK call on the way',
    async (_crm, play) => {
      expect(await withBundledHub(play)).toMatchObject({ problems: [], envelopesSent: 1, signed: 3, attachments: 2 });
    },
    240_000,
  );
});
