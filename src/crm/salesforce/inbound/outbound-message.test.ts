import { describe, expect, it } from 'vitest';
import { CANARY, fixture, parse, RECEIVED_AT_MS, readIdsOf, rejectsOf } from './test-deliveries.ts';

const MOVED = fixture('opportunity-moved-to-procurement.xml');
const BUSY = fixture('morning-of-a-busy-org.xml');

const read = {
  kind: 'read',
  id: 'r/salesforce-main/0065g00000BqTcAAAV/om/04l5g00000QwErTAAV',
  connectionId: 'salesforce-main',
  recordId: '0065g00000BqTcAAAV',
  sinceMs: RECEIVED_AT_MS,
  about: 'outbound-message',
};
const understood = { signals: [], reads: [read], rejects: [], ignored: {} };

/** Fails when there is nothing to replace: a test that changes nothing shows nothing. */
function changed(from: string, to: string, message = MOVED): string {
  if (!message.includes(from)) throw new Error(`the message does not hold ${from}`);
  return message.replaceAll(from, to);
}

const notification = (index: number, type = 'Opportunity') =>
  `<Notification><Id>04l5g00000Q${String(index).padStart(4, '0')}</Id><sObject xsi:type="sf:${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>0065g00000B${String(index).padStart(4, '0')}</sf:Id></sObject></Notification>`;
const messageOf = (notifications: readonly string[]) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D5g000004XyZa</OrganizationId>${notifications.join('')}</notifications></s:Body></s:Envelope>`;

describe('Outbound Messages that are understood', () => {
  it('leads to a read of the opportunity, and says nothing of its stage', () => {
    expect(parse(MOVED)).toEqual(understood);
  });

  it('leads to a read of every opportunity in the message', () => {
    expect(readIdsOf(parse(fixture('two-opportunities-changed-with-a-session-id.xml')))).toEqual([
      'r/salesforce-main/0065g00000BqTcAAAV/om/04l5g00000QwErUAAV',
      'r/salesforce-main/0065g00000BqTcBAAV/om/04l5g00000QwErVAAV',
    ]);
  });

  it('leads to a read of the opportunity that a contact role belongs to', () => {
    expect(readIdsOf(parse(fixture('contact-role-added.xml')))).toEqual([
      'r/salesforce-main/0065g00000BqTcAAAV/om/04l5g00000QwErWAAV',
    ]);
  });

  it('counts notifications of records that were deleted before they could be told', () => {
    expect(parse(fixture('opportunity-deleted-before-delivery.xml'))).toEqual({
      signals: [],
      reads: [],
      rejects: [],
      ignored: { 'notification-without-record': 2 },
    });
  });

  it('reads each opportunity of a mixed message once, and says what became of the rest', () => {
    const parsed = parse(BUSY);
    expect(readIdsOf(parsed)).toEqual([
      'r/salesforce-main/0065g00000BqTcAAAV/om/04l5g00000QwErTAAV',
      'r/salesforce-main/0065g00000BqTcBAAV/om/04l5g00000QwErYAAV',
    ]);
    expect(parsed.ignored).toEqual({ 'object:Account': 1, 'without-opportunity': 1 });
    expect(rejectsOf(parsed)).toEqual([['field.missing', 3]]);
    expect(parsed.rejects[0]?.sentence).toBe('sObject has no Id');
    expect(parsed.rejects[0]?.excerpt).toMatch(/^<Notification>\s*<Id>04l5g00000QwErWAAV<.*<\/Notification>$/s);
  });

  it.each([
    ['the org has 15 characters', changed('00D5g000004XyZaEAK', '00D5g000004XyZa')],
    ['the org has the suffix of another id', changed('00D5g000004XyZaEAK', '00D5g000004XyZaAAA')],
    ['the record has 15 characters', changed('0065g00000BqTcAAAV', '0065g00000BqTcA')],
    ['the notification has 15 characters', changed('04l5g00000QwErTAAV', '04l5g00000QwErT')],
    ['spaces are around the ids', changed('<sf:Id>0065g00000BqTcAAAV', '<sf:Id>\n 0065g00000BqTcAAAV\t')],
    ['an id is in CDATA', changed('0065g00000BqTcAAAV', '<![CDATA[0065g00000BqTcAAAV]]>')],
    ['a comment is in an id', changed('0065g00000BqTcAAAV', '0065g<!-- & < -->00000BqTcAAAV')],
    ['an id is written in entities', changed('0065g00000BqTcAAAV', '&#48;&#x30;65g00000BqTcAAAV')],
    ['the namespace is the one of the partner WSDL', changed('sobject.enterprise', 'sobject.partner')],
    ['the prefix of the fields is another one', changed('xmlns:sf', 'xmlns:x').replaceAll('sf:', 'x:')],
    ['the prefix of SOAP is another one', changed('soapenv', 'SOAP-ENV')],
    [
      'SOAP is the default namespace',
      changed('<soapenv:', '<').replaceAll('</soapenv:', '</').replace('xmlns:soapenv', 'xmlns'),
    ],
    ['the message begins with a byte order mark', `\ufeff${MOVED}`],
    ['the message begins with spaces', ` \r\n${MOVED}`],
    ['the lines end as in Windows', changed('\n', '\r\n')],
    ['the message is one line', MOVED.replace(/>\s+</g, '><')],
    [
      'a header comes before the body',
      changed('<soapenv:Body>', '<soapenv:Header><a/></soapenv:Header><soapenv:Body>'),
    ],
    ['a comment stands in every place', MOVED.replace(/>\s+</g, '><!-- <Id>006</Id> --><')],
    ['there is no ActionId', MOVED.replace(/<ActionId>.*<\/ActionId>/, '')],
    ['there are unknown elements', changed('<Notification>', '<New><Id>1</Id></New><Notification><New/>')],
    ['the fields come in another order', MOVED.replace(/( *<sf:Id>.*)([\s\S]*)( *<\/sObject>)/, '$2$1$3')],
  ])('reads the same when %s', (_what, message) => {
    expect(parse(message)).toEqual(understood);
  });

  /** Every element of the outbound namespace with a prefix, so that no default is left. */
  const prefixed = MOVED.replace('xmlns="http://soap', 'xmlns:o="http://soap').replace(
    /<(\/?)(notifications|OrganizationId|ActionId|SessionId|EnterpriseUrl|PartnerUrl|Notification|Id|sObject)\b/g,
    '<$1o:$2',
  );

  it('reads the same when every prefix is spelt out', () => {
    expect(prefixed).toContain('<o:sObject xsi:type');
    expect(parse(prefixed)).toEqual(understood);
  });

  it('reads the same when the fields are in the default namespace', () => {
    const message = prefixed
      .replace('xmlns:sf=', 'xmlns=')
      .replace(/(<\/?)sf:/g, '$1')
      .replace('sf:Opportunity', 'Opportunity');
    expect(message).toContain('xsi:type="Opportunity"');
    expect(message).toContain('<Id>0065g00000BqTcAAAV</Id>');
    expect(parse(message)).toEqual(understood);
  });

  it('gives the same ids when Salesforce tells it again', () => {
    expect(readIdsOf(parse(BUSY))).toEqual(readIdsOf(parse(BUSY)));
  });

  it('reads 100 notifications', () => {
    const parsed = parse(messageOf(Array.from({ length: 100 }, (_, index) => notification(index))));
    expect(parsed.reads).toHaveLength(100);
    expect(parsed.rejects).toEqual([]);
  });
});

describe('Outbound Messages that are not understood', () => {
  it('refuses 101 notifications as a whole, as nothing that Salesforce sends', () => {
    const parsed = parse(messageOf(Array.from({ length: 101 }, (_, index) => notification(index))));
    expect(rejectsOf(parsed)).toEqual([['notifications.too-many', -1]]);
    expect(parsed.reads).toEqual([]);
    expect(parsed.rejects[0]?.sentence).toContain('101');
  });

  it.each([
    ['a document type', MOVED.replace('<soapenv:Env', '<!DOCTYPE a [<!ENTITY b "c">]><soapenv:Env'), 'xml.doctype'],
    ['an entity of its own', changed('0065g00000BqTcAAAV', '&id;'), 'xml.broken'],
    ['100,000 levels', changed('<sf:Amount>', `${'<sf:a>'.repeat(100_000)}<sf:Amount>`), 'xml.too-deep'],
    ['no end', MOVED.slice(0, -20), 'xml.broken'],
    ['a processing instruction', changed('<soapenv:Body>', '<?php evil ?><soapenv:Body>'), 'xml.broken'],
    [
      'SOAP 1.2',
      changed('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'),
      'xml.namespace',
    ],
    ['no namespace of SOAP', changed('soapenv:', ''), 'xml.namespace'],
    ['a Body of another namespace', MOVED.replace(/soapenv:Body/g, 'xsd:Body'), 'xml.namespace'],
    ['another namespace of Outbound Messages', changed('2005/09/outbound', '2006/10/outbound'), 'xml.namespace'],
    [
      'no namespace of Outbound Messages',
      changed(' xmlns="http://soap.sforce.com/2005/09/outbound"', ''),
      'xml.namespace',
    ],
    ['an org of another namespace', changed('<OrganizationId>', '<OrganizationId xmlns="urn:x">'), 'xml.namespace'],
    [
      'another Envelope around the Body of SOAP',
      MOVED.replace('<soapenv:Envelope', '<x:Envelope xmlns:x="urn:x"').replace('</soapenv:Env', '</x:Env'),
      'xml.namespace',
    ],
    ['another root', '<a/>', 'soap.not-outbound-message'],
    ['an answer instead of a message', changed('notifications', 'notificationsResponse'), 'soap.not-outbound-message'],
    ['no Body', '<a:Envelope xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"/>', 'soap.not-outbound-message'],
    ['two Bodies', changed('<soapenv:Body>', '<soapenv:Body/><soapenv:Body>'), 'soap.not-outbound-message'],
    [
      'a Fault',
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault/></s:Body></s:Envelope>',
      'soap.not-outbound-message',
    ],
    ['a second thing in the Body', changed('</soapenv:Body>', '<x/></soapenv:Body>'), 'soap.not-outbound-message'],
    [
      'two messages in the Body',
      MOVED.replace(/(<notifications[\s\S]*<\/notifications>)/, '$1$1'),
      'soap.not-outbound-message',
    ],
    ['no org', MOVED.replace(/<OrganizationId>.*<\/OrganizationId>/, ''), 'field.missing'],
    ['an empty org', changed('00D5g000004XyZaEAK', ' '), 'field.missing'],
    ['an org that is none', changed('00D5g000004XyZaEAK', '00D'), 'field.wrong'],
    ['an org twice', MOVED.replace(/(<OrganizationId>.*<\/OrganizationId>)/, '$1$1'), 'field.wrong'],
    ['an org of elements', changed('00D5g000004XyZaEAK', '00D5g000004XyZaEAK<a/>'), 'field.wrong'],
    ["another organisation's id", changed('00D5g000004XyZa', '00D9z0000001Abc'), 'account.unknown'],
    ['the org of another connection', changed('00D5g000004XyZaEAK', '00D8c00000KqWerEAF'), 'account.other'],
    ['no notification', messageOf([]), 'field.missing'],
  ])('refuses a message with %s as a whole', (_what, message, code) => {
    const parsed = parse(message);
    expect(rejectsOf(parsed)).toEqual([[code, -1]]);
    expect(parsed.signals).toEqual([]);
    expect(parsed.reads).toEqual([]);
    expect(parsed.ignored).toEqual({});
    expect(parsed.rejects[0]?.sentence).toMatch(/^.{20,400}$/);
  });

  it.each([
    ['no Id', changed('<sf:Id>0065g00000BqTcAAAV</sf:Id>', ''), 'field.missing'],
    ['an empty Id', changed('0065g00000BqTcAAAV', ''), 'field.missing'],
    ['an Id of another object', changed('0065g00000BqTcAAAV', '0015g00000LmNoPAAV'), 'field.wrong'],
    ['an Id twice', changed('<sf:Id>', '<sf:Id>0065g00000BqTcBAAV</sf:Id><sf:Id>'), 'field.wrong'],
    ['an Id of elements', changed('0065g00000BqTcAAAV', '<sf:a>0065g00000BqTcAAAV</sf:a>'), 'field.wrong'],
    ['an Id of another namespace', changed('<sf:Id>', '<sf:Id xmlns:sf="urn:x">'), 'xml.namespace'],
    ['no Id of its own', changed('<Id>04l5g00000QwErTAAV</Id>', ''), 'field.missing'],
    ['an Id of its own that is none', changed('04l5g00000QwErTAAV', '../04l'), 'field.wrong'],
    ['no type', changed('xsi:type="sf:Opportunity"', ''), 'field.missing'],
    ['a type without its prefix', changed('sf:Opportunity"', 'Opportunity"'), 'xml.namespace'],
    ['a type with an unknown prefix', changed('sf:Opportunity"', 'x:Opportunity"'), 'xml.namespace'],
    ['a type that XML Schema does not know', changed('xsi:type="', 'xsd:type="'), 'field.missing'],
    ['a record of another namespace', changed('urn:sobject.enterprise.soap.sforce.com', 'urn:fake'), 'xml.namespace'],
    ['an sObject of another namespace', changed('<sObject ', '<sObject xmlns="urn:x" '), 'xml.namespace'],
    ['a Notification of another namespace', changed('<Notification>', '<Notification xmlns="urn:x">'), 'xml.namespace'],
    [
      'a tag of its own of another namespace',
      changed('<Notification>', '<x:Notification xmlns:x="urn:x">').replace('</Notification>', '</x:Notification>'),
      'xml.namespace',
    ],
  ])('puts a notification with %s aside', (_what, message, code) => {
    const parsed = parse(message);
    expect(rejectsOf(parsed)).toEqual([[code, 0]]);
    expect(parsed.reads).toEqual([]);
    expect(parsed.rejects[0]?.excerpt).toMatch(/^<(?:x:)?Notification.*Notification>$/s);
  });

  it.each([
    ["' OR Name != '"],
    ["0065g00000BqTcA' OR Id != '"],
    ["006' OR '1'='1' --"],
    ['0065g00000BqTcA%00AV'],
    ['../../sobjects/Account'],
    ['0065g00000BqTcAAAV0065g00000BqTcAAAV'],
    ['0065g00000BqTcAÄÄV'],
    ['1e308'],
    ['-1'],
    [`006${'9'.repeat(500)}`],
  ])('never reads the record %j', (id) => {
    const inXml = id.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const parsed = parse(changed('0065g00000BqTcAAAV', inXml));
    expect(rejectsOf(parsed)).toEqual([['field.wrong', 0]]);
    expect(parsed.reads).toEqual([]);
  });

  it('does not hold up the good notifications for a bad one', () => {
    const parsed = parse(messageOf([notification(1), notification(2).replace('0065g', 'x065g'), notification(3)]));
    expect(rejectsOf(parsed)).toEqual([['field.wrong', 1]]);
    expect(parsed.reads).toHaveLength(2);
  });

  it('counts few kinds, however many a message makes up, and each by a short name', () => {
    const all = Array.from({ length: 100 }, (_, index) => notification(index, `${'x'.repeat(200)}${index}`));
    expect(parse(messageOf(all)).ignored).toEqual({ [`object:${'x'.repeat(73)}`]: 100 });
    const many = Array.from({ length: 100 }, (_, index) => notification(index, `My${index}__c`));
    expect(Object.keys(parse(messageOf(many)).ignored)).toHaveLength(51);
    expect(parse(messageOf(many)).ignored['other']).toBe(50);
  });
});

describe('the session id of an Outbound Message', () => {
  const WITH_SESSION = [BUSY, fixture('two-opportunities-changed-with-a-session-id.xml')];

  it('is in the messages of this test', () => {
    for (const message of WITH_SESSION) expect(message).toContain(CANARY);
  });

  it('does not come out of a message that is understood, nor of one that is refused', () => {
    for (const message of WITH_SESSION) {
      for (const body of [message, message.replace('</soapenv:Env', '</x'), message.replaceAll('soapenv', 'x:y')]) {
        expect(JSON.stringify(parse(body))).not.toContain(CANARY);
      }
    }
  });

  it('does not come out of a message that was cut off, wherever', () => {
    for (const message of WITH_SESSION) {
      for (let length = 0; length < message.length; length += 1) {
        expect(JSON.stringify(parse(message.slice(0, length)))).not.toContain(CANARY.slice(0, 6));
      }
    }
  });

  it('does not come out of a message in UTF-16', () => {
    const [message = ''] = WITH_SESSION;
    for (const body of [Buffer.from(message, 'utf16le'), Buffer.from(`\ufeff${message}`, 'utf16le')]) {
      const parsed = parse(body);
      expect(rejectsOf(parsed)).toEqual([['xml.broken', -1]]);
      expect(parsed.rejects[0]?.excerpt).toBe('(not kept: the bytes are no text in UTF-8)');
    }
  });
});
