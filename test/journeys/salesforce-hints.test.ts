import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, startStand } from './hub-stand.ts';
import {
  contractIs,
  inProcurement,
  notified,
  postSoap,
  recordedIn,
  requestsTo,
  SALESFORCE_PATH,
  salesforceEnvelopes,
  salesforceItems,
  salesforceToken,
  sentOpportunity,
  settled,
  silently,
  soap,
  stageIn,
  told,
} from './salesforce-stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

/** An opportunity that the hub knows. */
async function knownIn(stage: string): Promise<string> {
  const { id } = stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage });
  await until('it is recorded', async () => await stageIn(stand, id));
  await settled(stand);
  return id;
}

function readsOf(id: string): number {
  return requestsTo(stand, new RegExp(`FROM Opportunity WHERE Id = '${id}'`)).length;
}

describe('hints about a record', () => {
  it('of which 300 come within a second share a few reads, and the last of them is heard', async () => {
    const id = await knownIn('Qualification');
    stand.salesforce.requests.clear();
    const post = (count: number) =>
      Promise.all(Array.from({ length: count }, () => postSoap(stand, soap([notified(id)]))));
    await post(299);
    silently(stand, () => stand.salesforce.moveOpportunity(id, 'Demonstration'));
    await post(1);
    await recordedIn(stand, id, 'demonstration');
    await settled(stand);
    expect(readsOf(id)).toBeGreaterThan(0);
    expect(readsOf(id)).toBeLessThanOrEqual(20);
  });

  it('that 100 notifications of one message are about cause one read', async () => {
    const id = await knownIn('Qualification');
    stand.salesforce.requests.clear();
    await postSoap(stand, soap(Array.from({ length: 100 }, () => notified(id))));
    await settled(stand);
    expect(readsOf(id)).toBe(1);
  });

  it('are followed where the event could not say what happened', async () => {
    const id = await knownIn('Qualification');
    silently(stand, () => stand.salesforce.moveOpportunity(id, 'Solutioning'));
    stand.salesforce.relay.gap('UPDATE', [id]);
    await recordedIn(stand, id, 'solutioning');
    // A gap that tells of a deletion is no deletion: the record is there.
    stand.salesforce.relay.gap('DELETE', [id]);
    await settled(stand);
    expect((await salesforceItems(stand, id)).deal?.lanes[0]?.lifecycle.map(({ what }) => what)).toEqual(['created']);
  });

  it('bring what came after a read of the same second, where commits are told in whole seconds', async () => {
    const slow = await startStand({ speed: 1 });
    try {
      slow.salesforce.switches.set({ outboundMessages: false, commitInWholeSeconds: true });
      const { id } = slow.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Qualification' });
      await settled(slow);
      await until('a second has just begun', () => (slow.clock.nowMs() % 1000 < 100 ? true : undefined));
      slow.salesforce.moveOpportunity(id, 'Demonstration');
      await recordedIn(slow, id, 'demonstration');
      await settled(slow);
      slow.salesforce.moveOpportunity(id, 'Negotiation');
      await recordedIn(slow, id, 'negotiation');
    } finally {
      await slow.stop();
    }
  });
});

describe('a contract that waits for something in the record', () => {
  it('goes out as soon as a message says that the record has changed', async () => {
    const id = inProcurement(stand, { amount: undefined, lineItems: [] });
    await until('it is held', async () => (await salesforceItems(stand, id)).contracts[0]?.hold);
    await settled(stand);
    stand.salesforce.updateOpportunity(id, { Amount: 99_000 });
    await contractIs(stand, id, 'sent');
    await settled(stand);
    expect(salesforceEnvelopes(stand, id).map(({ status }) => status)).toEqual(['sent']);
  });
});

describe('a record that comes and goes', () => {
  it('shows on the deal as deleted and as restored when the change events say so', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    stand.salesforce.switches.set({ outboundMessages: false });
    stand.salesforce.deleteOpportunity(id);
    const deleted = /^contract 1 is out for signature since .*; the deal was deleted in the CRM; policy keep$/m;
    await until('it is told', async () => (deleted.test((await told(stand, id)).join('\n')) ? true : undefined));
    await settled(stand);
    expect(stand.esign.envelope(envelopeId).status).toBe('sent');
    stand.salesforce.undeleteOpportunity(id);
    const words = async () => (await salesforceItems(stand, id)).deal?.lanes[0]?.lifecycle.map(({ what }) => what);
    await until('it is back', async () => ((await words())?.includes('restored') ? true : undefined));
    expect(await words()).toEqual(['created', 'deleted', 'restored']);
    await settled(stand);
    expect((await told(stand, id)).join('\n')).not.toMatch(/deleted|gone from the CRM/);
    stand.salesforce.moveOpportunity(id, 'Negotiation');
    await until('its contract is voided', () => stand.esign.envelope(envelopeId).voidedReason);
    stand.salesforce.switches.set({ outboundMessages: true });
    await settled(stand);
  });
});

describe('a flow that calls out', () => {
  const url = () => `${stand.hub.url}${SALESFORCE_PATH}`;
  const deliveries = () =>
    stand.inboxMessages.map((body) => JSON.parse(body)).filter(({ provider }) => provider === 'salesforce').length;

  it.each([
    ['with an API key alone, as a hint', false, 0],
    ['with a body that Apex has signed, as a delivery like any other', true, 1],
  ])('moves a deal %s', async (_, isSigned, inInbox) => {
    const id = await knownIn('Qualification');
    const before = deliveries();
    stand.salesforce.flow.configure({
      url: url(),
      apiKey: salesforceToken(stand, 'apiKey'),
      hmacKey: isSigned ? salesforceToken(stand, 'bodyKey') : undefined,
    });
    silently(stand, () => stand.salesforce.moveOpportunity(id, 'Negotiation'));
    stand.salesforce.flow.configure(undefined);
    await recordedIn(stand, id, 'negotiation');
    expect(stand.salesforce.flow.sent().at(-1)?.status).toBe(200);
    expect(deliveries() - before).toBe(inInbox);
  });
});

describe('a flood of hints about records that nobody has', () => {
  it('makes no deal, is bounded by the budget of reads, and does not keep a HubSpot deal waiting', async () => {
    await settled(stand);
    const deals = (await stand.hub.store.listDeals(undefined, 100)).length;
    // Most of an hour's reads are used already.
    const note = await stand.hub.store.loadConnectionNote('salesforce-main', 'read-budget');
    const left = { tokens: 20, atMs: stand.clock.nowMs() };
    await stand.hub.store.saveConnectionNote('salesforce-main', 'read-budget', left, note?.version ?? 0);
    const lastNumber = () => stand.salesforce.requests.list().at(-1)?.number ?? 0;
    const [firstNumber, startedAtMs] = [lastNumber(), stand.clock.nowMs()];
    const ids = Array.from({ length: 500 }, (_, n) => `0065f0000F${String(n).padStart(5, '0')}`);
    for (let from = 0; from < ids.length; from += 100) {
      await postSoap(stand, soap(ids.slice(from, from + 100).map((id) => notified(id))));
    }
    const waits = () => stand.hub.cloud.queue('refresh-salesforce').bodies().length;
    await until('the flood has reached the readers', () => (waits() > 100 ? true : undefined));
    const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Procurement' });
    await until('the contract is sent', () => (envelopesOf(stand, id)[0]?.sentAtMs === undefined ? undefined : true));
    expect(waits()).toBeGreaterThan(100);

    await until('what was left is used', () => (lastNumber() - firstNumber >= 2 * 20 ? true : undefined));
    await pause(800);
    // Two calls for a record that is not there; 20 reads at once, and 1,500 an hour.
    const hours = (stand.clock.nowMs() - startedAtMs) / 3_600_000;
    expect(lastNumber() - firstNumber).toBeLessThanOrEqual(2 * (20 + 1_500 * hours) + 10);
    expect(waits()).toBeGreaterThan(0);
    expect((await stand.hub.store.listDeals(undefined, 100)).length).toBe(deals + 1);
  });
});
