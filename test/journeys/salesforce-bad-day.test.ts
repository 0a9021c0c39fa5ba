import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { type Stand, startStand } from './hub-stand.ts';
import {
  contractIs,
  everythingIsThereOnce,
  requestsTo,
  salesforceItems,
  sentOpportunity,
  settled,
  signAll,
  silently,
  told,
} from './salesforce-stand.ts';
import { act } from './signed-webhook.ts';

const UPDATE = /^PATCH .*\/sobjects\/Opportunity\//;

let stand: Stand;
beforeAll(async () => {
  stand = await startStand({ speed: 60 });
});
afterEach(() => {
  stand.salesforce.faults.clear();
  stand.salesforce.validationRules.clear();
});
afterAll(() => stand.stop());

async function writes(id: string): Promise<Readonly<Record<string, string>>> {
  const items = await salesforceItems(stand, id);
  return Object.fromEntries(items.writes.map(({ key, state }) => [key, state]));
}

/** What waits for a person. */
async function remedies(id: string): Promise<readonly string[]> {
  const { standing } = await salesforceItems(stand, id);
  return standing.flatMap(({ reason, remedy }) => (remedy === undefined ? [] : [`${reason.sentence}; ${remedy}`]));
}

/** A signed contract, whose hand-over meets this trouble for the first time. */
async function signedIn(trouble: (id: string) => void): Promise<string> {
  const { id, envelopeId } = await sentOpportunity(stand);
  stand.salesforce.requests.clear();
  trouble(id);
  signAll(stand, envelopeId);
  await contractIs(stand, id, 'completed');
  return id;
}

describe('an org whose calls of the day are spent', () => {
  it.each(['daily', 'concurrent'] as const)(
    'is waited for: nobody is asked to do anything, and all of it is there once when it answers again (%s)',
    async (limit) => {
      const id = await signedIn(() => stand.salesforce.faults.add({ kind: 'rate-limit', limit, match: '' }));
      await until('it was asked several times', () => (requestsTo(stand, /./).length >= 4 ? true : undefined));
      expect(await remedies(id)).toEqual([]);
      const words = {
        daily:
          "the Salesforce org's limit of API calls in 24 hours is spent (Setup, Company Information, API Requests); tried again every 15 minutes",
        concurrent: 'too many calls are running in the Salesforce org at the same time; the call is made again shortly',
      };
      const waits = `work on what the CRM has to be told waits: ${words[limit]}`;
      await until('it is told', async () => ((await told(stand, id)).join('\n').includes(waits) ? true : undefined));
      expect(stand.salesforce.tasks(id)).toEqual([]);
      expect(stand.hub.cloud.queue('write-back-salesforce').bodies().length).toBeGreaterThan(0);
      stand.salesforce.faults.clear();
      await everythingIsThereOnce(stand, id);
    },
  );
});

describe('a record that somebody else changes all the time', () => {
  it('is tried again: files go ahead, and stage and fields follow once it is free', async () => {
    const id = await signedIn((held) => stand.salesforce.locks.hold(held));
    await until('it was locked for us twice', () => (requestsTo(stand, UPDATE).length >= 2 ? true : undefined));
    await until('the files are there', () => (stand.salesforce.opportunity(id).files.length === 2 ? true : undefined));
    expect(stand.salesforce.opportunity(id).stage.id).toBe('Procurement');
    expect(await told(stand, id)).toContain(
      'work on what the CRM has to be told waits: the record is locked by another change in Salesforce; tried again shortly',
    );
    expect(await remedies(id)).toEqual([]);
    stand.salesforce.locks.release(id);
    await everythingIsThereOnce(stand, id);
  });

  it('gets its tasks once, although half of them met the lock', async () => {
    const id = await signedIn(() => {
      const lock = { kind: 'server-error', error: 'lock-row', match: 'POST /sobjects/Task' } as const;
      stand.salesforce.faults.add({ ...lock, times: 4 });
    });
    await everythingIsThereOnce(stand, id);
  });
});

describe('a validation rule of the org', () => {
  const NOTICE = 'Not written to the CRM: Fabrikam Logistics - analytics rollout';
  const rule = {
    when: { StageName: ['Implementation'] },
    required: ['Type'],
    message: 'Say what kind of business it is before the deal is won.',
    fields: ['Type'],
  };
  const sentence =
    'a validation rule of the Salesforce org refuses the change (Type): "Say what kind of business it is before the deal is won."; meet the rule in the record, or exempt the integration user from it; mend the cause in the CRM, then `npx stagepost retry` the deal';

  it('holds the stage alone, tells the owner once in the words of the rule, and lets it go after a retry', async () => {
    const id = await signedIn(() => stand.salesforce.validationRules.add(rule));
    await until('it is told', async () => ((await told(stand, id)).includes(sentence) ? true : undefined));
    await settled(stand);
    expect(await remedies(id)).toEqual([sentence]);
    expect(await writes(id)).toMatchObject({
      fields: 'done',
      'file/contract-1/certificate': 'done',
      'file/contract-1/signed-document': 'done',
      'stage/contract-1': 'held',
    });
    expect(stand.salesforce.opportunity(id).files).toHaveLength(2);
    // A rule is no trouble that passes: it is not tried again until somebody says so.
    const tries = requestsTo(stand, UPDATE).length;
    await settled(stand);
    expect(requestsTo(stand, UPDATE)).toHaveLength(tries);
    for (let again = 0; again < 2; again += 1) {
      await act(stand, `/deals/salesforce-main.${id}/retry`);
      await settled(stand);
    }
    const owner = stand.salesforce.users().find(({ email }) => email === 'ada.okafor@example.com');
    const notices = stand.salesforce.tasks(id);
    expect(notices.map(({ subject, ownerId }) => [subject, ownerId])).toEqual([[NOTICE, owner?.id]]);
    expect(notices[0]?.description).toContain('Say what kind of business it is');

    silently(stand, () => stand.salesforce.updateOpportunity(id, { Type: 'New Business' }));
    await act(stand, `/deals/salesforce-main.${id}/retry`);
    await everythingIsThereOnce(stand, id, [NOTICE]);
  });

  it('holds the one task that it refuses; the others and the rest of the hand-over are there', async () => {
    const id = await signedIn(() =>
      stand.salesforce.validationRules.add({
        object: 'Task',
        when: { Subject: ['Kick-off call with Fabrikam Logistics'] },
        message: 'Calls are planned in the calendar.',
      }),
    );
    const refused =
      '1 task of plan "onboarding" could not be created ("Kick-off call with Fabrikam Logistics"): a validation rule of the Salesforce org refuses the change: "Calls are planned in the calendar."; meet the rule in the record, or exempt the integration user from it';
    const remedy = 'mend the cause in the CRM or in the play, then `npx stagepost retry` the deal';
    await until('it is told', async () =>
      (await told(stand, id)).includes(`${refused}; ${remedy}`) ? true : undefined,
    );
    await settled(stand);
    expect(await remedies(id)).toEqual([`${refused}; ${remedy}`]);
    const notice = 'Waiting for you: Fabrikam Logistics - analytics rollout';
    expect(stand.salesforce.opportunity(id)).toMatchObject({
      stage: { id: 'Implementation' },
      fields: { Stagepost_Onboarding_Status__c: '7 of 8 tasks created' },
    });
    expect(stand.salesforce.tasks(id).map(({ subject }) => subject)).toContain(notice);
    stand.salesforce.validationRules.clear();
    await act(stand, `/deals/salesforce-main.${id}/retry`);
    await everythingIsThereOnce(stand, id, [notice]);
  });
});
