import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../webhooks/delivery.ts';
import { hubspotParser } from './parser.ts';

const RECEIVED_AT_MS = 1_795_427_416_000;
const connections = [
  { id: 'hubspot-main', provider: 'hubspot', accountId: '24681012', secret: 'keys/one-app' },
  { id: 'hubspot-emea', provider: 'hubspot', accountId: '13572468', secret: 'keys/one-app' },
];

function deliveryOf(body: string | Uint8Array, connectionId = 'hubspot-main'): Delivery {
  return {
    v: 1,
    kind: 'delivery',
    deliveryId: '01KCT0000000000000000000AA',
    provider: 'hubspot',
    connectionId,
    receivedAtMs: RECEIVED_AT_MS,
    traceId: 'trace',
    headers: {},
    bodyBase64: Buffer.from(body).toString('base64'),
  };
}

const parse = (body: string | Uint8Array) =>
  hubspotParser.parse(deliveryOf(body), { connections, receivedAtMs: RECEIVED_AT_MS });
const parseFixture = (name: string) => parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url)));
const parseEvents = (...events: unknown[]) => parse(JSON.stringify(events));

const stageChange = {
  portalId: 24681012,
  occurredAt: 1795427415123,
  subscriptionType: 'deal.propertyChange',
  objectId: 18230451977,
  propertyName: 'dealstage',
  propertyValue: '1100000006',
};
const procurement = {
  v: 1,
  kind: 'transition',
  id: 't/hubspot-main/18230451977/1100000006/1795427415123',
  connectionId: 'hubspot-main',
  recordId: '18230451977',
  stageId: '1100000006',
  enteredAtMs: 1795427415123,
  granularityMs: 1,
};

describe('HubSpot webhooks that are understood', () => {
  it.each(['deal-moved-to-procurement', 'deal-moved-to-procurement-as-generic-object'])(
    'reads %s as the same transition',
    (name) => {
      expect(parseFixture(name)).toEqual({ signals: [procurement], rejects: [], ignored: {} });
    },
  );

  it('reads that a contact was deleted for privacy, whatever else the event carries', () => {
    const told = { id: 'x/hubspot-main/70201', connectionId: 'hubspot-main', contactId: '70201' };
    expect(parseFixture('contact-deleted-for-privacy')).toEqual({
      signals: [],
      removals: [{ kind: 'removal', ...told, atMs: 1795427415123 }],
      rejects: [],
      ignored: {},
    });
    const bare = { portalId: 24681012, subscriptionType: 'contact.privacyDeletion', objectId: '70201' };
    const untimely = { ...bare, occurredAt: 'yesterday' };
    const older = { portalId: 24681012, eventType: 'contact.privacyDeletion', objectId: 70201 };
    const generic = { ...bare, subscriptionType: 'object.privacyDeletion', objectTypeId: '0-1' };
    for (const event of [bare, untimely, older, generic]) {
      expect(parseEvents(event).removals).toEqual([{ kind: 'removal', ...told, atMs: RECEIVED_AT_MS }]);
    }
  });

  it('tells a deletion for privacy once, beside the plain deletion that comes with it', () => {
    const deletion = { portalId: 24681012, subscriptionType: 'contact.privacyDeletion', objectId: 70201 };
    const plain = { ...deletion, subscriptionType: 'contact.deletion', occurredAt: 1795427415123 };
    const parsed = parseEvents(deletion, plain, { ...deletion, eventId: 9 });
    expect([parsed.removals?.length, parsed.ignored]).toEqual([1, { 'contact.deletion': 1 }]);
  });

  it('keeps a deletion for privacy that names no contact or no account of ours for a person to see', () => {
    const nobody = { portalId: 24681012, subscriptionType: 'contact.privacyDeletion', objectId: 0 };
    const others = { portalId: 1, subscriptionType: 'contact.privacyDeletion', objectId: 70201 };
    const conversation = { ...nobody, subscriptionType: 'conversation.privacyDeletion' };
    const parsed = parseEvents(nobody, others, conversation);
    expect(parsed.rejects.map(({ code }) => code)).toEqual(['field.wrong', 'account.unknown']);
    expect([parsed.removals, parsed.ignored]).toEqual([undefined, { 'conversation.privacyDeletion': 1 }]);
  });

  it('tells the same fact once when both formats of it are subscribed', () => {
    const generic = { ...stageChange, subscriptionType: 'object.propertyChange', objectTypeId: '0-3', eventId: 2 };
    expect(parseEvents(stageChange, generic).signals).toEqual([procurement]);
  });

  it('reads ids and times that are written as text', () => {
    const event = { ...stageChange, portalId: '24681012', objectId: '18230451977', occurredAt: '1795427415123' };
    expect(parseEvents(event).signals).toEqual([procurement]);
  });

  it('reads the new record', () => {
    expect(parseFixture('deal-created').signals).toEqual([
      {
        v: 1,
        kind: 'lifecycle',
        id: 'l/hubspot-main/18230451977/created/1795400000001',
        connectionId: 'hubspot-main',
        recordId: '18230451977',
        what: 'created',
        atMs: 1795400000001,
      },
    ]);
  });

  it('reads deletion and restoration', () => {
    expect(
      parseFixture('deal-deleted-and-restored').signals.map((signal) => [
        signal.id,
        signal.kind === 'lifecycle' && signal.what,
      ]),
    ).toEqual([
      ['l/hubspot-main/18230451977/deleted/1795430000000', 'deleted'],
      ['l/hubspot-main/18230451977/restored/1795430060000', 'restored'],
    ]);
  });

  it('reads a merge: every record that went, and a look at the one that lives on', () => {
    const merged = { v: 1, kind: 'lifecycle', connectionId: 'hubspot-main', what: 'merged', atMs: 1795431111111 };
    expect(parseFixture('two-deals-merged-into-a-new-one').signals).toEqual([
      {
        ...merged,
        id: 'l/hubspot-main/18230451980/merged/1795431111111',
        recordId: '18230451980',
        intoRecordId: '18230460000',
      },
      {
        ...merged,
        id: 'l/hubspot-main/18230451977/merged/1795431111111',
        recordId: '18230451977',
        intoRecordId: '18230460000',
      },
      {
        v: 1,
        kind: 'hint',
        id: 'h/hubspot-main/18230460000/merge/1795431111111',
        connectionId: 'hubspot-main',
        recordId: '18230460000',
        about: 'merge',
        atMs: 1795431111111,
      },
    ]);
  });

  it('does not say that the primary record went when a merge keeps it', () => {
    const merge = { portalId: 24681012, occurredAt: 5, subscriptionType: 'deal.merge', primaryObjectId: 1 };
    const { signals } = parseEvents({ ...merge, mergedObjectIds: [2, 3, 2] });
    expect(signals.map(({ id }) => id)).toEqual([
      'l/hubspot-main/2/merged/5',
      'l/hubspot-main/3/merged/5',
      'h/hubspot-main/1/merge/5',
    ]);
  });

  it("finds the deal's side of a new link, and ignores the contact's event about it", () => {
    expect(parseFixture('contact-linked-to-deal')).toEqual({
      signals: [
        {
          v: 1,
          kind: 'hint',
          id: 'h/hubspot-main/18230451977/association:DEAL_TO_CONTACT/1795432222222',
          connectionId: 'hubspot-main',
          recordId: '18230451977',
          about: 'association:DEAL_TO_CONTACT',
          atMs: 1795432222222,
        },
      ],
      rejects: [],
      ignored: { 'contact.associationChange': 1 },
    });
  });

  it.each([
    ['LINE_ITEM_TO_DEAL', { fromObjectId: 7, toObjectId: 18230451977 }],
    ['DEAL_TO_COMPANY', { fromObjectId: 18230451977, toObjectId: 7 }],
    ['DEAL_TO_COMPANY', { objectId: 18230451977 }],
  ])('finds the deal in a link of type %s', (associationType, ids) => {
    const { signals } = parseEvents({
      portalId: 24681012,
      occurredAt: 5,
      subscriptionType: 'deal.associationChange',
      associationType,
      ...ids,
    });
    expect(signals.map(({ id }) => id)).toEqual([`h/hubspot-main/18230451977/association:${associationType}/5`]);
  });

  it.each(['pipeline', 'amount'])('takes a change of %s as a reason to look', (propertyName) => {
    const { signals } = parseEvents({ ...stageChange, propertyName, propertyValue: 'x' });
    expect(signals).toEqual([
      {
        v: 1,
        kind: 'hint',
        id: `h/hubspot-main/18230451977/property:${propertyName}/1795427415123`,
        connectionId: 'hubspot-main',
        recordId: '18230451977',
        about: `property:${propertyName}`,
        atMs: 1795427415123,
      },
    ]);
  });

  it('keeps the good events of a mixed batch, and says what became of the others', () => {
    const { signals, removals, rejects, ignored } = parseFixture('morning-of-a-busy-portal');
    expect(signals.map(({ id }) => id)).toEqual([
      't/hubspot-main/18230451977/1100000007/1795427415123',
      'h/hubspot-main/18230451977/property:amount/1795427415124',
      'l/hubspot-emea/18230999999/created/1795427415130',
    ]);
    expect(ignored).toEqual({
      'contact.propertyChange': 1,
      'object.creation:0-1': 1,
    });
    expect(removals?.map(({ id }) => id)).toEqual(['x/hubspot-main/90210078']);
    expect(rejects.map(({ code, index }) => [code, index])).toEqual([
      ['account.unknown', 5],
      ['field.wrong', 6],
    ]);
    expect(rejects[0]?.sentence).toContain('77777777');
    expect(rejects[1]?.sentence).toBe('deal.propertyChange: objectId: must be a record id, e.g. 9876543210');
  });

  it('reads a batch that is larger than HubSpot promises', () => {
    const events = Array.from({ length: 150 }, (_, index) => ({ ...stageChange, occurredAt: 1795427415123 + index }));
    expect(parseEvents(...events).signals).toHaveLength(150);
  });

  it('does not let the key of one account speak for another one', () => {
    const body = JSON.stringify([
      { subscriptionType: 'deal.deletion', portalId: 24681012, objectId: 1, eventId: 1, occurredAt: RECEIVED_AT_MS },
      {
        subscriptionType: 'contact.privacyDeletion',
        portalId: 24681012,
        objectId: 2,
        eventId: 2,
        occurredAt: RECEIVED_AT_MS,
      },
    ]);
    const own = [
      { id: 'hubspot-main', provider: 'hubspot', accountId: '24681012', secret: 'stagepost/hubspot-main' },
      { id: 'hubspot-test', provider: 'hubspot', accountId: '11112222', secret: 'stagepost/hubspot-test' },
    ];
    const context = { connections: own, receivedAtMs: RECEIVED_AT_MS };
    const fromTest = hubspotParser.parse(deliveryOf(body, 'hubspot-test'), context);
    expect([fromTest.signals, fromTest.removals]).toEqual([[], undefined]);
    expect(fromTest.rejects.map(({ code, index }) => [code, index])).toEqual([
      ['account.other', 0],
      ['account.other', 1],
    ]);
    // Nor does the key of a connection that was taken out of the configuration.
    const fromGone = hubspotParser.parse(deliveryOf(body, 'hubspot-gone'), context);
    expect([fromGone.signals, fromGone.removals]).toEqual([[], undefined]);
    expect(fromGone.rejects.map(({ code }) => code)).toEqual(['account.other', 'account.other']);
    const fromMain = hubspotParser.parse(deliveryOf(body, 'hubspot-main'), context);
    expect([fromMain.signals.length, fromMain.removals?.length, fromMain.rejects]).toEqual([1, 1, []]);
  });

  it('gives a fact to the connection whose key verified it, when two share the account', () => {
    const shared = [...connections, { id: 'hubspot-second-app', provider: 'hubspot', accountId: '24681012' }];
    const delivery = deliveryOf(JSON.stringify([stageChange]), 'hubspot-second-app');
    const { signals } = hubspotParser.parse(delivery, { connections: shared, receivedAtMs: RECEIVED_AT_MS });
    expect(signals.map(({ connectionId }) => connectionId)).toEqual(['hubspot-second-app']);
  });
});

describe('HubSpot webhooks that are not understood', () => {
  it.each([
    ['broken JSON', '[{"portalId":', 'json.broken'],
    ['nothing', '', 'json.broken'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), 'json.broken'],
    ['an object', '{"portalId":24681012}', 'json.not-array'],
    ['a number', '7', 'json.not-array'],
    ['null', 'null', 'json.not-array'],
  ])('refuses %s as a whole', (_what, body, code) => {
    const { signals, rejects } = parse(body);
    expect(signals).toEqual([]);
    expect(rejects.map((reject) => [reject.code, reject.index])).toEqual([[code, -1]]);
  });

  it('takes an empty list for what it is', () => {
    expect(parse('[]')).toEqual({ signals: [], rejects: [], ignored: {} });
  });

  it.each([
    ['a number', 7, 'field.missing'],
    ['null', null, 'field.missing'],
    ['a list', [], 'field.missing'],
    ['no kind', { portalId: 24681012, objectId: 1 }, 'field.missing'],
    ['a kind that is a number', { ...stageChange, subscriptionType: 5 }, 'field.missing'],
    ['no account', { ...stageChange, portalId: undefined }, 'field.missing'],
    ['an account that is a list', { ...stageChange, portalId: [24681012] }, 'field.missing'],
    ['an id with a fraction', { ...stageChange, objectId: 1.5 }, 'field.wrong'],
    ['an id that lost digits', { ...stageChange, objectId: 2 ** 53 }, 'field.wrong'],
    ['an id that is a path', { ...stageChange, objectId: '../1' }, 'field.wrong'],
    ['no time', { ...stageChange, occurredAt: undefined }, 'field.wrong'],
    ['a time that no date can hold', { ...stageChange, occurredAt: 8_640_000_000_000_001 }, 'field.wrong'],
    ['an empty stage', { ...stageChange, propertyValue: '' }, 'field.wrong'],
    ['no stage', { ...stageChange, propertyValue: null }, 'field.wrong'],
    ['a stage as long as a book', { ...stageChange, propertyValue: 'x'.repeat(101) }, 'field.wrong'],
    ['a stage that is an object', { ...stageChange, propertyValue: { id: 1 } }, 'field.wrong'],
    [
      'a merge without a winner',
      { ...stageChange, subscriptionType: 'deal.merge', mergedObjectIds: [1] },
      'field.wrong',
    ],
    [
      'a link without ends',
      { ...stageChange, objectId: undefined, subscriptionType: 'deal.associationChange', associationType: 'X_TO_DEAL' },
      'field.wrong',
    ],
  ])('puts %s aside and goes on', (_what, event, code) => {
    const { signals, rejects } = parseEvents(event, stageChange);
    expect(rejects.map((reject) => [reject.code, reject.index])).toEqual([[code, 0]]);
    expect(signals).toEqual([procurement]);
  });

  it.each([
    [20, 'field.missing'],
    [21, 'json.too-deep'],
    [200_000, 'json.too-deep'],
  ])('survives an event nested %i levels deep', (levels, code) => {
    const deep = '['.repeat(levels) + ']'.repeat(levels);
    const { signals, rejects } = parse(`[${deep},${JSON.stringify(stageChange)}]`);
    expect(rejects.map((reject) => reject.code)).toEqual([code]);
    expect(rejects[0]?.excerpt.length).toBeLessThanOrEqual(8_000);
    expect(signals).toEqual([procurement]);
  });

  it('is not changed by names that mean something to JavaScript', () => {
    const event = JSON.stringify(stageChange).replace(
      '{',
      '{"__proto__":{"portalId":1},"constructor":{"prototype":{}},',
    );
    const kind = '{"subscriptionType":"__proto__","portalId":24681012}';
    const { signals, ignored } = parse(`[${event},${kind}]`);
    expect(signals).toEqual([procurement]);
    expect(Object.entries(ignored)).toEqual([['__proto__', 1]]);
    expect(({} as Record<string, unknown>).portalId).toBeUndefined();
  });

  it('keeps the excerpt short', () => {
    const { rejects } = parseEvents({ ...stageChange, objectId: 'x'.repeat(20_000) });
    expect(rejects[0]?.excerpt).toHaveLength(8_000);
  });

  it('keeps ids short when a property has a long name', () => {
    const { signals } = parseEvents({ ...stageChange, propertyName: 'p'.repeat(250) });
    expect(signals[0]?.id).toBe(`h/hubspot-main/18230451977/property:${'p'.repeat(141)}/1795427415123`);
  });
});
