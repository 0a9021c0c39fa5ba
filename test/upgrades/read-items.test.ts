import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HubStore } from '../../src/store/hub-store.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { FIXTURE_VERSIONS, fieldOf } from './load-fixtures.ts';
import { openRawTable, type RawTable } from './raw-table.ts';
import { kindOf, type RawItem } from './wire-item.ts';

const AT_MS = Date.parse('2026-11-02T09:00:00Z');

let raw: RawTable;
beforeAll(async () => {
  raw = await openRawTable(createFakeClock(AT_MS));
});
afterAll(() => raw.close());

/** The parts of a key after its first word. */
function partsOf(text: string): readonly string[] {
  return text.split('#').slice(1);
}

function dataOf({ d }: RawItem): Record<string, unknown> {
  return d as Record<string, unknown>;
}

/** The data without its format, which is nobody's affair outside the store. */
function unversioned(item: RawItem): Record<string, unknown> {
  const { v: _, ...rest } = dataOf(item);
  return rest;
}

type Reader = (item: RawItem, store: HubStore) => Promise<readonly [read: unknown, expected: unknown]>;

const deal = ({ pk }: RawItem) => partsOf(pk)[0] ?? '';
const withLock = (item: RawItem) => ({ ...dataOf(item), version: item['ver'] });

/** How today reads an item of each kind, and what it has to find: what was written, nothing less. */
const READERS: Readonly<Record<string, Reader>> = {
  'DEAL/CONTRACT': async (item, store) => [
    await store.loadContract(deal(item), Number(partsOf(item.sk)[0])),
    withLock(item),
  ],
  'DEAL/PLAN': async (item, store) => [await store.loadPlan(deal(item), partsOf(item.sk).join('#')), withLock(item)],
  'DEAL/TASK': async (item, store) => {
    const [planKey = '', taskKey = ''] = partsOf(item.sk);
    return [await store.loadTask(deal(item), planKey, taskKey), withLock(item)];
  },
  'DEAL/WRITE': async (item, store) => [await store.loadWrite(deal(item), partsOf(item.sk).join('#')), withLock(item)],
  'DEAL/NOW': async (item, store) => [(await store.loadDealItems(deal(item))).standing, [item['d']]],
  'DEAL/WHY': async (item, store) => [(await store.loadDealItems(deal(item))).decisions, [item['d']]],
  'DEAL/SIGNAL': async (item, store) => [
    [await store.hasSignal(deal(item), partsOf(item.sk).join('#')), (await store.loadDealItems(deal(item))).signals],
    [true, [item['d']]],
  ],
  'DEAL/READ': async (item, store) => [
    await store.loadReadMark(deal(item), partsOf(item.sk)[0] ?? ''),
    unversioned(item),
  ],
  'DEAL/STATE': async (item, store) => {
    const read = await store.loadDeal(deal(item));
    const lanes = read?.lanes.map(({ connectionId, recordId, transitions, lifecycle, dispute }) => ({
      connectionId,
      recordId,
      transitions: transitions.map(({ id, stageId, enteredAtMs, stage, configVersion, granularityMs }) => [
        id,
        stageId,
        enteredAtMs,
        stage,
        configVersion,
        granularityMs,
      ]),
      lifecycle: lifecycle.map(({ what, atMs }) => [what, atMs]),
      dispute,
    }));
    return [{ ...read, lanes }, expectedDeal(item)];
  },
  'ALIAS/REF': async ({ pk, d }, store) => {
    const [connectionId = '', recordId = ''] = partsOf(pk);
    return [await store.resolveAlias(connectionId, recordId), fieldOf(d, 'dealId')];
  },
  'ALIAS/READ': async (item, store) => {
    const [connectionId = '', recordId = ''] = partsOf(item.pk);
    return [await store.loadRecordMark(connectionId, recordId), unversioned(item)];
  },
  'CLAIM/REF': async (item, store) => {
    const [connectionId = '', recordId = ''] = partsOf(item.pk);
    // Somebody else claims it: the claim that stands is told.
    const other = { dealId: 'other.1', leading: 'other' };
    return [await store.claimRecord(connectionId, recordId, other), unversioned(item)];
  },
  'CONTACT/DEAL': async (item, store) => {
    const [connectionId = '', contactId = ''] = partsOf(item.pk);
    const found = await store.listContactDeals(connectionId, contactId);
    return [found, [{ ...unversioned(item), contactId, version: item['ver'] }]];
  },
  'CONTACT/REMOVED': async (item, store) => {
    const [connectionId = '', contactId = ''] = partsOf(item.pk);
    return [await store.loadRemoval(connectionId, contactId), unversioned(item)];
  },
  'DAY/LOG': async (item, store) => [await store.listDeliveries(partsOf(item.pk)[0] ?? '', 10), [item['d']]],
  'DAY/QUARANTINE': async (item, store) => [
    await store.listQuarantine([partsOf(item.pk)[0] ?? '']),
    // Its body is an item of its own.
    [{ ...dataOf(item), excerpt: '', bodyGone: 'expired' }],
  ],
  'CONFIG/V': async (item, store) => [
    [await store.loadConfig(Number(partsOf(item.sk)[0])), await store.listConfigs(1)],
    [fieldOf(item['d'], 'config'), [item['d']]],
  ],
};

const LETTERS: Readonly<Record<string, string>> = {
  p: 'prospecting',
  q: 'qualification',
  s: 'solutioning',
  d: 'demonstration',
  n: 'negotiation',
  c: 'procurement',
  i: 'implementation',
  m: 'management',
  e: 'expansion',
  l: 'lost',
  u: 'unknown',
};

interface StoredLane {
  readonly c: string;
  readonly r: string;
  readonly p: string;
  readonly t: readonly [string, string, number, string, number, number, number?][];
  readonly l?: readonly [string, string, number][];
  readonly d?: readonly [string, number];
}

/** STATE spelled out, by the description of its format and not by the code that reads it. */
function expectedDeal(item: RawItem): unknown {
  const { id, c, lead, lanes, info, into, at, up } = dataOf(item);
  const spelled = (lanes as StoredLane[]).map((lane) => ({
    connectionId: lane.c,
    recordId: lane.r,
    transitions: lane.t.map(([rest, stageId, enteredAtMs, letter, configVersion, , granularityMs = 1]) => [
      lane.p + rest.replaceAll('$t', String(enteredAtMs)).replaceAll('$s', stageId),
      stageId,
      enteredAtMs,
      LETTERS[letter],
      configVersion,
      granularityMs,
    ]),
    lifecycle: (lane.l ?? []).map(([, what, atMs]) => [what, atMs]),
    dispute: lane.d === undefined ? undefined : { stageId: lane.d[0], observedAtMs: lane.d[1] },
  }));
  const leading = spelled[Number(lead)];
  return {
    v: 1,
    dealId: id,
    version: item['ver'],
    configVersion: c,
    leading: { connectionId: leading?.connectionId, recordId: leading?.recordId },
    lanes: spelled,
    details: info,
    ...(into === undefined ? {} : { mergedInto: into }),
    createdAtMs: at,
    updatedAtMs: up,
  };
}

describe.each(FIXTURE_VERSIONS)('items of version $version are read: $version', ({ items }) => {
  const all = [...items.values()].flat();

  it.each(Object.keys(READERS))('%s', async (kind) => {
    const some = all.filter((item) => kindOf(item) === kind);
    expect(some.length).toBeGreaterThan(0);
    for (const item of some) {
      const table = await openRawTable(createFakeClock(AT_MS));
      try {
        await table.put([item]);
        const [read, expected] = await (READERS[kind] as Reader)(item, table.store);
        expect(read).toEqual(expected);
      } finally {
        await table.close();
      }
    }
  });

  it('notes of connections', async () => {
    const notes = all.filter(({ pk }) => pk.startsWith('CONNECTION#'));
    for (const note of notes) {
      await raw.put([note]);
      const [connectionId = ''] = partsOf(note.pk);
      const read = await raw.store.loadConnectionNote(connectionId, note.sk.slice('NOTE#'.length));
      expect(read).toEqual({ version: note['ver'], data: note['d'] });
    }
  });

  it('what is in quarantine, with its body', async () => {
    const body = (items.get('quarantine-body') ?? []).find(({ d }) => fieldOf(d, 'delivery') !== undefined);
    const [reference] = items.get('quarantine-ref') ?? [];
    const [entry] = items.get('day-quarantine') ?? [];
    if (body === undefined || reference === undefined || entry === undefined) throw new Error('no quarantine');
    const id = partsOf(body.pk)[0] ?? '';
    const atMs = Number(fieldOf(fieldOf(body['d'], 'delivery'), 'receivedAtMs'));
    const shards = [0, 1, 2, 3].map((shard) => ({
      ...entry,
      pk: `DAY#2026-11-02#${shard}`,
      sk: `QUARANTINE#${atMs}#${id}`,
      d: { ...dataOf(entry), id, atMs },
    }));
    await raw.put([body, { ...reference, pk: body.pk, d: { v: 1, atMs } }, ...shards]);
    const read = await raw.store.loadQuarantine(id);
    expect(read).toEqual({ ...dataOf(entry), id, atMs, ...unversioned(body), v: 1 });
  });

  it('no kind is left out', () => {
    const kinds = [...new Set(all.map(kindOf))].filter((kind) => !kind.startsWith('CONNECTION/'));
    expect(kinds.filter((kind) => !(kind in READERS)).sort()).toEqual(['QUARANTINE/BODY', 'QUARANTINE/REF']);
  });
});
