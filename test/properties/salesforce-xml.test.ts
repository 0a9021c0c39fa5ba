import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { salesforceDoor } from '../../src/crm/salesforce/inbound/door.ts';
import { salesforceParser } from '../../src/crm/salesforce/inbound/parser.ts';
import type { Parsed } from '../../src/webhooks/parser.ts';

const connections = [{ id: 'salesforce-main', provider: 'salesforce', accountId: '00D5g000004XyZaEAK' }];

function parse(body: string | Uint8Array, connectionId: string): Parsed {
  const delivery = {
    v: 1,
    kind: 'delivery',
    deliveryId: 'd',
    provider: 'salesforce',
    connectionId,
    receivedAtMs: 1_795_424_400_000,
    traceId: 't',
    headers: {},
    bodyBase64: Buffer.from(body).toString('base64'),
  } as const;
  return salesforceParser.parse(delivery, { connections, receivedAtMs: delivery.receivedAtMs });
}

/** Ids of 18 characters by what they may be written as. */
const OPPORTUNITIES: Readonly<Record<string, string>> = {
  '0065g00000BqTcA': '0065g00000BqTcAAAV',
  '0065g00000BqTcAAAV': '0065g00000BqTcAAAV',
  '0065g00000BqTcB': '0065g00000BqTcBAAV',
  '0065g00000CdEfGAAV': '0065g00000CdEfGAAV',
  '0065g00000GhJkL': '0065g00000GhJkLAAV',
  '0065g00000MnPqRAAV': '0065g00000MnPqRAAV',
};
/** What is no opportunity, as text in XML. */
const OTHER_TEXTS = ['0015g00000LmNoPAAV', '', 'x', "' OR Id != '", '006', '&amp;', '&#x30;06', '<![CDATA[]]>'];

interface Told {
  readonly type: 'Opportunity' | 'Account' | 'Ghost__c';
  readonly id: string;
  readonly isGone: boolean;
}
const told: fc.Arbitrary<Told> = fc.record({
  type: fc.constantFrom('Opportunity', 'Opportunity', 'Account', 'Ghost__c'),
  id: fc.constantFrom(...Object.keys(OPPORTUNITIES), ...OTHER_TEXTS),
  isGone: fc.boolean(),
});

interface Names {
  /** Prefixes; an empty one makes a default namespace. */
  readonly soap: string;
  readonly outbound: string;
  readonly instance: string;
  readonly sobject: string;
  /** The field declares its namespace as default, instead of using the prefix. */
  readonly plainFields: boolean;
}
const prefix = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/).filter((text) => !/^xml/i.test(text));
const someNames: fc.Arbitrary<Names> = fc
  .uniqueArray(prefix, { minLength: 4, maxLength: 4 })
  .chain(([soap = '', outbound = '', instance = '', sobject = '']) =>
    fc.record({
      soap: fc.constantFrom('', soap),
      outbound: fc.constantFrom('', outbound),
      instance: fc.constant(instance),
      sobject: fc.constant(sobject),
      plainFields: fc.boolean(),
    }),
  );
/** What may stand between elements and changes nothing. */
const filler = fc.constantFrom('', '\n ', '\r\n', '<!-- <Notification> & -->', '\t<!---->');

function envelopeOf(all: readonly Told[], names: Names, fill: string): string {
  const tag = (space: string, name: string) => (space === '' ? name : `${space}:${name}`);
  const declare = (space: string, uri: string) => ` xmlns${space === '' ? '' : `:${space}`}="${uri}"`;
  const element = (space: string, name: string, inside: string, attributes = '') =>
    `${fill}<${tag(space, name)}${attributes}>${inside}</${tag(space, name)}>${fill}`;
  const { soap, outbound, instance, sobject, plainFields } = names;
  const SOBJECT = 'urn:sobject.enterprise.soap.sforce.com';
  const notifications = all.map(({ type, id, isGone }, index) => {
    const field = plainFields ? element('', 'Id', id, declare('', SOBJECT)) : element(sobject, 'Id', id);
    const attributes = `${declare(instance, 'http://www.w3.org/2001/XMLSchema-instance')}${declare(sobject, SOBJECT)} ${instance}:type="${sobject}:${type}"`;
    const record = element(outbound, 'sObject', isGone ? '' : field, attributes);
    return element(outbound, 'Notification', element(outbound, 'Id', `04l5g00000Q${1000 + index}`) + record);
  });
  const org = element(outbound, 'OrganizationId', '00D5g000004XyZa');
  const inside = org + notifications.join('');
  const message = element(
    outbound,
    'notifications',
    inside,
    declare(outbound, 'http://soap.sforce.com/2005/09/outbound'),
  );
  const body = element(soap, 'Body', message);
  return element(soap, 'Envelope', body, declare(soap, 'http://schemas.xmlsoap.org/soap/envelope/'));
}

describe('Salesforce messages, whatever they hold', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '/',
    '</',
    '/>',
    '&',
    ';',
    '"',
    "'",
    '=',
    ' ',
    '<?xml version="1.0"?>',
    '<?',
    '?>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE',
    '<a>',
    '</a>',
    'a',
    'xmlns',
    ':',
    '&amp;',
    '&#',
    '\ufeff',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    'SessionId',
    '{',
    '}',
    '[',
    ']',
    ',',
    '1e999',
    'null',
  );

  it('neither door nor parser throws on any bytes, and nothing comes of them', () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.of(0x3c, ...bytes)),
      fc.array(pieces, { maxLength: 60 }).map((all) => Buffer.from(all.join(''))),
    );
    fc.assert(
      fc.property(bodies, fc.string({ unit: 'binary' }), (body, text) => {
        for (const connectionId of ['salesforce-main', '']) {
          const { signals, reads, rejects } = parse(body, connectionId);
          expect({ signals, reads }).toEqual({ signals: [], reads: [] });
          expect(rejects.length).toBeGreaterThan(0);
        }
        const request = { method: 'POST', url: text, headers: { 'x-api-key': text, authorization: text }, body };
        expect(salesforceDoor.verify(request, { signingKeys: [text, ''] }, 0).ok).toBe(false);
        expect(salesforceDoor.acknowledge(request).status).toBe(200);
        expect(typeof salesforceDoor.redactUrl?.(text)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('reads each opportunity of a well-formed message once, whatever its prefixes, comments and spaces', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 100 }), someNames, filler, (all, names, fill) => {
        const wanted = new Set(
          all.flatMap(({ type, id, isGone }) => {
            const recordId = type === 'Opportunity' && !isGone ? OPPORTUNITIES[id] : undefined;
            return recordId === undefined ? [] : [recordId];
          }),
        );
        const { signals, reads = [], rejects } = parse(envelopeOf(all, names, fill), 'salesforce-main');
        expect(signals).toEqual([]);
        expect(reads.map(({ recordId }) => recordId)).toEqual([...wanted]);
        expect(reads.length).toBeLessThanOrEqual(all.length);
        for (const { recordId } of reads) expect(recordId).toHaveLength(18);
        const codes = new Set(rejects.map(({ code }) => code));
        expect(['field.wrong', 'field.missing']).toEqual(expect.arrayContaining([...codes]));
      }),
    );
  });

  it('shows nothing of a session id when one byte of its message changes, goes or comes', () => {
    const message = Buffer.from(
      envelopeOf(
        [{ type: 'Opportunity', id: '0065g00000BqTcA', isGone: false }],
        { soap: 's', outbound: '', instance: 'i', sobject: 'f', plainFields: false },
        '\n',
      ).replace('</OrganizationId>', '</OrganizationId><SessionId>00D5g000004XyZa!AQ.canary-of-a-session</SessionId>'),
    );
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.nat(255), fc.nat(2), (at, byte, removed) => {
        const body = Buffer.concat([message.subarray(0, at), Buffer.of(byte), message.subarray(at + removed)]);
        expect(JSON.stringify(parse(body, 'salesforce-main'))).not.toContain('canary');
      }),
      { numRuns: 2_000 },
    );
  });
});
