import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { salesforceDoor } from '../../src/crm/salesforce/inbound/door.ts';
import { salesforceParser } from '../../src/crm/salesforce/inbound/parser.ts';
import { describeParser, describeSource } from './source-suite.ts';
import { strangeXml } from './strange-xml.ts';

const ADDRESS = 'https://hub.example.com/webhooks/salesforce/salesforce-main';
const keys = ['the newer signing key', 'the older signing key'] as const;
const connections = [
  { id: 'salesforce-main', provider: 'salesforce', accountId: '00D5g000004XyZaEAK' },
  { id: 'salesforce-emea', provider: 'salesforce', accountId: '00D8c00000KqWerEAF' },
];

function fixture(name: string): string {
  return readFileSync(new URL(`../../src/crm/salesforce/fixtures/${name}`, import.meta.url), 'utf8');
}

/** As the set-up guide says: HMAC-SHA256 of a fixed text under the signing key, in base64url. */
const derived = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64url');

const unknownOrg = (body: string) =>
  body.replaceAll(/(?<!c\/66\.0\/|u\/66\.0\/)00D5g000004XyZa(?:EAK)?/g, '00D9z0000001AbcEAE');

// A flow knows nothing of retries: whoever built it tells the same again.
describeSource('Salesforce flows whose callouts Apex signs', {
  door: salesforceDoor,
  parser: salesforceParser,
  connections,
  keys,
  sign: (body, key) => ({
    method: 'POST',
    url: ADDRESS,
    headers: {
      'content-type': 'application/json',
      'x-stagepost-signature': createHmac('sha256', derived(key, 'stagepost/salesforce/flow-body-key/v1'))
        .update(body)
        .digest('base64'),
    },
    body,
  }),
  signedHeaders: ['x-stagepost-signature'],
  signsUrl: false,
  windowMs: undefined,
  bodies: {
    'a changed opportunity': fixture('flow-tells-of-a-changed-opportunity.json'),
    'three changed opportunities': fixture('flow-tells-of-three-changed-opportunities.json'),
  },
  retried: (body) => body,
  retriesUnchanged: true,
  fromUnknownAccount: unknownOrg,
});

describeSource('Salesforce Outbound Messages', {
  door: salesforceDoor,
  parser: salesforceParser,
  connections,
  keys,
  sign: (body, key) => ({
    method: 'POST',
    url: `${ADDRESS}?token=${derived(key, 'stagepost/salesforce/outbound-message/v1')}`,
    headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' },
    body,
  }),
  signedHeaders: [],
  signsUrl: false,
  windowMs: undefined,
  hintOnly: {
    because: 'Salesforce signs nothing: the URL token proves the caller, so changed bodies are let in as hints',
    urlParameter: 'token',
  },
  bodies: {
    'an opportunity that moved to procurement': fixture('opportunity-moved-to-procurement.xml'),
    'two opportunities with a session id': fixture('two-opportunities-changed-with-a-session-id.xml'),
    'a contact role that was added': fixture('contact-role-added.xml'),
  },
  // What a message holds is read when it is sent: a retry may tell newer values under the same notification id.
  retried: (body) =>
    body
      .replaceAll(/<sf:(?:StageName|Role)>[^<]*/g, '$&, later')
      .replace(/<SessionId.*/, '<SessionId>00D5g000004XyZa!AnotherSession</SessionId>'),
  fromUnknownAccount: unknownOrg,
  strange: strangeXml,
});

describeParser('Salesforce change events', {
  parser: salesforceParser,
  connections,
  // EventBridge delivers them; no door, no connection.
  deliveredTo: '-',
  bodies: Object.fromEntries(
    [
      'opportunity-moved-to-procurement',
      'opportunity-created',
      'opportunity-deleted',
      'opportunity-restored',
      'two-opportunities-changed-in-one-transaction',
      'hub-wrote-the-stage',
      'change-that-could-not-be-told',
      'too-many-changes-in-one-transaction',
      'field-type-was-converted',
      'contact-role-added',
    ].map((name) => [name, fixture(`${name}.json`)]),
  ),
  // Event Relay that recovers with EARLIEST sends up to three days again, in events of their own.
  retried: (body) =>
    body
      .replace('6f87d04b-9f74-4f04-a780-7acf4b0a9b38', '00000000-9f74-4f04-a780-7acf4b0a9b38')
      .replace('"time": "2026-11-23T09:00:01Z"', '"time": "2026-11-24T09:00:01Z"'),
  fromUnknownAccount: unknownOrg,
});

describe('what Salesforce sends without a signature', () => {
  it('holds no session id any more when it comes out of the parser, whatever is wrong with it', () => {
    const message = fixture('two-opportunities-changed-with-a-session-id.xml');
    const canary = 'canary-of-a-session';
    expect(message).toContain(canary);
    for (const body of strangeXml(message)) {
      const delivery = {
        v: 1,
        kind: 'delivery',
        deliveryId: 'd',
        provider: 'salesforce',
        connectionId: 'salesforce-main',
        receivedAtMs: 1,
        traceId: 't',
        headers: {},
        bodyBase64: Buffer.from(body).toString('base64'),
      } as const;
      const parsed = salesforceParser.parse(delivery, { connections, receivedAtMs: 1 });
      expect(JSON.stringify(parsed)).not.toContain(canary);
      for (const read of parsed.reads ?? []) expect(read.recordId).toMatch(/^006[A-Za-z0-9]{15}$/);
      expect(parsed.signals).toEqual([]);
    }
  });
});
