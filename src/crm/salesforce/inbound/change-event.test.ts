import { describe, expect, it } from 'vitest';
import { fixture, parse, readIdsOf, rejectsOf } from './test-deliveries.ts';

const COMMITTED_AT_MS = 1_795_424_399_000;
const parseEvent = (body: string) => parse(body, '-');
const parseFixture = (name: string) => parseEvent(fixture(`${name}.json`));

const read = {
  kind: 'read',
  id: 'r/salesforce-main/0065g00000BqTcAAAV/cdc/1778192987716501506/1',
  connectionId: 'salesforce-main',
  recordId: '0065g00000BqTcAAAV',
  // The end of the second: which moment of it is meant, a time in whole seconds does not say.
  sinceMs: 1_795_424_399_999,
  about: 'change-event',
};
const lifecycle = (what: string) => ({
  v: 1,
  kind: 'lifecycle',
  id: `l/salesforce-main/0065g00000BqTcAAAV/${what}/1795424399000`,
  connectionId: 'salesforce-main',
  recordId: '0065g00000BqTcAAAV',
  what,
  atMs: COMMITTED_AT_MS,
});
const overflow = {
  kind: 'read',
  id: 'r/salesforce-main/*/cdc/1778192987716501506/1',
  connectionId: 'salesforce-main',
  recordId: undefined,
  sinceMs: COMMITTED_AT_MS,
  about: 'overflow',
};
const nothing = { signals: [], reads: [], rejects: [], ignored: {} };

const MOVED = fixture('opportunity-moved-to-procurement.json');

/** Fails when there is nothing to replace: a test that changes nothing shows nothing. */
function changed(from: string, to: string, event = MOVED): string {
  if (!event.includes(from)) throw new Error(`the event does not hold ${from}`);
  return event.replaceAll(from, to);
}
const withFields = (fields: readonly string[], origin = '', payload: Record<string, unknown> = {}) => {
  const event = JSON.parse(MOVED);
  const { ChangeEventHeader } = event.detail.payload;
  event.detail.payload = {
    ChangeEventHeader: { ...ChangeEventHeader, changedFields: fields, changeOrigin: origin },
    ...payload,
  };
  return JSON.stringify(event).replace(/1778192987716501\d+/, '1778192987716501506');
};

describe('change events that are understood', () => {
  it.each([
    ['opportunity-moved-to-procurement', { ...nothing, reads: [read] }],
    ['opportunity-created', { ...nothing, signals: [lifecycle('created')], reads: [read] }],
    ['opportunity-deleted', { ...nothing, signals: [lifecycle('deleted')] }],
    ['opportunity-restored', { ...nothing, signals: [lifecycle('restored')], reads: [read] }],
    ['hub-wrote-the-stage', { ...nothing, reads: [read] }],
    ['hub-wrote-its-own-fields', { ...nothing, ignored: { 'own-fields': 1 } }],
    ['change-that-could-not-be-told', { ...nothing, reads: [{ ...read, about: 'gap' }] }],
    ['too-many-changes-in-one-transaction', { ...nothing, reads: [overflow] }],
    ['field-type-was-converted', { ...nothing, reads: [overflow] }],
    ['contact-role-added', { ...nothing, reads: [read] }],
    ['product-quantity-changed', { ...nothing, ignored: { 'without-opportunity': 1 } }],
    ['account-renamed', { ...nothing, ignored: { 'object:Account': 1 } }],
  ])('reads %s', (name, parsed) => {
    expect(parseFixture(name)).toEqual(parsed);
  });

  it('leads to a read of every record that the same change has hit', () => {
    expect(readIdsOf(parseFixture('two-opportunities-changed-in-one-transaction'))).toEqual([
      'r/salesforce-main/0065g00000BqTcAAAV/cdc/1778192987716501506/1',
      'r/salesforce-main/0065g00000BqTcBAAV/cdc/1778192987716501506/1',
    ]);
  });

  it.each([
    ['1778192987716501506', '1778192987716501506'],
    ['1778192987716501507', '1778192987716501507'],
    ['"1778192987716501506"', '1778192987716501506'],
    ['9007199254740993', '9007199254740993'],
    ['9223372036854775807', '9223372036854775807'],
    ['7', '7'],
  ])('keeps every digit of commit number %s', (written, digits) => {
    expect(readIdsOf(parseEvent(changed('1778192987716501506', written)))).toEqual([
      `r/salesforce-main/0065g00000BqTcAAAV/cdc/${digits}/1`,
    ]);
  });

  it('tells the events of one transaction apart', () => {
    expect(readIdsOf(parseEvent(changed('"sequenceNumber": 1', '"sequenceNumber": 12')))).toEqual([
      'r/salesforce-main/0065g00000BqTcAAAV/cdc/1778192987716501506/12',
    ]);
  });

  it.each([
    ['milliseconds', '1795424399000'],
    ['milliseconds as text', '"1795424399000"'],
    ['ISO 8601', '"2026-11-23T08:59:59.000Z"'],
    ['ISO 8601 without decimals', '"2026-11-23T08:59:59Z"'],
    ['ISO 8601 as the REST API writes it', '"2026-11-23T08:59:59.000+0000"'],
    ['ISO 8601 with another zone', '"2026-11-23T10:59:59.000+02:00"'],
  ])('takes a commit time in %s', (_form, written) => {
    expect(parseEvent(changed('1795424399000', written))).toEqual({ ...nothing, reads: [read] });
  });

  it('takes a commit time with milliseconds as exact', () => {
    const [exact] = parseEvent(changed('1795424399000', '1795424399001')).reads ?? [];
    expect(exact?.sinceMs).toBe(1_795_424_399_001);
  });

  it.each([
    ['has 15 characters in its source', changed('00D5g000004XyZaEAK', '00D5g000004XyZa')],
    ['has 15 characters as record id', changed('0065g00000BqTcAAAV', '0065g00000BqTcA')],
    ['names one record twice', changed('["0065g00000BqTcAAAV"]', '["0065g00000BqTcAAAV","0065g00000BqTcA"]')],
    ['has ids beside the payload', changed('"payload"', '"id": 1, "schemaId": "x", "payload"')],
    ['has unknown fields in its header', changed('"entityName"', '"diffFields": [], "newField": {}, "entityName"')],
    ['tells no changeOrigin', changed('"changeOrigin": "",', '')],
    ['is committed exactly 5 minutes after it was received', changed('1795424399000', '1795424700000')],
  ])('reads an event that %s', (_what, body) => {
    const parsed = parseEvent(body);
    expect(parsed.rejects).toEqual([]);
    expect(parsed.reads?.map(({ recordId }) => recordId)).toEqual(['0065g00000BqTcAAAV']);
  });

  it('gives an event to the connection of its org', () => {
    expect(readIdsOf(parseEvent(changed('00D5g000004XyZaEAK', '00D8c00000KqWerEAF')))).toEqual([
      'r/salesforce-emea/0065g00000BqTcAAAV/cdc/1778192987716501506/1',
    ]);
  });

  it.each(['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'])(
    'reads the record of a %s, and believes nothing',
    (type) => {
      expect(parseEvent(changed('"UPDATE"', `"${type}"`))).toEqual({ ...nothing, reads: [{ ...read, about: 'gap' }] });
    },
  );

  it.each([
    ['CREATE', '["006*"]'],
    ['UPDATE', '["006*"]'],
    ['DELETE', '["006*"]'],
    ['UPDATE', '["000000000000000AAA"]'],
    ['UPDATE', '["000000000000000"]'],
    ['GAP_UPDATE', '["000000000000000AAA"]'],
    ['GAP_OVERFLOW', '["0065g00000BqTcAAAV"]'],
    ['GAP_OVERFLOW', '[]'],
    ['GAP_OVERFLOW', '["x", 7]'],
  ])('compares everything after a %s of %s', (type, ids) => {
    const body = changed('"UPDATE"', `"${type}"`).replace('["0065g00000BqTcAAAV"]', ids);
    expect(parseEvent(body)).toEqual({ ...nothing, reads: [overflow] });
  });

  it('reads the records that are named beside a wildcard', () => {
    const parsed = parseEvent(changed('["0065g00000BqTcAAAV"]', '["006*","0065g00000BqTcAAAV","006*"]'));
    expect(parsed.reads).toEqual([overflow, read]);
  });

  it.each([
    ['a snapshot', changed('"UPDATE"', '"SNAPSHOT"'), { snapshot: 1 }],
    ['a type that is new', changed('"UPDATE"', '"ARCHIVE"'), { 'change:ARCHIVE': 1 }],
    [
      'a contact role without its opportunity',
      changed('"Opportunity"', '"OpportunityContactRole"'),
      { 'without-opportunity': 1 },
    ],
    [
      'an overflow of contact roles',
      changed('"Opportunity"', '"OpportunityContactRole"').replace('"UPDATE"', '"GAP_OVERFLOW"'),
      { 'without-opportunity': 1 },
    ],
    [
      'a platform event',
      changed('"OpportunityChangeEvent"', '"Order__e"').replace('ChangeEventHeader', 'Header'),
      { 'event:Order__e': 1 },
    ],
    [
      'an object as long as a book',
      changed('"Opportunity"', `"${'x'.repeat(500)}"`),
      { [`object:${'x'.repeat(73)}`]: 1 },
    ],
  ])('counts %s', (_what, body, ignored) => {
    expect(parseEvent(body)).toEqual({ ...nothing, ignored });
  });
});

describe('change events about what the hub wrote itself', () => {
  const CLIENT = 'com/salesforce/api/rest/66.0;client=stagepost';

  it.each([
    ['its own fields', ['Stagepost_Contract_Status__c', 'Stagepost_Contract_Envelope__c'], ''],
    [
      'its own fields and what every write moves',
      ['Stagepost_Contract_Status__c', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'],
      '',
    ],
    ['its own fields, told by its client', ['Stagepost_Contract_Status__c', 'LastModifiedDate'], CLIENT],
    [
      'something that moves with them, told by its client',
      ['Stagepost_Contract_Status__c', 'LastActivityDate'],
      CLIENT,
    ],
    ['other fields, told by its client', ['NextStep'], `${CLIENT};x=y`],
  ])('ignores %s', (_what, fields, origin) => {
    expect(parseEvent(withFields(fields, origin))).toEqual({ ...nothing, ignored: { 'own-fields': 1 } });
  });

  it.each([
    ['its stage', ['StageName', 'LastModifiedDate'], CLIENT],
    ['its stage beside its own fields', ['Stagepost_Contract_Status__c', 'StageName'], CLIENT],
    ["somebody else's field beside its own", ['Stagepost_Contract_Status__c', 'Amount'], ''],
    ['only what every write moves', ['LastModifiedDate', 'SystemModstamp'], ''],
    ['a field that only looks like its own', ['NotStagepost_X__c'], ''],
    ['a client that only looks like its own', ['Amount'], 'com/salesforce/api/rest/66.0;client=stagepost2'],
    ['nothing that is named', [], CLIENT],
  ])('reads %s', (_what, fields, origin) => {
    expect(parseEvent(withFields(fields, origin))).toEqual({ ...nothing, reads: [read] });
  });

  it('reads what it created itself', () => {
    const body = withFields(['Stagepost_Contract_Status__c'], CLIENT).replace('"UPDATE"', '"CREATE"');
    expect(parseEvent(body)).toEqual({ ...nothing, signals: [lifecycle('created')], reads: [read] });
  });

  it.each([
    ['reads', { Stagepost_Contract_Status__c: 'sent', StageName: 'Procurement' }, { ...nothing, reads: [read] }],
    [
      'ignores',
      { Stagepost_Contract_Status__c: 'sent', LastModifiedDate: 'x' },
      { ...nothing, ignored: { 'own-fields': 1 } },
    ],
  ])('%s by the payload when no changed fields are named', (_does, payload, parsed) => {
    expect(parseEvent(withFields([], '', payload))).toEqual(parsed);
  });
});

describe('change events that are not understood', () => {
  it.each([
    ['broken JSON', MOVED.slice(0, -20), 'json.broken'],
    ['100,000 levels', changed('"Probability": 80.0', `"a": ${'['.repeat(100_000)}`), 'json.too-deep'],
    ['a list', '[]', 'field.missing'],
    ['null', 'null', 'field.missing'],
    ['no source', changed('"source"', '"sauce"'), 'field.missing'],
    ['a source that is a number', MOVED.replace(/"source": "[^"]*"/, '"source": 5'), 'field.missing'],
    ['no detail', changed('"detail":', '"retail":'), 'field.missing'],
    ['a detail that is a list', MOVED.replace(/"detail": \{[\s\S]*/, '"detail": [] }'), 'field.missing'],
    ['no payload', changed('"payload"', '"cargo"'), 'field.missing'],
    ['a payload that is a text', MOVED.replace(/"payload": \{[\s\S]*/, '"payload": "x" } }'), 'field.missing'],
    ['no header', changed('"ChangeEventHeader"', '"Header"'), 'field.missing'],
    ['no entityName', changed('"entityName"', '"entity"'), 'field.missing'],
    ['no changeType', changed('"changeType"', '"type"'), 'field.missing'],
    ['the form of AppFlow', fixture('opportunity-changed-by-way-of-appflow.json'), 'event.other-route'],
    [
      'the form of AppFlow under the source of Event Relay',
      fixture('opportunity-changed-by-way-of-appflow.json').replace(
        /"source": "[^"]*"/,
        '"source": "aws.partner/salesforce.com/00D5g000004XyZaEAK/0YL5g0000000ChnGAE"',
      ),
      'event.other-route',
    ],
    ['another source', changed('aws.partner/salesforce.com/', 'com.example.orders/'), 'event.other-route'],
    ['a source without an org', changed('00D5g000004XyZaEAK/', '/'), 'field.missing'],
    ['a source whose org is none', changed('00D5g000004XyZaEAK/', "00D' OR 1=1/"), 'field.wrong'],
    ["another organisation's source", changed('00D5g000004XyZaEAK', '00D9z0000001AbcEAE'), 'account.unknown'],
    ['a source with a name of JavaScript', changed('00D5g000004XyZaEAK', '__proto__'), 'field.wrong'],
    ['no commitTimestamp', changed('"commitTimestamp"', '"time"'), 'field.wrong'],
    ['a commitTimestamp that is no time', changed('1795424399000', '"yesterday"'), 'field.wrong'],
    ['a commitTimestamp without a zone', changed('1795424399000', '"2026-11-23T08:59:59"'), 'field.wrong'],
    ['a commitTimestamp on the 45th', changed('1795424399000', '"2026-11-45T08:59:59Z"'), 'field.wrong'],
    ['a commitTimestamp of zero', changed('1795424399000', '0'), 'field.wrong'],
    ['a commitTimestamp before 1970', changed('1795424399000', '-5'), 'field.wrong'],
    ['a commitTimestamp with a fraction', changed('1795424399000', '1795424399000.5'), 'field.wrong'],
    ['a commitTimestamp that no date can hold', changed('1795424399000', '8640000000000001'), 'field.wrong'],
    ['a commitTimestamp beyond all numbers', changed('1795424399000', '1e999'), 'field.wrong'],
    ['a commitTimestamp in the future', changed('1795424399000', '1795424700001'), 'time.future'],
    [
      'a commitTimestamp in seconds taken for the year 58000',
      changed('1795424399000', '1795424399000000'),
      'time.future',
    ],
    ['no commitNumber', changed('"commitNumber"', '"number"'), 'field.wrong'],
    ['a commitNumber that lost its digits', changed('1778192987716501506', '1.7781929877165015e18'), 'field.wrong'],
    ['a commitNumber below zero', changed('1778192987716501506', '-1'), 'field.wrong'],
    ['a commitNumber that is a path', changed('1778192987716501506', '"../1"'), 'field.wrong'],
    ['a commitNumber of 21 digits', changed('1778192987716501506', '177819298771650150612'), 'field.wrong'],
    ['a sequenceNumber that is a list', changed('"sequenceNumber": 1', '"sequenceNumber": [1]'), 'field.wrong'],
    ['no sequenceNumber', changed('"sequenceNumber": 1,', ''), 'field.wrong'],
    ['no recordIds', changed('"recordIds"', '"records"'), 'field.wrong'],
    ['recordIds that are a text', changed('["0065g00000BqTcAAAV"]', '"0065g00000BqTcAAAV"'), 'field.wrong'],
    ['empty recordIds', changed('["0065g00000BqTcAAAV"]', '[]'), 'field.missing'],
    [
      'a contact role of a wrong opportunity',
      changed('"0065g00000BqTcAAAV"', '"006\' OR 1=1"', fixture('contact-role-added.json')),
      'field.wrong',
    ],
  ])('refuses %s', (_what, body, code) => {
    const parsed = parseEvent(body);
    expect(rejectsOf(parsed)).toEqual([[code, -1]]);
    expect(parsed).toMatchObject({ signals: [], reads: [], ignored: {} });
    expect(parsed.rejects[0]?.sentence).toMatch(/^.{20,400}$/);
  });

  it('says that the relay must be Event Relay when it is AppFlow', () => {
    expect(parseFixture('opportunity-changed-by-way-of-appflow').rejects[0]?.sentence).toBe(
      "the event did not come by Salesforce's Event Relay; connect the org with Event Relay (Setup, Event Relays) and not with AppFlow, whose events have another form",
    );
  });

  it.each([
    ['a query', '"006\' OR Name != \'"', 'field.wrong'],
    ['a path', '"../0065g00000BqTcAAAV"', 'field.wrong'],
    ['another object', '"0015g00000LmNoPAAV"', 'field.wrong'],
    ['a wildcard and more', '"006**"', 'field.wrong'],
    ['an empty text', '""', 'field.missing'],
    ['null', 'null', 'field.missing'],
    ['a number', '6', 'field.wrong'],
    ['a list', '["0065g00000BqTcAAAV"]', 'field.wrong'],
  ])('puts a record id aside that is %s, and reads the others', (_what, id, code) => {
    const parsed = parseEvent(changed('["0065g00000BqTcAAAV"]', `["0065g00000BqTcBAAV", ${id}, "0065g00000BqTcAAAV"]`));
    expect(rejectsOf(parsed)).toEqual([[code, 1]]);
    expect(parsed.reads?.map(({ recordId }) => recordId)).toEqual(['0065g00000BqTcBAAV', '0065g00000BqTcAAAV']);
  });

  it('believes no deletion of what is no opportunity', () => {
    const parsed = parseEvent(
      changed('"0065g00000BqTcAAAV"', '"0015g00000LmNoPAAV"', fixture('opportunity-deleted.json')),
    );
    expect(parsed.signals).toEqual([]);
    expect(rejectsOf(parsed)).toEqual([['field.wrong', 0]]);
  });

  it('is not changed by names that mean something to JavaScript', () => {
    const body = changed('"payload": {', '"__proto__": {"a": 1}, "payload": {"__proto__": {"b": 1}, "constructor": 1,');
    expect(parseEvent(body)).toEqual({ ...nothing, reads: [read] });
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});
