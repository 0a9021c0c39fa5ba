import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replayQuarantined } from '../../src/actions/replay-quarantined.ts';
import { accountsOf } from '../../src/config/connections.ts';
import type { ConnectionPolicy } from '../../src/domain/policies.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import type { RecordParts } from '../../src/flows/record-parts.ts';
import { createRecordParts } from '../../src/wiring/record-parts.ts';
import { createMemoryWorld, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';
import { testConfig } from '../fakes/test-config.ts';

/** Three weeks after the start, when EventBridge delivered the events of the fixtures. */
const DELIVERED_AT_MS = Date.parse('2026-11-23T09:00:01Z');
const DAY = '2026-11-23';
const EVENT_ID = '6f87d04b-9f74-4f04-a780-7acf4b0a9b38';
const OPPORTUNITY = '0065g00000BqTcAAAV';

function fixture(name: string): string {
  return readFileSync(new URL(`../../src/crm/salesforce/fixtures/${name}.json`, import.meta.url), 'utf8');
}

const DELETED = fixture('opportunity-deleted');

/** The text with something else in it; fails when there is nothing to replace, because then it shows nothing. */
function changed(from: string, to: string, text = MOVED): string {
  if (!text.includes(from)) throw new Error(`the event does not hold ${from}`);
  return text.replaceAll(from, to);
}

/** Committed at a moment that is exact to the millisecond. */
const MOVED = changed('1795424399000', '1795424399001', fixture('opportunity-moved-to-procurement'));

function org(id: string, orgId: string): ConnectionPolicy {
  const settings = { orgId, instanceUrl: `https://${id}.my.salesforce.com` };
  return { id, provider: 'salesforce', role: 'crm', mode: 'live', effectsFromMs: 0, settings };
}

const MAIN = org('sf-main', '00D5g000004XyZaEAK');
const EMEA = org('sf-emea', '00D8c00000KqWerEAF');

function worldOf(...orgs: readonly ConnectionPolicy[]): MemoryWorld {
  const world = createMemoryWorld({ connections: [...testConfig().connections, ...orgs] });
  world.clock.advance(DELIVERED_AT_MS + 4000 - START_MS);
  return world;
}

/** The parts as they are deployed where they say who understands what, on a hub in memory. */
function partsOf(world: MemoryWorld): RecordParts {
  const variables = { TABLE_NAME: 'hub', BUS_NAME: 'hub', BUCKET_NAME: 'hub' };
  const { parserOf, providerOfSource } = createRecordParts({ variables, clock: world.clock });
  return {
    ...world.parts(),
    parserOf,
    providerOfSource,
    accountsOf: async (provider) => accountsOf(world.config.current.connections, provider),
    keepFile: (key, bytes, contentType) => world.files.put(key, bytes, contentType),
    readFile: (key) => world.files.get(key),
  };
}

function record(world: MemoryWorld, body: string, tries = 1, parts = partsOf(world)): Promise<void> {
  return recordInboxMessage(body, tries, parts);
}

const seen = (connectionId: string, commit: string) => ({
  type: 'record.seen',
  detail: {
    meta: {
      v: 1,
      id: `r/${connectionId}/${OPPORTUNITY}/cdc/${commit}/1/record.seen`,
      traceId: EVENT_ID,
      atMs: DELIVERED_AT_MS,
    },
    crm: 'salesforce',
    wants: ['refresh'],
    record: { connectionId, recordId: OPPORTUNITY, sinceMs: 1_795_424_399_001 },
  },
});

const kept = (world: MemoryWorld) => world.store.listQuarantine([DAY]);

/** The quarantined delivery goes through the inbox again, as a person asks for. */
async function replay(world: MemoryWorld, id: string): Promise<void> {
  const { store, files, clock, inbox } = world;
  const parts = { store, files, clock, newId: () => 'a', config: async () => world.config.current };
  expect((await replayQuarantined(id, 'Ada', { ...parts, queueNamed: () => inbox })).ok).toBe(true);
  const [message] = inbox.receive(1, 60);
  await record(world, message?.body ?? '');
}

describe("an event out of a provider's partner source", () => {
  it('is a delivery of the connection whose account it names, under the id that EventBridge gave it', async () => {
    const world = worldOf(EMEA, MAIN);
    await record(world, MOVED);
    expect(world.bus.events).toEqual([seen('sf-main', '1778192987716501506')]);
    expect(await world.store.listDeliveries(DAY, 10)).toEqual([
      {
        v: 1,
        deliveryId: EVENT_ID,
        provider: 'salesforce',
        connectionId: 'sf-main',
        receivedAtMs: DELIVERED_AT_MS,
        traceId: EVENT_ID,
        signals: 0,
        reads: 1,
        toRead: [{ connectionId: 'sf-main', recordId: '0065g00000BqTcAAAV' }],
        rejects: 0,
        ignored: {},
        dealIds: [],
      },
    ]);
    expect(await kept(world)).toEqual([]);
  });

  it('of another org is one of the other connection', async () => {
    const world = worldOf(MAIN, EMEA);
    await record(world, changed('00D5g000004XyZaEAK', '00D8c00000KqWerEAF'));
    expect(world.bus.events).toEqual([seen('sf-emea', '1778192987716501506')]);
  });

  it('keeps every digit of numbers that no double holds: two commits are two', async () => {
    const world = worldOf(MAIN);
    await record(world, changed('1778192987716501506', '1778192987716501507'));
    await record(world, changed('1778192987716501506', '1778192987716501505'));
    expect(world.bus.events).toEqual([seen('sf-main', '1778192987716501507'), seen('sf-main', '1778192987716501505')]);
  });

  it('is taken at its word that a record came and went', async () => {
    const world = worldOf(MAIN);
    const base = { v: 1, kind: 'transition', connectionId: 'sf-main', recordId: OPPORTUNITY, granularityMs: 1 };
    const signals = [{ ...base, id: 't/1', stageId: 'Procurement', enteredAtMs: DELIVERED_AT_MS - 60_000 }];
    const told = { v: 1, kind: 'signals', deliveryId: 'd-0', connectionId: 'sf-main', receivedAtMs: DELIVERED_AT_MS };
    await record(world, JSON.stringify({ ...told, traceId: 't', source: 'history-read', signals }));
    await record(world, DELETED);
    const deal = await world.store.loadDeal(`sf-main.${OPPORTUNITY}`);
    expect(deal?.lanes[0]?.lifecycle).toEqual([
      { id: `l/sf-main/${OPPORTUNITY}/deleted/1795424399000`, what: 'deleted', atMs: 1_795_424_399_000 },
    ]);
  });

  it('delivered twice is one delivery, and asks for the same read again', async () => {
    const world = worldOf(MAIN);
    await record(world, MOVED);
    await record(world, MOVED, 2);
    expect(await world.store.listDeliveries(DAY, 10)).toHaveLength(1);
    expect(new Set(world.bus.events.map(({ detail }) => detail.meta.id)).size).toBe(1);
    expect(world.bus.events).toHaveLength(2);
  });

  it.each([
    ['half an hour ahead', `"time": "2026-11-23T09:30:00Z"`, DELIVERED_AT_MS + 4000],
    ['no time', `"time": "soon"`, DELIVERED_AT_MS + 4000],
    ['no text', `"time": 5`, DELIVERED_AT_MS + 4000],
    ['not there', `"when": "2026-11-23T08:00:00Z"`, DELIVERED_AT_MS + 4000],
    ['half a minute ago', `"time": "2026-11-23T08:59:31Z"`, DELIVERED_AT_MS - 30_000],
  ])('whose time is %s is received then, and never in the future', async (_, time, receivedAtMs) => {
    const world = worldOf(MAIN);
    await record(world, changed('"time": "2026-11-23T09:00:01Z"', time));
    expect(await world.store.listDeliveries(DAY, 10)).toMatchObject([{ deliveryId: EVENT_ID, receivedAtMs }]);
  });

  it.each([
    '"id": 7',
    '"id": ""',
    '"id": "short"',
    '"id": "../../other/place"',
    `"id": "6f87d04b-9f74#QUARANTINE"`,
    `"id": "${'a'.repeat(65)}"`,
    '"no": "id"',
  ])('with %s for an id gets one of ours: it becomes part of keys', async (id) => {
    const world = worldOf();
    await record(world, changed(`"id": "${EVENT_ID}"`, id));
    expect(await world.store.listDeliveries(DAY, 10)).toMatchObject([{ deliveryId: 'id-1', traceId: 'id-1' }]);
    expect(await kept(world)).toMatchObject([{ id: 'id-1.0', deliveryId: 'id-1', code: 'account.unknown' }]);
  });
});

describe('a partner event that nobody can place', () => {
  const large = changed('"StageName": "Procurement"', `"Description": "${'x'.repeat(120_000)}"`);

  it.each([
    ['', MOVED, undefined],
    [', even a large one', large, `quarantine/${EVENT_ID}.json`],
  ])('is kept whole while no connection has its org, and recorded once one has%s', async (_, event, fileKey) => {
    const world = worldOf(EMEA);
    await record(world, event);
    await record(world, event, 2);
    const [entry, ...others] = await kept(world);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      id: `${EVENT_ID}.0`,
      deliveryId: EVENT_ID,
      provider: 'salesforce',
      connectionId: '-',
      code: 'account.unknown',
      index: -1,
      excerpt: event.slice(0, 8000),
    });
    expect(entry?.fileKey).toBe(fileKey);
    expect(entry?.sentence).toContain('00D5g000004XyZaEAK');
    expect(world.bus.events).toEqual([]);
    expect(await world.store.listDeliveries(DAY, 10)).toMatchObject([{ deliveryId: EVENT_ID, rejects: 1 }]);

    world.config.current = testConfig({ connections: [...testConfig().connections, EMEA, MAIN] });
    await replay(world, `${EVENT_ID}.0`);
    expect(world.bus.events).toEqual([seen('sf-main', '1778192987716501506')]);
  });

  it.each([
    ['another partner', 'aws.partner/example.com/00D5g000004XyZaEAK/1'],
    ['another route', 'aws.partner/appflow/salesforce.com/00D5g000004XyZaEAK'],
    ['a partner whose name begins alike', 'aws.partner/salesforce.com.example/00D5g000004XyZaEAK/1'],
    ['no partner at all', 'stagepost'],
    ['nobody', ''],
  ])('because its source is that of %s goes to quarantine with its text', async (_, source) => {
    const world = worldOf(MAIN);
    const event = changed('aws.partner/salesforce.com/00D5g000004XyZaEAK/0YL5g0000000ChnGAE', source);
    await record(world, event);
    expect(await kept(world)).toMatchObject([{ code: 'message.unreadable', connectionId: '-', excerpt: event }]);
    expect([world.bus.events, await world.store.listDeliveries(DAY, 10)]).toEqual([[], []]);
  });

  it('is kept whole, so that a hub that knows its source can take it', async () => {
    const world = worldOf(MAIN);
    const long = MOVED.replace('"detail": {', `"detail": { "note": "${'x'.repeat(9_000)}",`);
    expect(long.length).toBeGreaterThan(9_000);
    const nobody = { ...partsOf(world), providerOfSource: () => undefined };
    await recordInboxMessage(long, 1, nobody);
    const [entry] = await kept(world);
    expect(entry?.excerpt).toHaveLength(8_000);
    await replay(world, entry?.id ?? '');
    expect(world.bus.events).toEqual([seen('sf-main', '1778192987716501506')]);
  });
});

describe('what looks like a message and is none', () => {
  const source = 'aws.partner/salesforce.com/00D5g000004XyZaEAK/0YL5g0000000ChnGAE';
  const nested = `${'['.repeat(40)}${']'.repeat(40)}`;

  it.each([
    ['', 'message.unreadable'],
    ['null', 'message.unreadable'],
    ['[]', 'message.unreadable'],
    ['"delivery"', 'message.unreadable'],
    ['{"source":', 'message.unreadable'],
    ['{"v":2,"kind":"delivery"}', 'message.unreadable'],
    ['{"kind":"delivery"}', 'message.unreadable'],
    ['{"v":1,"kind":"constructor"}', 'message.unreadable'],
    ['{"v":1,"kind":["delivery"]}', 'message.unreadable'],
    [`{"source":"${source}"}`, 'message.unreadable'],
    ['{"detail":{"payload":{}}}', 'message.unreadable'],
    ['{"source":7,"detail":{}}', 'message.unreadable'],
    [`{"source":["${source}"],"detail":{}}`, 'message.unreadable'],
    [`{"source":{"startsWith":1},"detail":{}}`, 'message.unreadable'],
    [`{"source":"${source}","detail":{},"kind":"party"}`, 'message.unreadable'],
    [`{"source":"${source}","detail":null}`, 'field.missing'],
    [`{"source":"${source}","detail":"{}"}`, 'field.missing'],
    [`{"source":"${source}","detail":{}}`, 'field.missing'],
    [`{"source":"${source}","detail":{"payload":{"__proto__":{"ChangeEventHeader":{}}}}}`, 'field.missing'],
    [`{"source":"${source}","detail":${nested}}`, 'json.too-deep'],
    ['{"source":"aws.partner/salesforce.com/","detail":{"payload":{}}}', 'field.missing'],
    ['{"source":"aws.partner/salesforce.com/../..","detail":{"payload":{}}}', 'field.wrong'],
  ])('%s ends in quarantine as %s', async (body, code) => {
    const world = worldOf(MAIN);
    await record(world, body);
    expect((await kept(world)).map((entry) => [entry.code, entry.excerpt])).toEqual([[code, body]]);
    expect(world.bus.events).toEqual([]);
  });
});
