import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { hubspotDoor } from '../../src/crm/hubspot/inbound/door.ts';
import { hubspotParser } from '../../src/crm/hubspot/inbound/parser.ts';
import { describeSource } from './source-suite.ts';

const URL_CALLED = 'https://hub.example.com/webhooks/hubspot/hubspot-main';
const FIXTURES = new URL('../../src/crm/hubspot/fixtures/', import.meta.url);

type Events = Record<string, unknown>[];
const changed = (body: string, change: (event: Record<string, unknown>) => Record<string, unknown>) =>
  JSON.stringify((JSON.parse(body) as Events).map((event) => ({ ...event, ...change(event) })));

// A batch in which something is wrong on purpose has its own test.
const names = readdirSync(FIXTURES).filter((name) => name !== 'morning-of-a-busy-portal.json');

describeSource('HubSpot', {
  door: hubspotDoor,
  parser: hubspotParser,
  connections: [
    { id: 'hubspot-main', provider: 'hubspot', accountId: '24681012' },
    { id: 'hubspot-emea', provider: 'hubspot', accountId: '13572468' },
  ],
  keys: ['current-client-secret', 'previous-client-secret'],
  sign: (body, key, atMs) => ({
    method: 'POST',
    url: URL_CALLED,
    headers: {
      'x-hubspot-signature-v3': createHmac('sha256', key)
        .update(`POST${URL_CALLED}${Buffer.from(body).toString('utf8')}${atMs}`)
        .digest('base64'),
      'x-hubspot-request-timestamp': String(atMs),
    },
    body,
  }),
  signedHeaders: ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
  signsUrl: true,
  windowMs: 300_000,
  bodies: Object.fromEntries(
    names.map((name) => [name.replace('.json', ''), readFileSync(new URL(name, FIXTURES), 'utf8')]),
  ),
  // Whether a retry keeps its event id is not documented.
  retried: (body) => changed(body, () => ({ attemptNumber: 3, eventId: 99 })),
  fromUnknownAccount: (body) =>
    JSON.stringify(
      (JSON.parse(changed(body, () => ({ portalId: 1 }))) as Events).filter(
        ({ subscriptionType }) => !/^contact\.(?!privacyDeletion)/.test(String(subscriptionType)),
      ),
    ),
});
