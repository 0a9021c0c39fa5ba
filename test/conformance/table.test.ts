import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../src/local/cloud/switches.ts';
import { createDynamoClient } from '../../src/platform/aws/dynamo-client.ts';
import { createDynamoTable } from '../../src/store/dynamo-table.ts';
import { createMemoryTable } from '../../src/store/memory-table.ts';
import type { Item, Table } from '../../src/store/table.ts';
import { createTopology } from '../../src/topology.ts';

const clock = { atMs: 1_800_000_000_000, nowMs: () => clock.atMs };
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({
    folder: undefined,
    topology: createTopology(),
    clock,
    random: () => 0.5,
    switches: calmSwitches(),
  });
});
afterAll(() => cloud.stop());

const implementations: readonly [string, () => Table][] = [
  ['memory', () => createMemoryTable(clock)],
  [
    'DynamoDB over the embedded cloud',
    () =>
      createDynamoTable({
        client: createDynamoClient({ variables: {}, clock, awsRequestHandler: cloud.requestHandler }),
        tableName: 'stagepost',
        clock,
      }),
  ],
];

let run = 0;

describe.each(implementations)('a table: %s', (_, create) => {
  let table: Table;
  /** Partition of this test alone: the embedded table is shared. */
  let pk: string;
  const item = (sk: string, more: Partial<Item> = {}): Item => ({ pk, sk, version: 1, data: { v: 1 }, ...more });
  const sortKeys = (items: readonly { readonly sk: string }[]) => items.map(({ sk }) => sk);

  beforeEach(() => {
    run += 1;
    pk = `P#${run}`;
    clock.atMs = 1_800_000_000_000;
    table = create();
  });

  it('has nothing under an unknown key', async () => {
    expect(await table.get({ pk, sk: 'STATE' })).toBeUndefined();
    expect(await table.query(pk)).toEqual([]);
    expect(await table.queryListing(pk)).toEqual([]);
  });

  it('gives back what was created, with empty texts, long numbers and every kind of character', async () => {
    const data = { empty: '', nothing: null, big: 9_007_199_254_740_991, text: 'Größe 👍 "quoted"', list: [[], {}] };
    expect(await table.create(item('A', { version: 7, data }))).toBe('written');
    expect(await table.get({ pk, sk: 'A' })).toEqual({
      pk,
      sk: 'A',
      version: 7,
      data: { empty: '', nothing: null, big: 9_007_199_254_740_991, text: 'Größe 👍 "quoted"', list: [[], {}] },
    });
  });

  it('drops fields that are undefined, as JSON does', async () => {
    await table.put(item('A', { data: { a: undefined, b: 1 } }));
    const found = await table.get<object>({ pk, sk: 'A' });
    expect(Object.keys(found?.data ?? {})).toEqual(['b']);
  });

  it('creates only once, and the second attempt changes nothing', async () => {
    expect(await table.create(item('A', { data: { who: 'first' } }))).toBe('written');
    expect(await table.create(item('A', { data: { who: 'second' } }))).toBe('conflict');
    expect((await table.get({ pk, sk: 'A' }))?.data).toEqual({ who: 'first' });
  });

  it('lets one of many creators win', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => table.create(item('A', { data: { n } }))));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(5);
  });

  it('replaces only the version that was expected', async () => {
    await table.create(item('A', { version: 1 }));
    expect(await table.replace(item('A', { version: 3, data: { n: 3 } }), 2)).toBe('conflict');
    expect(await table.replace(item('A', { version: 2, data: { n: 2 } }), 1)).toBe('written');
    expect(await table.get({ pk, sk: 'A' })).toMatchObject({ version: 2, data: { n: 2 } });
  });

  it('does not replace what is not there', async () => {
    expect(await table.replace(item('A', { version: 1 }), 0)).toBe('conflict');
    expect(await table.get({ pk, sk: 'A' })).toBeUndefined();
  });

  it('lets one of many replacers win', async () => {
    await table.create(item('A', { version: 1 }));
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => table.replace(item('A', { version: 2 }), 1)));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
  });

  it('puts over whatever is there', async () => {
    await table.create(item('A', { version: 5, data: { n: 5 } }));
    await table.put(item('A', { version: 1, data: { n: 1 } }));
    expect(await table.get({ pk, sk: 'A' })).toMatchObject({ version: 1, data: { n: 1 } });
  });

  it('removes only the version that was expected', async () => {
    await table.create(item('A', { version: 4 }));
    expect(await table.remove({ pk, sk: 'A' }, 3)).toBe('conflict');
    expect(await table.remove({ pk, sk: 'A' }, 4)).toBe('written');
    expect(await table.remove({ pk, sk: 'A' }, 4)).toBe('conflict');
    expect(await table.get({ pk, sk: 'A' })).toBeUndefined();
  });

  it('shares nothing with the caller', async () => {
    const data = { list: ['a'] };
    await table.create(item('A', { data }));
    data.list.push('b');
    const found = await table.get<{ list: string[] }>({ pk, sk: 'A' });
    found?.data.list.push('c');
    expect((await table.get<{ list: string[] }>({ pk, sk: 'A' }))?.data).toEqual({ list: ['a'] });
  });

  it('refuses an item beyond 400 KB with a sentence and stores nothing', async () => {
    const data = { text: 'x'.repeat(410_000) };
    const expected = { code: 'store.item-too-large', retry: 'never' };
    await expect(table.create(item('A', { data }))).rejects.toMatchObject(expected);
    await expect(table.put(item('A', { data }))).rejects.toMatchObject(expected);
    await expect(table.replace(item('A', { data }), 1)).rejects.toMatchObject(expected);
    expect(await table.get({ pk, sk: 'A' })).toBeUndefined();
  });

  it('stores an item of 300 KB', async () => {
    const text = 'y'.repeat(300_000);
    await table.create(item('A', { data: { text } }));
    expect((await table.get<{ text: string }>({ pk, sk: 'A' }))?.data.text).toBe(text);
  });

  describe('with items A#1, A#2, A#3, B#1 and Ä#1', () => {
    beforeEach(async () => {
      for (const sk of ['B#1', 'A#3', 'Ä#1', 'A#1', 'A#2']) await table.create(item(sk));
      await table.create({ pk: `${pk}-other`, sk: 'A#1', version: 1, data: {} });
    });

    it.each([
      ['everything of the partition, by bytes', {}, ['A#1', 'A#2', 'A#3', 'B#1', 'Ä#1']],
      ['a prefix', { prefix: 'A#' }, ['A#1', 'A#2', 'A#3']],
      ['a prefix backwards', { prefix: 'A#', descending: true }, ['A#3', 'A#2', 'A#1']],
      ['the latest of a prefix', { prefix: 'A#', descending: true, limit: 1 }, ['A#3']],
      ['the first two', { limit: 2 }, ['A#1', 'A#2']],
      ['what comes after a key', { after: 'A#2' }, ['A#3', 'B#1', 'Ä#1']],
      ['what comes after a key that is not there', { after: 'A#25' }, ['A#3', 'B#1', 'Ä#1']],
      ['what comes after a key, backwards', { after: 'A#3', descending: true }, ['A#2', 'A#1']],
      ['a page of a prefix', { prefix: 'A#', after: 'A#1', limit: 1 }, ['A#2']],
      ['the rest of a prefix', { prefix: 'A#', after: 'A#1' }, ['A#2', 'A#3']],
      ['the rest of a prefix backwards', { prefix: 'A#', after: 'A#3', descending: true }, ['A#2', 'A#1']],
      ['all of a prefix when the key lies before it', { prefix: 'B#', after: 'A#1' }, ['B#1']],
      ['nothing when the key lies behind the prefix', { prefix: 'A#', after: 'C' }, []],
      ['nothing backwards when the key lies before the prefix', { prefix: 'B#', after: 'A', descending: true }, []],
      ['nothing for an unknown prefix', { prefix: 'Z' }, []],
    ])('queries %s', async (_name, options, expected) => {
      expect(sortKeys(await table.query(pk, options))).toEqual(expected);
    });
  });

  it('queries more than one page of DynamoDB (1 MB)', async () => {
    const text = 'z'.repeat(200_000);
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) await table.create(item(`N#${n}`, { data: { text } }));
    expect(sortKeys(await table.query(pk))).toEqual(['N#1', 'N#2', 'N#3', 'N#4', 'N#5', 'N#6', 'N#7', 'N#8']);
    expect(sortKeys(await table.query(pk, { limit: 7 }))).toHaveLength(7);
  });

  describe('with an item that expires', () => {
    beforeEach(async () => {
      await table.create(item('A', { expiresAtSeconds: 1_800_000_010 }));
      await table.create(item('B'));
    });

    it('shows it until its second has come', async () => {
      clock.atMs = 1_800_000_009_999;
      expect(await table.get({ pk, sk: 'A' })).toMatchObject({ expiresAtSeconds: 1_800_000_010 });
      expect(sortKeys(await table.query(pk))).toEqual(['A', 'B']);
    });

    it('hides it from then on, and does not let it count against a limit', async () => {
      clock.atMs = 1_800_000_010_000;
      expect(await table.get({ pk, sk: 'A' })).toBeUndefined();
      expect(sortKeys(await table.query(pk))).toEqual(['B']);
      expect(sortKeys(await table.query(pk, { limit: 1 }))).toEqual(['B']);
    });

    it('can be created anew then', async () => {
      clock.atMs = 1_800_000_010_000;
      expect(await table.create(item('A', { data: { n: 2 } }))).toBe('written');
      expect((await table.get({ pk, sk: 'A' }))?.data).toEqual({ n: 2 });
    });
  });

  describe('listings', () => {
    const listed = (sk: string, listingSk: string, more: Partial<Item> = {}) =>
      item(sk, { listing: { pk: `L#${pk}`, sk: listingSk }, ...more });

    it('hold keys only, in the order of the listing', async () => {
      await table.create(listed('A', '2'));
      await table.create(listed('B', '1'));
      await table.create(item('C'));
      expect(await table.queryListing(`L#${pk}`)).toEqual([
        { pk, sk: 'B', listing: { pk: `L#${pk}`, sk: '1' } },
        { pk, sk: 'A', listing: { pk: `L#${pk}`, sk: '2' } },
      ]);
    });

    it('follow an item that moves, leaves or is removed', async () => {
      await table.create(listed('A', '1', { version: 1 }));
      await table.replace(listed('A', '5', { version: 2 }), 1);
      expect((await table.queryListing(`L#${pk}`)).map(({ listing }) => listing.sk)).toEqual(['5']);
      await table.replace(item('A', { version: 3 }), 2);
      expect(await table.queryListing(`L#${pk}`)).toEqual([]);
      await table.replace(listed('A', '6', { version: 4 }), 3);
      await table.remove({ pk, sk: 'A' }, 4);
      expect(await table.queryListing(`L#${pk}`)).toEqual([]);
    });

    it('keep two items with the same listing key apart', async () => {
      await table.create(listed('A', 'same'));
      await table.create(listed('B', 'same'));
      expect(sortKeys(await table.queryListing(`L#${pk}`)).toSorted()).toEqual(['A', 'B']);
    });

    it('are read backwards, by prefix, in pages', async () => {
      for (const n of ['1', '2', '3']) await table.create(listed(`A${n}`, `x#${n}`));
      await table.create(listed('B', 'y#1'));
      const read = async (options: object) =>
        (await table.queryListing(`L#${pk}`, options)).map(({ listing }) => listing.sk);
      expect(await read({ descending: true, limit: 2 })).toEqual(['y#1', 'x#3']);
      expect(await read({ prefix: 'x#' })).toEqual(['x#1', 'x#2', 'x#3']);
      expect(await read({ prefix: 'x#', after: 'x#3', descending: true })).toEqual(['x#2', 'x#1']);
      expect(await read({ after: 'x#3' })).toEqual(['y#1']);
    });
  });
});
