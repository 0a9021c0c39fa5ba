import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import type { Delivery } from '../../src/webhooks/delivery.ts';
import { type Stand, startStand } from './hub-stand.ts';
import {
  notified,
  ORG_ID,
  postSoap,
  recordedIn,
  requestsTo,
  type SoapOptions,
  salesforceToken,
  settled,
  silently,
  soap,
} from './salesforce-stand.ts';
import { act, quarantine } from './signed-webhook.ts';

const LIMIT_BYTES = 655_360;
/** An id that no opportunity here has. */
const NOBODY = '0065f00000ZzZzZAAV';
const SESSION = `${ORG_ID}!AQcAQ.canary-of-a-session.0123456789_abcdefghijklmnop`;

/** Anything else counts as not delivered, and Salesforce tells it again for a day. */
const ACK =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
  '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
  '</soapenv:Body></soapenv:Envelope>';

let stand: Stand;
const logged: string[] = [];
beforeAll(async () => {
  stand = await startStand({ log: (...line) => void logged.push(JSON.stringify(line)) });
});
afterAll(() => stand.stop());

async function dealCount(): Promise<number> {
  return (await stand.hub.store.listDeals(undefined, 100)).length;
}

/** Entries that came since, with the delivery that each of them keeps, decoded. */
async function quarantinedBy(work: () => Promise<void>) {
  const before = new Set((await quarantine(stand)).map(({ id }) => id));
  await work();
  await stand.whenQuiet();
  const rows = (await quarantine(stand)).filter(({ id }) => !before.has(id));
  return Promise.all(rows.map(async (row) => ({ ...row, body: bodyOf(await stand.hub.store.loadQuarantine(row.id)) })));
}

function bodyOf(entry: { readonly delivery?: Delivery } | undefined): string {
  return Buffer.from(entry?.delivery?.bodyBase64 ?? '', 'base64').toString();
}

describe('whoever does not know the token of the address', () => {
  const cases: readonly (readonly [string, SoapOptions])[] = [
    ['a wrong token', { token: 'x'.repeat(43) }],
    ['no token', { token: null }],
    ['an unknown connection', { path: '/webhooks/salesforce/salesforce-other' }],
    ['the connection of another provider', { path: '/webhooks/salesforce/hubspot-main' }],
    ['the door of another provider', { path: '/webhooks/hubspot/salesforce-main' }],
  ];

  it('gets the same 401 as for an unknown connection, whatever the body is, and leaves only a note without the token', async () => {
    const first = await postSoap(stand, soap([notified(NOBODY)]), { path: '/webhooks/salesforce/nobody' });
    expect([first.status, first.body]).toEqual([401, 'Unauthorized\n']);
    const rows = await quarantinedBy(async () => {
      for (const [name, options] of cases) {
        expect(await postSoap(stand, soap([notified(NOBODY)]), options), name).toEqual(first);
        expect(await postSoap(stand, '<no xml', options), name).toEqual(first);
      }
    });
    const note = await until('the refusal is noted', () =>
      stand.hub.store.loadConnectionNote<Record<string, unknown>>('salesforce-main', 'last-refusal'),
    );
    expect(rows).toEqual([]);
    expect(note.data).toMatchObject({ cause: 'signature-wrong' });
    expect(note.data['url']).toMatch(/\/webhooks\/salesforce\/salesforce-main\?token=sha256:[0-9a-f]{12}$/);
    // Somebody may send the right token to a wrong address: that is noted too, and the token is no less right.
    const kept = await stand.hub.store.loadConnectionNote('unknown', 'last-refusal');
    const shown = JSON.stringify([note, kept, logged]);
    expect(shown).not.toContain(salesforceToken(stand, 'urlToken'));
    expect(shown).not.toContain('x'.repeat(43));
    expect(await dealCount()).toBe(0);
  });
});

it('a body beyond 640 KiB is answered 413 although its token is right, and one that just fits is acknowledged', async () => {
  expect((await postSoap(stand, ' '.repeat(LIMIT_BYTES + 1))).status).toBe(413);
  const padded = soap([notified(NOBODY)]).padEnd(LIMIT_BYTES, ' ');
  expect(await quarantinedBy(async () => expect((await postSoap(stand, padded)).body).toBe(ACK))).toEqual([]);
});

describe('what comes to the right address and is no message of this org', () => {
  const entities = `<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "${`&a${n === 0 ? '' : n - 1};`.repeat(10)}">`).join('')}`;
  const one = () => [notified(NOBODY)];
  const cases: readonly (readonly [string, string | Uint8Array, string, string])[] = [
    [
      'a document type with a file of ours',
      soap([notified('&xxe;')], { prologue: '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>' }),
      'xml.doctype',
      'declares a document type or entities',
    ],
    ['entities that grow a billionfold', soap(['&a8;'], { prologue: `<!DOCTYPE x [${entities}]>` }), 'xml.doctype', ''],
    ['an entity that nobody declared', soap([notified('&xxe;')]), 'xml.broken', 'an entity that nobody declared'],
    ['nesting of 50,000 levels', `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`, 'xml.too-deep', 'deeper than 30'],
    ['a message that is cut off', soap(one()).slice(0, -20), 'xml.broken', 'it is cut off'],
    ['UTF-16', Buffer.from(`\ufeff${soap(one())}`, 'utf16le'), 'xml.broken', 'no text in UTF-8'],
    ['a page', '<html><body>Sign in</body></html>', 'soap.not-outbound-message', 'its root is <html>'],
    [
      'the namespace of SOAP 1.2',
      soap(one(), { soapNamespace: 'http://www.w3.org/2003/05/soap-envelope' }),
      'xml.namespace',
      "instead of SOAP 1.1's",
    ],
    ['a namespace that only looks right', soap(one(), { namespace: 'http://soap.example.com/' }), 'xml.namespace', ''],
    ['a record in no namespace', soap([notified(NOBODY, 'Opportunity', 'urn:else')]), 'xml.namespace', 'xsi:type'],
    ['101 notifications', soap(Array.from({ length: 101 }, () => notified(NOBODY))), 'notifications.too-many', '101'],
    ['another organisation', soap(one(), { orgId: '00D5f000001AaAaEAK' }), 'account.unknown', '00D5f000001AaAa'],
    ['an organisation that is none', soap(one(), { orgId: "00D' OR '1'='1" }), 'field.wrong', 'no Salesforce id'],
    ['no notification', soap([]), 'field.missing', 'holds no Notification'],
    ['the id of an account', soap([notified('0015f00000AaAaAAAV')]), 'field.wrong', 'first 006'],
    ['a query in the id', soap([notified("006' OR Name != '")]), 'field.wrong', 'letters and digits'],
    ['a path in the id', soap([notified('../../sobjects/User')]), 'field.wrong', 'letters and digits'],
  ];

  it.each(cases)('is acknowledged and quarantined with its reason: %s', async (_, body, code, words) => {
    stand.salesforce.requests.clear();
    const rows = await quarantinedBy(async () => {
      const answer = await postSoap(stand, body);
      expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([
        200,
        'text/xml; charset=utf-8',
        ACK,
      ]);
    });
    expect(rows.map((row) => row.code)).toEqual([code]);
    expect(rows[0]?.sentence).toContain(words);
    expect(await dealCount()).toBe(0);
    // Nothing of it became a question to the org.
    expect(requestsTo(stand, /./)).toEqual([]);
  });

  it('does not hold up the good notifications of the same message, nor the next message', async () => {
    const [inSameMessage, inNext] = silently(stand, () => [
      stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Negotiation' }).id,
      stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Demonstration' }).id,
    ]) as [string, string];
    const rows = await quarantinedBy(async () => {
      const mixed = [notified('006'), notified(NOBODY, 'Account'), notified(inSameMessage), '<Notification/>'];
      expect((await postSoap(stand, soap(mixed))).body).toBe(ACK);
      expect((await postSoap(stand, soap([notified(inNext)]), { contentType: 'application/xml' })).body).toBe(ACK);
      await recordedIn(stand, inSameMessage, 'negotiation');
      await recordedIn(stand, inNext, 'demonstration');
    });
    expect(rows.map(({ index, code }) => [index, code])).toEqual([
      [0, 'field.wrong'],
      [3, 'field.missing'],
    ]);
    expect(await dealCount()).toBe(2);
  });

  it('is open again when it is replayed and still cannot be understood', async () => {
    const [row] = await quarantinedBy(async () => void (await postSoap(stand, soap(one(), { orgId: '' }))));
    expect(row?.sentence).toBe('the organization id is missing, so nobody can tell whose record it is');
    expect(await act(stand, `/quarantine/${row?.id}/replay`)).toMatchObject({ status: 200 });
    await settled(stand);
    expect((await quarantine(stand)).map(({ id }) => id)).toContain(row?.id);
  });
});

describe('the session id of somebody who switched "Send Session ID" on', () => {
  it('waits in no queue', async () => {
    stand.outage.add('dynamodb');
    await postSoap(stand, soap([notified(NOBODY)], { session: SESSION }));
    const waiting = stand.hub.cloud.queue('inbox-hints').bodies();
    stand.outage.clear();
    const [delivery] = waiting.map((body) => JSON.parse(body) as Delivery);
    expect(bodyOf(delivery === undefined ? undefined : { delivery })).toContain('<SessionId>(removed)</SessionId>');
    expect(bodyOf(delivery === undefined ? undefined : { delivery })).not.toContain('canary-of-a-session');
    await settled(stand);
  });

  it.each([
    [
      'a message of too many records',
      soap(
        Array.from({ length: 101 }, () => notified(NOBODY)),
        { session: SESSION },
      ),
    ],
    ['a message that is cut off in it', soap([], { session: SESSION }).slice(0, 520)],
    ['an id that holds it', soap([notified(SESSION)], { session: SESSION })],
  ])('is kept nowhere, in %s', async (_, body) => {
    expect(body).toContain('canary-of-a-session');
    const rows = await quarantinedBy(async () => expect((await postSoap(stand, body)).status).toBe(200));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).toContain('<OrganizationId>');
    expect(JSON.stringify([rows, logged])).not.toContain('canary-of-a-session');
  });
});
