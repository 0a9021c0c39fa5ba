import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { type Stand, startStand } from './hub-stand.ts';
import {
  contractIs,
  everythingIsThereOnce,
  inProcurement,
  notified,
  postSoap,
  recordedIn,
  requestsTo,
  salesforceEnvelopes,
  salesforceItems,
  sentOpportunity,
  settled,
  signAll,
  silently,
  soap,
  told,
} from './salesforce-stand.ts';
import { act } from './signed-webhook.ts';

const RETRY = 'mend the cause in the CRM, then `npx stagepost retry` the deal';
const TOKEN = /oauth2\/token/;

let stand: Stand;
beforeAll(async () => {
  // So fast that the minute, in which nobody asks a closed org, is a second.
  stand = await startStand({ speed: 60 });
});
afterEach(() => {
  stand.salesforce.faults.clear();
  stand.salesforce.switches.set({ alwaysUnauthorized: false, grantRefused: false });
});
afterAll(() => stand.stop());

/** One for each of the four functions that talk to the org, and one more in every minute that has begun since. */
function mostTokens(sinceMs: number): number {
  return 4 * (1 + Math.ceil((stand.clock.nowMs() - sinceMs) / 60_000));
}

describe('an org that gives tokens and refuses every one of them', () => {
  const refused =
    'Salesforce refuses even a token that the client credentials of the app had only just been given; for connection salesforce-main check that the app has the scope "api" and that neither it nor the integration user is restricted to other IP addresses or hours';

  it('is told on the deal in one sentence and asked for few tokens; a retry right after it is mended finishes the job', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    stand.salesforce.requests.clear();
    const startedAtMs = stand.clock.nowMs();
    stand.salesforce.switches.set({ alwaysUnauthorized: true });
    signAll(stand, envelopeId);
    await contractIs(stand, id, 'completed');
    await until('it is told', async () => ((await told(stand, id)).join().includes(refused) ? true : undefined));
    // Everybody has a reason to look: people ask for it, messages come, and what waits comes back by itself.
    for (let more = 0; more < 20; more += 1) {
      await act(stand, `/deals/salesforce-main.${id}/retry`);
      await postSoap(stand, soap([notified(id)]));
    }
    await pause(100);
    const lines = (await told(stand, id)).filter((line) => line.startsWith(refused));
    expect([...new Set(lines)]).toEqual([`${refused}; ${RETRY}`]);
    expect(requestsTo(stand, TOKEN).length).toBeLessThanOrEqual(mostTokens(startedAtMs));
    expect(stand.salesforce.opportunity(id).files).toEqual([]);

    stand.salesforce.switches.set({ alwaysUnauthorized: false });
    expect(await act(stand, `/deals/salesforce-main.${id}/retry`)).toMatchObject({ status: 200 });
    await everythingIsThereOnce(stand, id, 'something');
  });

  it('is told where a contract waits, and the contract goes out when both are mended', async () => {
    const id = inProcurement(stand, { amount: undefined, lineItems: [] });
    await until('it is held', async () => (await salesforceItems(stand, id)).contracts[0]?.hold);
    await settled(stand);
    stand.salesforce.switches.set({ alwaysUnauthorized: true });
    const sentence = `no work on contracts is possible: ${refused}; mend the cause, then \`npx stagepost retry\` the deal`;
    await act(stand, `/deals/salesforce-main.${id}/retry`);
    await until('it is told', async () => ((await told(stand, id)).includes(sentence) ? true : undefined));
    silently(stand, () => stand.salesforce.updateOpportunity(id, { Amount: 99_000 }));
    stand.salesforce.switches.set({ alwaysUnauthorized: false });
    await act(stand, `/deals/salesforce-main.${id}/retry`);
    await contractIs(stand, id, 'sent');
    await settled(stand);
    expect(salesforceEnvelopes(stand, id).map(({ status }) => status)).toEqual(['sent']);
    expect((await told(stand, id)).join('\n')).not.toContain('no work on contracts is possible');
  });
});

describe('an org that refuses the grant', () => {
  it('is told with what to do about it, and everything is done by itself soon after it is mended', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    stand.salesforce.requests.clear();
    const startedAtMs = stand.clock.nowMs();
    stand.salesforce.switches.set({ grantRefused: true });
    stand.salesforce.oauth.revoke();
    signAll(stand, envelopeId);
    const sentence =
      'Salesforce refuses the client credentials of the app (invalid_grant); choose the user it runs as in the app, under OAuth policies, client credentials flow, and what the secret of connection salesforce-main holds';
    await until('it is told', async () =>
      (await told(stand, id)).includes(`${sentence}; ${RETRY}`) ? true : undefined,
    );
    expect(requestsTo(stand, TOKEN).length).toBeLessThanOrEqual(mostTokens(startedAtMs));
    stand.salesforce.switches.set({ grantRefused: false });
    await everythingIsThereOnce(stand, id, 'something');
  });

  it('is not noticed when only its session has ended', async () => {
    const { id, envelopeId } = await sentOpportunity(stand);
    stand.salesforce.oauth.revoke();
    signAll(stand, envelopeId);
    await everythingIsThereOnce(stand, id);
  });
});

describe('an org that answers 200 with a page', () => {
  it.each([
    ['everything', ''],
    ['every change', 'PATCH'],
  ])('is not taken at its word for %s, and all of it is done once when the page is gone', async (_, match) => {
    const { id, envelopeId } = await sentOpportunity(stand);
    stand.salesforce.requests.clear();
    stand.salesforce.faults.add({ kind: 'server-error', error: 'maintenance-page', match });
    signAll(stand, envelopeId);
    await contractIs(stand, id, 'completed');
    const changes = /^(GET|POST|PATCH) .*sobjects\/Opportunity/;
    await until('it was asked in vain', () => (requestsTo(stand, changes).length >= 3 ? true : undefined));
    const waits =
      /^work on what the CRM has to be told waits: no usable answer from Salesforce to [A-Z]+ .* \(connection lost\); tried again later/m;
    await until('it is told', async () => (waits.test((await told(stand, id)).join('\n')) ? true : undefined));
    const { writes } = await salesforceItems(stand, id);
    // A page is no yes: none of this is marked as done.
    expect(writes.filter(({ key, state }) => key.startsWith('stage') && state === 'done')).toEqual([]);
    expect(stand.hub.cloud.queue('jobs-dead').bodies()).toEqual([]);
    stand.salesforce.faults.clear();
    await everythingIsThereOnce(stand, id);
  });

  it('makes no deal of a page, and reads the record later', async () => {
    const { id } = silently(stand, () => stand.salesforce.createOpportunity({ name: 'Behind a page' }));
    stand.salesforce.requests.clear();
    stand.salesforce.faults.add({ kind: 'server-error', error: 'maintenance-page', match: 'GET' });
    expect((await postSoap(stand, soap([notified(id)]))).status).toBe(200);
    await until('it was asked in vain', () => requestsTo(stand, /query|describe/)[0]);
    expect((await salesforceItems(stand, id)).deal).toBeUndefined();
    stand.salesforce.faults.clear();
    await recordedIn(stand, id, 'prospecting');
  });
});
