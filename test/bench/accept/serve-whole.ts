/** The whole hub with its simulators in a process of its own: what is accepted is also recorded, and acted on. */
import { currentStage } from '../../../src/domain/entries.ts';
import { startLocalHub } from '../../../src/local/hub.ts';
import { SAMPLE_DEAL } from '../../../src/local/play/journey.ts';
import { until } from '../../../src/local/play/until.ts';
import { createJsonLog } from '../../../src/platform/log.ts';
import { answerParent } from '../answer-parent.ts';
import type { Drained, WholeReady } from './messages.ts';
import { stateFolder, WEBHOOK_PATH } from './server.ts';

const DEALS = 30;
const DRAIN_WITHIN_MS = 60_000;

let recorded = 0;
const log = createJsonLog((line) => {
  if (line.includes('"delivery.recorded"')) recorded += 1;
}, 'bench');
const hub = await startLocalHub({
  folder: stateFolder(),
  configFile: 'stagepost.config.yaml',
  port: 0,
  log,
});
const crm = hub.sandbox.hubspot.control;
const recordIds = Array.from({ length: DEALS }, () => crm.createDeal({ ...SAMPLE_DEAL, stage: 'Qualification' }).id);
for (const id of recordIds) {
  await until(`deal ${id} is recorded`, async () => {
    const dealId = await hub.store.resolveAlias('hubspot-main', id);
    const deal = dealId === undefined ? undefined : await hub.store.loadDeal(dealId);
    return deal !== undefined && currentStage(deal) === 'qualification' ? true : undefined;
  });
}
await hub.host.whenQuiet(DRAIN_WITHIN_MS);

const secret = hub.sandbox.secrets['hubspot'] as { readonly signingKeys: readonly string[] };
const ready: WholeReady = { url: hub.url, path: WEBHOOK_PATH, signingKey: secret.signingKeys[0] ?? '', recordIds };
answerParent(
  ready,
  async (): Promise<Drained> => {
    await hub.host.whenQuiet(DRAIN_WITHIN_MS);
    const drained = { recorded };
    recorded = 0;
    return drained;
  },
  () => hub.stop(),
);
