import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { currentStage } from '../../src/domain/entries.ts';
import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import { silentLog } from '../../src/platform/log.ts';

const MINUTE_MS = 60_000;

let aheadMs = 0;
let hub: LocalHub;
beforeAll(async () => {
  // A clock that can be put forward: what is longer ago than the overlap of two catch-ups was a quarter of an hour ago.
  const clock = { nowMs: () => Date.now() + aheadMs };
  const options = { folder: undefined, configFile: 'stagepost.config.yaml', port: 0, log: silentLog };
  hub = await startLocalHub({ ...options, clock, timeScale: 100_000 });
});
afterEach(() => hub.sandbox.salesforce.control.faults.clear());
afterAll(() => hub.stop());

const org = () => hub.sandbox.salesforce.control;

async function stageOf(id: string) {
  const deal = await hub.store.loadDeal(`salesforce-main.${id}`);
  return deal === undefined ? undefined : currentStage(deal);
}

async function reaches(id: string, stage: string): Promise<void> {
  await until(`it is recorded in ${stage}`, async () => ((await stageOf(id)) === stage ? true : undefined));
  await hub.host.whenQuiet(20_000);
}

async function catchUp(): Promise<Record<string, unknown>> {
  const report = await hub.host.fire('catch-up');
  await hub.host.whenQuiet(20_000);
  return report as Record<string, unknown>;
}

/** An opportunity that the hub knows, and from now on neither a message nor an event arrives. */
async function knownAndUnheard(): Promise<string> {
  const { id } = org().createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Qualification' });
  await reaches(id, 'qualification');
  org().faults.add({ kind: 'webhook-drop', match: '' });
  return id;
}

it('the next catch-up finds what a lost message would have told', async () => {
  const id = await knownAndUnheard();
  org().moveOpportunity(id, 'Demonstration');
  await hub.host.whenQuiet(20_000);
  expect(await stageOf(id)).toBe('qualification');
  expect(await catchUp()).toMatchObject({ failures: 0, unfinished: [] });
  await reaches(id, 'demonstration');
});

it('the next catch-up finds that an opportunity was deleted, of which no message ever tells', async () => {
  const id = await knownAndUnheard();
  org().deleteOpportunity(id);
  await catchUp();
  const deal = await hub.store.loadDeal(`salesforce-main.${id}`);
  expect(deal?.lanes[0]?.lifecycle.at(-1)?.what).toBe('deleted');
});

it('an event that too much has changed makes the next catch-up look as far back as the trouble began', async () => {
  const id = await knownAndUnheard();
  org().moveOpportunity(id, 'Negotiation');
  const changedAtMs = Date.now() + aheadMs;
  // The org shows the change later than two catch-ups overlap: as if one had been there and not seen it.
  aheadMs += 40 * MINUTE_MS;
  const note = await hub.store.loadConnectionNote('salesforce-main', 'watermark');
  const reached = { untilMs: Date.now() + aheadMs - MINUTE_MS };
  await hub.store.saveConnectionNote('salesforce-main', 'watermark', reached, note?.version ?? 0);
  await catchUp();
  expect(await stageOf(id)).toBe('qualification');

  const header = {
    entityName: 'Opportunity',
    recordIds: ['000000000000000AAA'],
    changeType: 'GAP_OVERFLOW',
    commitTimestamp: changedAtMs,
    commitNumber: 1,
    sequenceNumber: 1,
  };
  const { source } = org().relay;
  const event = { version: '0', id: 'overflow-of-a-test', source, detail: { payload: { ChangeEventHeader: header } } };
  await hub.cloud.deliverPartnerEvent(JSON.stringify(event));
  await hub.host.whenQuiet(20_000);
  expect(await stageOf(id)).toBe('qualification');
  await catchUp();
  await reaches(id, 'negotiation');
});
