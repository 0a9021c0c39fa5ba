import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Delivery } from '../../../webhooks/delivery.ts';
import type { ParseContext, Parsed } from '../../../webhooks/parser.ts';
import { docusignParser } from './parser.ts';

const ACCOUNT = '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e';
const ENVELOPE = '1c8a7d52-6f0b-4c1d-9a5e-0b7c2d3e4f50';
const RECEIVED_AT_MS = 1795180000000;

const CONTEXT: ParseContext = {
  connections: [
    {
      id: 'docusign-other',
      provider: 'docusign',
      accountId: 'aaaaaaaa-4b7a-4c52-8d0e-2f6a1b3c4d5e',
      secret: 'keys/both',
    },
    { id: 'docusign-main', provider: 'docusign', accountId: ACCOUNT, secret: 'keys/both' },
  ],
  receivedAtMs: RECEIVED_AT_MS,
};

function parse(body: string | Uint8Array, connectionId = 'docusign-main', context = CONTEXT): Parsed {
  const delivery: Delivery = {
    v: 1,
    kind: 'delivery',
    deliveryId: '01JD0000000000000000000000',
    provider: 'docusign',
    connectionId,
    receivedAtMs: RECEIVED_AT_MS,
    traceId: 'trace-1',
    headers: {},
    bodyBase64: Buffer.from(body).toString('base64'),
  };
  return docusignParser.parse(delivery, context);
}

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
}

/** A message of ours with parts replaced. */
function message(changes: { event?: unknown; data?: object; summary?: object; generatedDateTime?: unknown }): string {
  return JSON.stringify({
    event: 'envelope-sent',
    generatedDateTime: '2026-11-20T10:15:32.1234567Z',
    ...('event' in changes ? { event: changes.event } : {}),
    ...('generatedDateTime' in changes ? { generatedDateTime: changes.generatedDateTime } : {}),
    data: {
      accountId: ACCOUNT,
      envelopeId: ENVELOPE,
      envelopeSummary: {
        status: 'sent',
        customFields: { textCustomFields: [{ name: 'stagepost_contract', value: 'd1/1' }] },
        ...changes.summary,
      },
      ...changes.data,
    },
  });
}

test('reads an envelope that was sent', () => {
  expect(parse(fixture('envelope-sent.json'))).toEqual({
    signals: [
      {
        v: 1,
        kind: 'envelope',
        id: `e/docusign-main/${ENVELOPE}/sent/-`,
        connectionId: 'docusign-main',
        envelopeId: ENVELOPE,
        contractRef: 'crm.9001/1',
        attemptKey: 'crm.9001/1/1',
        event: 'sent',
        atMs: 1795165205250,
        recipients: [
          { recipientId: '1', state: 'sent', atMs: 1795165205250 },
          { recipientId: '2', state: 'created' },
          { recipientId: '3', state: 'created' },
          { recipientId: '4', state: 'created' },
        ],
      },
    ],
    rejects: [],
    ignored: {},
  });
});

test('reads who signed and when, to the millisecond', () => {
  expect(parse(fixture('customer-signed.json')).signals).toEqual([
    expect.objectContaining({
      id: `e/docusign-main/${ENVELOPE}/recipient-completed/2`,
      event: 'recipient-completed',
      recipientId: '2',
      atMs: 1795169731876,
      recipients: [
        { recipientId: '1', state: 'completed', atMs: 1795166470000 },
        { recipientId: '2', state: 'completed', atMs: 1795169731876 },
        { recipientId: '3', state: 'created' },
        { recipientId: '4', state: 'created' },
      ],
    }),
  ]);
});

test.each([
  ['everybody-signed.json', 'completed', 1795174200300, undefined],
  ['customer-declined.json', 'declined', 1795171200500, 'Clause 7 is not acceptable to us'],
  ['voided-in-docusign.json', 'voided', 1795176000000, 'Wrong price list'],
])('%s is the event %s at %s because of %s', (name, event, atMs, reason) => {
  const [signal] = parse(fixture(name)).signals;
  expect(signal).toMatchObject({ id: `e/docusign-main/${ENVELOPE}/${event}/-`, event, atMs });
  expect(signal !== undefined && 'reason' in signal ? signal.reason : undefined).toBe(reason);
});

test('an e-mail that came back is a recipient that failed, at the time of the message', () => {
  const [signal] = parse(fixture('email-came-back.json')).signals;
  expect(signal).toMatchObject({ event: 'recipient-failed', recipientId: '2', atMs: 1795169732123 });
  expect(signal).toMatchObject({ recipients: expect.arrayContaining([{ recipientId: '2', state: 'failed' }]) });
});

test.each([
  ['envelope-created', 'created'],
  ['envelope-delivered', 'delivered'],
  ['envelope-deleted', 'deleted'],
  ['envelope-discard', 'deleted'],
])('%s is the event %s', (event, expected) => {
  expect(parse(message({ event })).signals).toEqual([expect.objectContaining({ event: expected })]);
});

test.each([
  ['recipient-sent', 'recipient-sent'],
  ['recipient-delivered', 'recipient-delivered'],
  ['recipient-declined', 'recipient-declined'],
  ['recipient-authenticationfailed', 'recipient-failed'],
  ['recipient-reassign', 'recipient-reassigned'],
  ['recipient-delegate', 'recipient-reassigned'],
])('%s is the event %s of that recipient', (event, expected) => {
  expect(parse(message({ event, data: { recipientId: '2' } })).signals).toEqual([
    expect.objectContaining({ event: expected, recipientId: '2', id: `e/docusign-main/${ENVELOPE}/${expected}/2` }),
  ]);
});

test.each([
  ['envelope-resent', 'event:envelope-resent'],
  ['envelope-purge', 'event:envelope-purge'],
  ['recipient-finish-later', 'event:recipient-finish-later'],
  ['template-modified', 'event:template'],
  ['click-agreed', 'event:click'],
  ['sms-opt-out', 'event:sms'],
  ['constructor', 'event:unknown'],
  ['', 'event:unknown'],
])('the event "%s" is counted as %s and nothing else', (event, kind) => {
  expect(parse(message({ event }))).toEqual({ signals: [], rejects: [], ignored: { [kind]: 1 } });
});

test('an envelope without our field is counted and nothing of it is kept, whosever account it is', () => {
  const foreign = fixture('envelope-of-another-department.json');
  expect(parse(foreign)).toEqual({ signals: [], rejects: [], ignored: { 'foreign-envelope': 1 } });
  const elsewhere = foreign.replaceAll(ACCOUNT, 'ffffffff-4b7a-4c52-8d0e-2f6a1b3c4d5e');
  expect(parse(elsewhere)).toEqual({ signals: [], rejects: [], ignored: { 'foreign-envelope': 1 } });
});

test('a message that was configured without the envelope is counted', () => {
  expect(parse(fixture('envelope-sent-without-summary.json')).ignored).toEqual({ 'no-summary': 1 });
  expect(parse(message({ summary: { customFields: null } })).ignored).toEqual({ 'no-custom-fields': 1 });
});

test('a retry of the same message has the same id, whatever its own time and number', () => {
  const first = fixture('everybody-signed.json');
  const retry = first
    .replace('"retryCount": 0', '"retryCount": 4')
    .replace('2026-11-20T11:30:02.0000001Z', '2026-11-21T11:30:02.0000001Z');
  expect(retry).not.toBe(first);
  expect(parse(retry)).toEqual(parse(first));
});

test('capital letters in ids make no difference', () => {
  const body = message({ data: { accountId: ACCOUNT.toUpperCase(), envelopeId: ENVELOPE.toUpperCase() } });
  expect(parse(body).signals).toEqual([
    expect.objectContaining({
      connectionId: 'docusign-main',
      envelopeId: ENVELOPE,
      id: `e/docusign-main/${ENVELOPE}/sent/-`,
    }),
  ]);
});

test('the account in the body decides the connection, not the URL', () => {
  expect(parse(fixture('envelope-sent.json'), 'docusign-other').signals).toEqual([
    expect.objectContaining({ connectionId: 'docusign-main' }),
  ]);
});

test('the key of one account does not speak for another one', () => {
  const apart = {
    ...CONTEXT,
    connections: CONTEXT.connections.map((each) => ({ ...each, secret: `stagepost/${each.id}` })),
  };
  const parsed = parse(fixture('envelope-sent.json'), 'docusign-other', apart);
  expect([parsed.signals, parsed.rejects.map(({ code }) => code)]).toEqual([[], ['account.other']]);
  const gone = parse(fixture('envelope-sent.json'), 'docusign-gone', apart);
  expect([gone.signals, gone.rejects.map(({ code }) => code)]).toEqual([[], ['account.other']]);
  expect(parse(fixture('envelope-sent.json'), 'docusign-main', apart).signals).toHaveLength(1);
});

test('of two connections of one account the one whose URL was called is meant', () => {
  const both = {
    connections: [
      { id: 'first', provider: 'docusign', accountId: ACCOUNT },
      { id: 'second', provider: 'docusign', accountId: ACCOUNT },
    ],
    receivedAtMs: RECEIVED_AT_MS,
  };
  expect(parse(fixture('envelope-sent.json'), 'second', both).signals).toEqual([
    expect.objectContaining({ connectionId: 'second' }),
  ]);
});

test('the time falls back to that of the message, then to that of receiving', () => {
  expect(parse(message({})).signals).toEqual([expect.objectContaining({ atMs: 1795169732123 })]);
  expect(parse(message({ generatedDateTime: 12 })).signals).toEqual([
    expect.objectContaining({ atMs: RECEIVED_AT_MS }),
  ]);
});

test('a long reason is cut at 500 characters', () => {
  const [signal] = parse(message({ event: 'envelope-voided', summary: { voidedReason: 'x'.repeat(5000) } })).signals;
  expect(signal).toMatchObject({ reason: 'x'.repeat(500) });
});

test('odd recipients are left out, the others stay', () => {
  const signers = [
    7,
    null,
    { recipientId: 2, status: 'SENT' },
    { recipientId: '3', status: 'dancing' },
    { status: 'sent' },
  ];
  const [signal] = parse(
    message({ summary: { recipients: { signers, agents: 'none', recipientCount: '5' } } }),
  ).signals;
  expect(signal).toMatchObject({ recipients: [{ recipientId: '2', state: 'sent' }] });
});

test.each([
  ['broken JSON', '{"event":', 'json.broken'],
  ['nothing', '', 'json.broken'],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x7b]), 'json.broken'],
  ['a number', '12', 'field.wrong'],
  ['null', 'null', 'field.wrong'],
  ['a list', '[]', 'field.wrong'],
  ['an event that is a number', message({ event: 5 }), 'field.wrong'],
  ['an account that is an object', message({ data: { accountId: {} } }), 'field.wrong'],
  ['a summary that is a text', message({ data: { envelopeSummary: 'sent' } }), 'field.wrong'],
  [
    'custom fields that are a list of texts',
    message({ data: { envelopeSummary: { customFields: 'x' } } }),
    'field.wrong',
  ],
  ['only a prototype', '{"__proto__":{"event":"envelope-sent","data":{}}}', 'field.wrong'],
  ['a thousand levels', `${'['.repeat(1000)}${']'.repeat(1000)}`, 'json.too-deep'],
  ['half a million open brackets', '{"a":'.repeat(500_000), 'json.too-deep'],
  ['an envelope id that is no GUID', message({ data: { envelopeId: '../../x' } }), 'field.missing'],
  ['no envelope id', message({ data: { envelopeId: undefined } }), 'field.missing'],
  ['a recipient event without recipient', message({ event: 'recipient-sent' }), 'field.missing'],
  ['an unknown account', message({ data: { accountId: 'ffffffff-4b7a-4c52-8d0e-2f6a1b3c4d5e' } }), 'account.unknown'],
  ['no account', message({ data: { accountId: undefined } }), 'account.unknown'],
  ['legacy XML', fixture('legacy-message.xml'), 'format.xml'],
  ['an aggregate message', fixture('aggregate-message.json'), 'format.aggregate'],
])('puts %s aside with a sentence', (_, body, code) => {
  const parsed = parse(body);
  expect(parsed.signals).toEqual([]);
  expect(parsed.rejects).toEqual([
    {
      code,
      sentence: expect.stringMatching(/^.{20,400}$/),
      index: -1,
      excerpt: expect.stringMatching(/^[\s\S]{0,8000}$/),
    },
  ]);
});

test('a prototype in the message changes nothing', () => {
  const body = message({}).replace('"data":{', '"__proto__":{"polluted":true},"data":{"__proto__":{"polluted":true},');
  expect(parse(body).signals).toHaveLength(1);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('legacy formats say how Connect must be configured, and keep nothing of other people', () => {
  expect(parse(fixture('legacy-message.xml')).rejects).toEqual([
    {
      code: 'format.xml',
      sentence:
        'Connect sent legacy XML; in DocuSign, Settings, Connect: set the data format to REST v2.1 (JSON) and the event message delivery mode to "Send Individual Messages (SIM)"',
      index: -1,
      excerpt: '(not kept: the message does not name an envelope of the hub)',
    },
  ]);
  expect(parse(fixture('aggregate-message.json')).rejects[0]?.excerpt).toContain('crm.9001/1');
});
