import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import { type Stand, startStand } from './hub-stand.ts';
import {
  ORG_ID,
  recordedIn,
  requestsTo,
  SALESFORCE_PATH,
  salesforceEnvelopes,
  salesforceItems,
  salesforceToken,
  sentOpportunity,
  settled,
  signAll,
  silently,
  stageIn,
} from './salesforce-stand.ts';
import { quarantine } from './signed-webhook.ts';

const MINUTE_MS = 60_000;
const NOBODY = '0065f00000ZzZzZAAV';
/** Beyond what a number of JavaScript can hold; the nearest one that it can is ...506 less two. */
const COMMIT_NUMBER = '1778192987716501507';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

/** A change event as EventBridge delivers it; text, because its commit number is no JavaScript number. */
function changeEvent(changes: Readonly<Record<string, unknown>> = {}, source = `${ORG_ID}/0YL5f0000000001GAA`): string {
  const header = {
    entityName: 'Opportunity',
    recordIds: [NOBODY],
    changeType: 'UPDATE',
    changeOrigin: '',
    transactionKey: '0005a1b2-c3d4-e5f6-0718-293a4b5c6d7e',
    sequenceNumber: 1,
    commitTimestamp: stand.clock.nowMs(),
    commitNumber: 'N',
    commitUser: '0055f00000AaAaAAAV',
    changedFields: ['StageName'],
    ...changes,
  };
  return JSON.stringify({
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'OpportunityChangeEvent',
    source: `aws.partner/salesforce.com/${source}`,
    account: '111122223333',
    time: new Date(stand.clock.nowMs()).toISOString(),
    region: 'eu-central-1',
    resources: [],
    detail: { payload: { ChangeEventHeader: header, StageName: 'Procurement' } },
  }).replace('"N"', COMMIT_NUMBER);
}

async function quarantinedBy(work: () => Promise<void>) {
  const before = new Set((await quarantine(stand)).map(({ id }) => id));
  await work();
  await stand.whenQuiet();
  return (await quarantine(stand)).filter(({ id }) => !before.has(id));
}

describe('a change event that cannot be true', () => {
  const cases: readonly (readonly [string, () => string, string, string])[] = [
    [
      'a change of six minutes from now',
      () => changeEvent({ commitTimestamp: stand.clock.nowMs() + 6 * MINUTE_MS }),
      'time.future',
      'more than 5 minutes after',
    ],
    ['a change of no time', () => changeEvent({ commitTimestamp: 'soon' }), 'field.wrong', 'commitTimestamp'],
    [
      'another organisation',
      () => changeEvent({}, '00D5f000001AaAaEAK/0YL5f0000000001GAA'),
      'account.unknown',
      '00D5f000001AaAa',
    ],
    ['a query in the id', () => changeEvent({ recordIds: ["006' OR Name != '"] }), 'field.wrong', 'recordIds.0'],
    ['no record', () => changeEvent({ recordIds: [] }), 'field.missing', 'recordIds is empty'],
    ['a commit number that was rounded', () => changeEvent({ commitNumber: 1.5 }), 'field.wrong', 'commitNumber'],
  ];

  it.each(cases)('is quarantined with its reason and makes no deal: %s', async (_, event, code, words) => {
    stand.salesforce.requests.clear();
    const rows = await quarantinedBy(() => stand.hub.cloud.deliverPartnerEvent(event()));
    expect(rows.map((row) => row.code)).toEqual([code]);
    expect(rows[0]?.sentence).toContain(words);
    expect((await salesforceItems(stand, NOBODY)).deal).toBeUndefined();
    expect(requestsTo(stand, /./)).toEqual([]);
  });

  it('is kept with all digits of its commit number, and catch-up finds what it told of', async () => {
    const id = silently(stand, () => stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY }).id);
    const atMs = stand.clock.nowMs() + 5.5 * MINUTE_MS;
    const early = changeEvent({ recordIds: [id], commitTimestamp: atMs });
    const [row] = await quarantinedBy(() => stand.hub.cloud.deliverPartnerEvent(early));
    expect(row?.code).toBe('time.future');
    expect(row?.excerpt).toContain(`"commitNumber":${COMMIT_NUMBER},`);
    const kept = await stand.hub.store.loadQuarantine(row?.id ?? '');
    expect(Buffer.from(kept?.delivery?.bodyBase64 ?? '', 'base64').toString()).toBe(early);
    expect(await stageIn(stand, id)).toBeUndefined();
    await stand.hub.host.fire('catch-up');
    await recordedIn(stand, id, 'prospecting');
    await settled(stand);
  });

  it('has its commit number, to the last digit, in the id of what it leads to', async () => {
    await stand.hub.cloud.deliverPartnerEvent(changeEvent({ sequenceNumber: 7 }));
    await settled(stand);
    const ids = stand.hub.cloud.events().map(({ detail }) => (detail as { meta?: { id?: string } }).meta?.id);
    expect(ids).toContain(`r/salesforce-main/${NOBODY}/cdc/${COMMIT_NUMBER}/7/record.seen`);
  });

  it('proves nothing when it comes through the webhook, and is not taken for one of a flow', async () => {
    const rows = await quarantinedBy(async () => {
      expect((await postFlow(changeEvent(), { 'x-api-key': salesforceToken(stand, 'apiKey') })).status).toBe(200);
    });
    expect(rows.map(({ code }) => code)).toEqual(['event.other-route']);
  });
});

async function postFlow(body: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${stand.hub.url}${SALESFORCE_PATH}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: await response.text() };
}

describe('a callout of a flow', () => {
  const key = () => salesforceToken(stand, 'apiKey');
  const hmac = (body: string) => createHmac('sha256', salesforceToken(stand, 'bodyKey')).update(body).digest('base64');
  const about = (opportunityId: unknown, orgId = ORG_ID) => JSON.stringify({ orgId, opportunityId });

  it('is refused with a wrong key, with the token of the other way in, and with a signature of another body', async () => {
    const body = about(NOBODY);
    const refused = { status: 401, body: 'Unauthorized\n' };
    expect(await postFlow(body, { 'x-api-key': 'guessed' })).toEqual(refused);
    expect(await postFlow(body, { 'x-api-key': salesforceToken(stand, 'urlToken') })).toEqual(refused);
    expect(await postFlow(body, { 'x-api-key': key(), 'x-stagepost-signature': hmac(`${body} `) })).toEqual(refused);
    expect(await postFlow(body, {})).toEqual(refused);
  });

  it.each([
    ['broken JSON', '{"orgId":', 'json.broken'],
    ['nesting of 100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'json.too-deep'],
    ['another organisation', about(NOBODY, '00D5f000001AaAaEAK'), 'account.unknown'],
    ['an id that is a query', about("006' OR Name LIKE '%"), 'field.wrong'],
    ['an id that is an object', about({ toString: 'no' }), 'field.wrong'],
    ['a prototype', `{"__proto__":{"orgId":"${ORG_ID}","opportunityId":"${NOBODY}"}}`, 'field.missing'],
    ['101 events', JSON.stringify(Array.from({ length: 101 }, () => JSON.parse(about(NOBODY)))), 'events.too-many'],
  ])('is acknowledged and quarantined with its reason: %s', async (_, body, code) => {
    const rows = await quarantinedBy(async () => {
      expect(await postFlow(body, { 'x-api-key': key() })).toEqual({ status: 200, body: '{"accepted":true}' });
    });
    expect(rows.map((row) => row.code)).toEqual([code]);
    expect(Reflect.get({}, 'orgId')).toBeUndefined();
  });
});

describe('names that would be a query', () => {
  const NAME = `O'Hara \\' OR Name != '' --  "Quoted" \\ <b>&amp;</b> \u{1F680} ${'ä'.repeat(20)}`;

  it('walk through to a signed contract, its tasks and its files, as they are', async () => {
    const { id, envelopeId } = await sentOpportunity(stand, {
      name: NAME,
      account: { name: `Bobby'); DROP TABLE-- & Söhne \u{1F600}` },
      contacts: [
        { email: "o'hara@fabrikam.example", firstName: `Zoë "Z"`, lastName: `O'Hara\\`, roles: ['Contract signer'] },
      ],
    });
    const [envelope] = salesforceEnvelopes(stand, id);
    expect(envelope?.emailSubject).toBe(`Master services agreement for Bobby'); DROP TABLE-- & Söhne \u{1F600}`);
    expect(envelope?.recipients.map(({ name, email }) => [name, email])).toContainEqual([
      `Zoë "Z" O'Hara\\`,
      "o'hara@fabrikam.example",
    ]);
    expect((await salesforceItems(stand, id)).deal?.details.name).toBe(NAME);
    signAll(stand, envelopeId);
    await recordedIn(stand, id, 'implementation');
    await until('the tasks are there', () => (stand.salesforce.tasks(id).length === 8 ? true : undefined));
    await settled(stand);
    expect(stand.salesforce.opportunity(id).files).toHaveLength(2);
    expect(stand.salesforce.tasks(id).map(({ subject }) => subject)).toContain(`Hand over from sales: ${NAME}`);
    expect(stand.salesforce.opportunity(id).fields['Stagepost_Contract_Status__c']).toBe('completed');
    expect(await stageIn(stand, id)).toBe('implementation');
    expect(requestsTo(stand, /query.*(O'Hara|DROP)/)).toEqual([]);
  });
});
