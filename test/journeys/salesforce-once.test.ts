import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import { type Stand, startStand } from './hub-stand.ts';
import {
  contractIs,
  everythingIsThereOnce,
  recordedIn,
  requestsTo,
  salesforceEnvelopes,
  salesforceItems,
  sentOpportunity,
  settled,
  signAll,
  stageIn,
  told,
} from './salesforce-stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand({ timeScale: 6_000 });
});
afterEach(() => {
  stand.outage.clear();
  stand.salesforce.faults.clear();
});
afterAll(() => stand.stop());

const nameOf = (userId: string) => stand.salesforce.users().find(({ id }) => id === userId)?.name;

describe('an org whose answers get lost', () => {
  it('has every task, file, field and stage once, although each of these calls was answered too late', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    const lost = { kind: 'accept-then-time-out', delayMs: 20 } as const;
    stand.salesforce.faults.add({ ...lost, match: 'POST /sobjects/Task', times: 2 });
    stand.salesforce.faults.add({ ...lost, match: 'POST /sobjects/ContentVersion', times: 2 });
    stand.salesforce.faults.add({ ...lost, match: 'PATCH /sobjects/Opportunity', times: 2 });
    stand.salesforce.requests.clear();
    signAll(stand, envelopeId);
    await everythingIsThereOnce(stand, id);
    expect(stand.salesforce.faults.list()).toEqual([]);
    // Nobody sent any of it a second time: what was done was found.
    expect(requestsTo(stand, /^POST .*\/sobjects\/Task/)).toHaveLength(8);
    expect(requestsTo(stand, /^POST .*\/sobjects\/ContentVersion/)).toHaveLength(2);
    const { plans } = await salesforceItems(stand, id);
    expect(plans.map(({ play }) => play)).toEqual(['onboarding']);
  });

  it('hears the message again that nobody could take', async () => {
    stand.salesforce.relay.turn(false);
    stand.outage.add('sqs.SendMessage');
    const { id } = stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Negotiation' });
    const refused = () => stand.salesforce.outboundMessages.sent().find(({ status }) => status === 503);
    expect((await until('it was turned away', refused)).acknowledged).toBe(false);
    expect(await stageIn(stand, id)).toBeUndefined();
    stand.outage.clear();
    await recordedIn(stand, id, 'negotiation');
    stand.salesforce.relay.turn(true);
    await settled(stand);
  });
});

describe('an owner who has left', () => {
  it('hands on to the next of the rule, and where nobody is left that is said', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    for (const email of ['eve.tanaka@example.com', 'carla.reyes@example.com']) {
      stand.salesforce.setUserActive(email, false);
    }
    signAll(stand, envelopeId);
    await everythingIsThereOnce(stand, id);
    const owners = Object.fromEntries(
      stand.salesforce.tasks(id).map(({ subject, ownerId }) => [subject.split(' ', 1)[0], nameOf(ownerId)]),
    );
    expect(owners).toMatchObject({
      // Eve Tanaka, else Ben Lindqvist.
      Create: 'Ben Lindqvist',
      Train: 'Ben Lindqvist',
      'Kick-off': 'Ben Lindqvist',
      Hand: 'Ada Okafor',
    });
    // Carla Reyes, else Eve Tanaka: nobody of this rule is left. Salesforce gives such a task to whoever creates it.
    expect(owners).toMatchObject({ Migrate: 'Stagepost Integration', Connect: 'Stagepost Integration' });
    const { tasks } = await salesforceItems(stand, id);
    expect(tasks.find(({ taskKey }) => taskKey === 'data-migration')?.ownerWhy).toBe(
      'nobody owns this task: the CRM has no user carla.reyes@example.com and the CRM has no user eve.tanaka@example.com; assign it in the CRM',
    );
    for (const email of ['eve.tanaka@example.com', 'carla.reyes@example.com']) {
      stand.salesforce.setUserActive(email, true);
    }
  });
});

describe('an opportunity that goes back', () => {
  it('has its contract voided; when it returns another one goes out, and that is voided when it is lost', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    stand.salesforce.moveOpportunity(id, 'Negotiation');
    await contractIs(stand, id, 'voided');
    await settled(stand);
    expect(stand.esign.envelope(envelopeId).voidedReason).toMatch(
      /^the deal went back to negotiation on .*; policy void$/,
    );
    expect(stand.salesforce.opportunity(id).fields['Stagepost_Contract_Status__c']).toBe('voided');

    stand.salesforce.moveOpportunity(id, 'Procurement');
    await contractIs(stand, id, 'sent', 2);
    stand.salesforce.moveOpportunity(id, 'Closed Lost');
    await contractIs(stand, id, 'voided', 2);
    await settled(stand);
    expect(salesforceEnvelopes(stand, id).map(({ status }) => status)).toEqual(['voided', 'voided']);
    expect(await told(stand, id)).toContainEqual(
      expect.stringMatching(/^the deal was set to lost on .*; policy void$/),
    );
    expect(stand.salesforce.opportunity(id).fields['Stagepost_Contract_Status__c']).toBe('voided');
    expect(stand.salesforce.tasks(id)).toEqual([]);
    // Each of the three parties in turn: only the first was asked, twice, and told twice that it is void.
    const mails = stand.esign
      .mails()
      .filter((mail) => salesforceEnvelopes(stand, id).some((each) => each.envelopeId === mail.envelopeId));
    expect(mails.map(({ kind, to }) => `${kind} ${to}`)).toEqual([
      'invitation dmitri.sokolov@example.com',
      'voided dmitri.sokolov@example.com',
      'invitation dmitri.sokolov@example.com',
      'voided dmitri.sokolov@example.com',
    ]);
  });
});
