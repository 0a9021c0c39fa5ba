import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SWITCHES, type SalesforceSwitches } from '../../src/crm/salesforce/simulator/switches.ts';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import { type Stand, startStand } from './hub-stand.ts';
import {
  contractIs,
  everythingIsThereOnce,
  inProcurement,
  recordedIn,
  salesforceEnvelopes,
  salesforceItems,
  sentOpportunity,
  settled,
  signAll,
  told,
} from './salesforce-stand.ts';
import { quarantine } from './signed-webhook.ts';

/** Whatever no public source settles, and what orgs choose, the other way round than in the other journeys. */
const OTHER_WAY: Partial<SalesforceSwitches> = {
  uniqueTaskKey: true,
  duplicateFields: 'named',
  multiCurrency: true,
  recordTypes: true,
  restrictedStages: true,
  fieldHistory: 'on',
  lockStatus: 500,
  pageSize: 1,
  orgIdLength: 15,
  soapContentType: 'application/xml',
  soapActionHeader: false,
  deletedNotification: 'empty-object',
  contactRoleMessages: true,
  apiUserSendsMessages: false,
  outboundMessageFields: ['Id'],
  relayIds: true,
  commitInWholeSeconds: true,
  commitDelayMs: 700,
};

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
  stand.salesforce.switches.set(OTHER_WAY);
});
afterAll(() => stand.stop());

describe('an org in which everything is the other way round', () => {
  it('is another one than that of the other journeys in every one of these points', () => {
    for (const [name, value] of Object.entries(OTHER_WAY)) {
      expect(value, name).not.toEqual(DEFAULT_SWITCHES[name as keyof SalesforceSwitches]);
    }
  });

  it('gets its contract, in the currency of the record, and everything that follows from it once', async () => {
    const { id, envelopeId } = await sentOpportunity(stand, { currency: 'USD' });
    const [envelope] = salesforceEnvelopes(stand, id);
    expect(JSON.stringify(envelope?.recipients.map(({ tabs }) => tabs))).toContain('"$96,000.00"');
    expect((await salesforceItems(stand, id)).deal?.details.currency).toBe('USD');
    stand.salesforce.faults.add({ kind: 'server-error', error: 'lock-row', match: 'PATCH', times: 2 });
    const lost = { kind: 'accept-then-time-out', delayMs: 20 } as const;
    stand.salesforce.faults.add({ ...lost, match: 'POST /sobjects/Task', times: 1 });
    signAll(stand, envelopeId);
    await everythingIsThereOnce(stand, id);
    expect(stand.salesforce.faults.list()).toEqual([]);
    const keys = stand.salesforce.tasks(id).map(({ fields }) => fields['Stagepost_Key__c']);
    expect(new Set(keys).size).toBe(8);
    expect(await quarantine(stand)).toEqual([]);
    expect(stand.salesforce.outboundMessages.waiting()).toEqual([]);
  });

  it('is heard by each of its two ways alone', async () => {
    stand.salesforce.relay.turn(false);
    const { id } = stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Negotiation' });
    await recordedIn(stand, id, 'negotiation');
    stand.salesforce.relay.turn(true);
    stand.salesforce.switches.set({ outboundMessages: false });
    stand.salesforce.moveOpportunity(id, 'Demonstration');
    await recordedIn(stand, id, 'demonstration');
    stand.salesforce.switches.set({ outboundMessages: true });
    await settled(stand);
  });

  it('may send a message of an opportunity that is gone by then, in either form, and it is acknowledged and counted', async () => {
    stand.salesforce.relay.turn(false);
    for (const deletedNotification of ['empty-object', 'no-object'] as const) {
      stand.salesforce.switches.set({ deletedNotification });
      const sent = stand.salesforce.outboundMessages.sent().length;
      const { id } = stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, contacts: [] });
      stand.salesforce.deleteOpportunity(id);
      stand.salesforce.outboundMessages.flush();
      await until('it is acknowledged', () =>
        stand.salesforce.outboundMessages.sent().length > sent ? stand.salesforce.outboundMessages.sent() : undefined,
      );
      await settled(stand);
      expect(stand.salesforce.outboundMessages.sent().at(-1)?.acknowledged).toBe(true);
      expect((await salesforceItems(stand, id)).deal).toBeUndefined();
    }
    const day = new Date(stand.clock.nowMs()).toISOString().slice(0, 10);
    const ignored = (await stand.hub.store.listDeliveries(day, 100)).map((delivery) => delivery.ignored);
    expect(ignored.filter((kinds) => 'notification-without-record' in kinds)).toHaveLength(2);
    expect(await quarantine(stand)).toEqual([]);
    stand.salesforce.relay.turn(true);
  });

  it('tells of a contact role, and a contract that waited for one goes out', async () => {
    const [signer = { email: '' }] = SAMPLE_OPPORTUNITY.contacts ?? [];
    const id = inProcurement(stand, { contacts: [] });
    const held = await until('it is held', async () => (await salesforceItems(stand, id)).contracts[0]?.hold);
    expect(held.remedy).toBe('add the label "Contract signer" to a contact of the deal in the CRM');
    await settled(stand);
    stand.salesforce.addContactRole(id, signer);
    await contractIs(stand, id, 'sent');
    await settled(stand);
    expect((await told(stand, id)).join('\n')).not.toContain('add the label');
  });
});
