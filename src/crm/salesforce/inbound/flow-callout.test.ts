import { describe, expect, it } from 'vitest';
import { CANARY, fixture, parse, RECEIVED_AT_MS, readIdsOf, rejectsOf } from './test-deliveries.ts';

const event = { orgId: '00D5g000004XyZaEAK', opportunityId: '0065g00000BqTcAAAV' };
const parseEvents = (...events: unknown[]) => parse(JSON.stringify(events));

describe('callouts of flows that are understood', () => {
  it('leads to a read of the opportunity', () => {
    expect(parse(fixture('flow-tells-of-a-changed-opportunity.json'))).toEqual({
      signals: [],
      reads: [
        {
          kind: 'read',
          // printf '%s' '{"lastModifiedDate":"2026-11-23T10:15:24.000Z","opportunityId":"0065g00000BqTcAAAV","orgId":"00D5g000004XyZaEAK","stageName":"Procurement"}' | sha256sum
          id: 'r/salesforce-main/0065g00000BqTcAAAV/flow/fca678b8be02df47',
          connectionId: 'salesforce-main',
          recordId: '0065g00000BqTcAAAV',
          sinceMs: RECEIVED_AT_MS,
          about: 'flow',
        },
      ],
      rejects: [],
      ignored: {},
    });
  });

  it('reads a list, whatever the names of the fields', () => {
    const { reads, rejects } = parse(fixture('flow-tells-of-three-changed-opportunities.json'));
    expect(reads?.map(({ recordId }) => recordId)).toEqual([
      '0065g00000BqTcAAAV',
      '0065g00000BqTcBAAV',
      '0065g00000CdEfGAAV',
    ]);
    expect(rejects).toEqual([]);
  });

  it.each([
    ['opportunityId before Id', { ...event, Id: '00K5g00000AaBbCEAV' }],
    ['Id in place of opportunityId', { orgId: event.orgId, Id: event.opportunityId }],
    ['id in place of opportunityId', { orgId: event.orgId, id: event.opportunityId }],
    ['recordId in place of an empty opportunityId', { ...event, opportunityId: null, recordId: event.opportunityId }],
    ['organizationId in place of orgId', { organizationId: event.orgId, opportunityId: event.opportunityId }],
    ['15 characters', { orgId: '00D5g000004XyZa', opportunityId: '0065g00000BqTcA' }],
    ['fields that nobody knows', { ...event, stage: { nested: [1, null] }, toString: 1 }],
    ['brackets in a text', { ...event, note: `\\"${'['.repeat(40)}` }],
    ['numbers beyond every limit', { ...event, amount: 1e308, count: 2 ** 60 }],
  ])('takes %s', (_what, given) => {
    const { reads, rejects } = parse(JSON.stringify(given));
    expect(rejects).toEqual([]);
    expect(reads?.map(({ recordId }) => recordId)).toEqual(['0065g00000BqTcAAAV']);
  });

  it('gives the same id to the same event, in whatever order and layout its fields come', () => {
    const [id] = readIdsOf(
      parse('{"orgId":"00D5g000004XyZaEAK","a":[1,{"b":2,"c":3}],"opportunityId":"0065g00000BqTcAAAV"}'),
    );
    const again = '[{ "opportunityId":"0065g00000BqTcAAAV", "a":[1,{"c":3,"b":2}], "orgId":"00D5g000004XyZaEAK" }]';
    expect(readIdsOf(parse(again))).toEqual([id]);
  });

  it('gives another id to an event that says something else, however little', () => {
    const ids = ['{"n":1778192987716501506', '{"n":1778192987716501507', '{"n":"x"', '{"m":"x"'].flatMap((start) =>
      readIdsOf(parse(`${start},"orgId":"00D5g000004XyZaEAK","opportunityId":"0065g00000BqTcAAAV"}`)),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('reads a record once that is told of twice', () => {
    expect(parseEvents({ ...event, at: 1 }, { ...event, at: 2 }).reads).toHaveLength(1);
  });

  it('takes 100 events', () => {
    const events = Array.from({ length: 100 }, (_, at) => ({ ...event, opportunityId: `0065g000000${1000 + at}` }));
    expect(parseEvents(...events).reads).toHaveLength(100);
  });

  it('takes a byte order mark', () => {
    expect(parse(`\ufeff${JSON.stringify(event)}`).reads).toHaveLength(1);
  });
});

describe('callouts of flows that are not understood', () => {
  it.each([
    ['broken JSON', '{"orgId":', 'json.broken'],
    ['two values', '{} {}', 'json.broken'],
    ['100,000 levels', '['.repeat(100_000), 'json.too-deep'],
    ['31 levels', '['.repeat(31) + ']'.repeat(31), 'json.too-deep'],
    ['an empty list', '[]', 'field.missing'],
    ['101 events', JSON.stringify(Array.from({ length: 101 }, () => event)), 'events.too-many'],
  ])('refuses %s as a whole', (_what, body, code) => {
    const parsed = parse(body);
    expect(rejectsOf(parsed)).toEqual([[code, -1]]);
    expect(parsed.reads).toEqual([]);
    expect(parsed.rejects[0]?.sentence).toMatch(/^.{20,400}$/);
  });

  it.each([
    ['a number', 7, 'field.wrong'],
    ['null', null, 'field.wrong'],
    ['a text', 'x', 'field.wrong'],
    ['a list', [event], 'field.wrong'],
    ['no org', { ...event, orgId: undefined }, 'field.missing'],
    ['an org that is a number', { ...event, orgId: 7 }, 'field.wrong'],
    ['an org that is none', { ...event, orgId: 'x' }, 'field.wrong'],
    ['an unknown org', { ...event, orgId: '00D9z0000001AbcEAE' }, 'account.unknown'],
    ['the org of another connection', { ...event, orgId: '00D8c00000KqWerEAF' }, 'account.other'],
    ['no record', { ...event, opportunityId: undefined }, 'field.missing'],
    ['an empty record', { ...event, opportunityId: ' ' }, 'field.missing'],
    ['a record that is a number', { ...event, opportunityId: 6 }, 'field.wrong'],
    ['a record that is a list', { ...event, opportunityId: [event.opportunityId] }, 'field.wrong'],
    ['a record of another object', { ...event, opportunityId: '0015g00000LmNoPAAV' }, 'field.wrong'],
    ['a query as record', { ...event, opportunityId: "0065g00000BqTcA' OR Id != '" }, 'field.wrong'],
    ['another query as record', { ...event, opportunityId: "' OR Name LIKE '%" }, 'field.wrong'],
    ['a path as record', { ...event, opportunityId: '../0065g00000BqTcAAAV' }, 'field.wrong'],
    ['an event of EventBridge', { ...event, 'detail-type': 'x', detail: {} }, 'event.other-route'],
  ])('puts %s aside and goes on', (_what, bad, code) => {
    const parsed = parseEvents(bad, event);
    expect(rejectsOf(parsed)).toEqual([[code, 0]]);
    expect(parsed.reads).toHaveLength(1);
  });

  it('is not changed by names that mean something to JavaScript', () => {
    const parsed = parse(`[{"__proto__":${JSON.stringify(event)}},{"constructor":{"prototype":{"orgId":"x"}}}]`);
    expect(rejectsOf(parsed)).toEqual([
      ['field.missing', 0],
      ['field.missing', 1],
    ]);
    expect(({} as { orgId?: string }).orgId).toBeUndefined();
  });

  it('shows no session id that a flow has put into its callout', () => {
    const session = `00D5g000004XyZa!AQ.${CANARY}`;
    for (const body of [JSON.stringify({ ...event, opportunityId: 'x', session }), `{"session":"${session}"`]) {
      const parsed = parse(body);
      expect(parsed.rejects).toHaveLength(1);
      expect(JSON.stringify(parsed)).not.toContain(CANARY);
    }
  });
});
