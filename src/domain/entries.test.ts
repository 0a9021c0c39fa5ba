import { expect, test } from 'vitest';
import { currentEntry, currentStage, entriesOf, entriesOfDeal, entryHas, isDeleted } from './entries.ts';
import { deal, recorded } from './test-builders.ts';

const ids = (transitions: Parameters<typeof entriesOf>[0]) => entriesOf(transitions).map((entry) => entry.id);

test('orders transitions by time, then by id', () => {
  expect(ids([recorded('s3', 30), recorded('s2', 20), recorded('s1', 20)])).toEqual(['s1@20', 's2@20', 's3@30']);
});

test('collapses equal neighbours and remembers all of their ids', () => {
  const [entry, ...rest] = entriesOf([recorded('s6', 10, { id: 'z' }), recorded('s6', 12, { id: 'a' })]);
  expect(rest).toEqual([]);
  expect(entry).toEqual({ id: 'z', stage: 'procurement', stageId: 's6', enteredAtMs: 10, transitionIds: ['a', 'z'] });
  expect(entry && entryHas(entry, 'a')).toBe(true);
  expect(entry && entryHas(entry, 'b')).toBe(false);
});

test('keeps the same stage of two pipelines apart, and takes an unknown pipeline for the known one', () => {
  expect(ids([recorded('s6', 1, { pipelineId: 'p1' }), recorded('s6', 2, { pipelineId: 'p2' })])).toEqual([
    's6@1',
    's6@2',
  ]);
  const [entry, ...rest] = entriesOf([recorded('s6', 1), recorded('s6', 2, { pipelineId: 'p2' })]);
  expect(rest).toEqual([]);
  expect(entry?.pipelineId).toBe('p2');
});

test('keeps two unmapped CRM stages apart', () => {
  expect(ids([recorded('x1', 1), recorded('x2', 2)])).toEqual(['x1@1', 'x2@2']);
});

test('a re-entry is another entry', () => {
  expect(ids([recorded('s6', 1), recorded('s5', 2), recorded('s6', 3)])).toEqual(['s6@1', 's5@2', 's6@3']);
});

test('a transition that arrives late splits the run it falls into', () => {
  expect(ids([recorded('s6', 1), recorded('s6', 3)])).toEqual(['s6@1']);
  expect(ids([recorded('s6', 1), recorded('s6', 3), recorded('s5', 2)])).toEqual(['s6@1', 's5@2', 's6@3']);
});

test('whole seconds of a history do not reorder what happened within the second', () => {
  const webhook = [recorded('s5', 1400, { id: 'w5' }), recorded('s6', 1900, { id: 'w6' })];
  const history = [
    recorded('s5', 1000, { id: 'h5', granularityMs: 1000 }),
    recorded('s6', 1000, { id: 'h6', granularityMs: 1000 }),
  ];
  const entries = entriesOf([...history, ...webhook]);
  expect(entries.map((entry) => [entry.stageId, entry.enteredAtMs, entry.transitionIds])).toEqual([
    ['s5', 1400, ['h5', 'w5']],
    ['s6', 1900, ['h6', 'w6']],
  ]);
});

test('a coarse transition is explained only from within its second', () => {
  const entries = entriesOf([
    recorded('s5', 1000, { granularityMs: 1000 }),
    recorded('s6', 1500),
    recorded('s5', 2000),
  ]);
  expect(entries.map((entry) => entry.stageId)).toEqual(['s5', 's6', 's5']);
});

test('the telling of a transition that knows the pipeline wins over one that does not', () => {
  const bare = recorded('s6', 5, { id: 'same', stage: 'unknown' });
  const full = recorded('s6', 5, { id: 'same', pipelineId: 'p1' });
  expect(entriesOf([bare, full])).toEqual(entriesOf([full, bare]));
  expect(entriesOf([bare, full])[0]?.stage).toBe('procurement');
});

test('a deal without entries is in an unknown stage', () => {
  expect(currentEntry(deal([]))).toBeUndefined();
  expect(currentStage(deal([]))).toBe('unknown');
  expect(
    currentStage(
      deal([
        ['s6', 1],
        ['s7', 2],
      ]),
    ),
  ).toBe('implementation');
});

test('followers do not count', () => {
  const follower = { connectionId: 'other', recordId: '7', transitions: [recorded('s10', 99)], lifecycle: [] };
  const both = deal([['s6', 1]]);
  expect(currentStage({ ...both, lanes: [follower, ...both.lanes] })).toBe('procurement');
});

test('a record that was merged into the leading one lends it its history', () => {
  const old = {
    connectionId: 'crm',
    recordId: '41',
    transitions: [recorded('s6', 5, { id: 'old' })],
    lifecycle: [{ id: 'm', what: 'merged' as const, atMs: 8, intoRecordId: '42' }],
  };
  const merged = deal([
    ['s6', 5],
    ['s7', 9],
  ]);
  const entries = entriesOfDeal({ ...merged, lanes: [old, ...merged.lanes] });
  expect(entries.map((entry) => entry.transitionIds)).toEqual([['old', 's6@5'], ['s7@9']]);
});

const lifecycle = (
  ...words: readonly (readonly ['created' | 'deleted' | 'restored' | 'merged', number, string?])[]
) => {
  const base = deal([['s6', 1]]);
  const [lane] = base.lanes;
  if (lane === undefined) throw new Error('no lane');
  const told = words.map(([what, atMs, into]) => ({
    id: `${what}@${atMs}`,
    what,
    atMs,
    ...(into === undefined ? {} : { intoRecordId: into }),
  }));
  return { ...base, lanes: [{ ...lane, lifecycle: told }] };
};

test.each([
  ['never told', lifecycle(), false],
  ['created', lifecycle(['created', 1]), false],
  ['deleted', lifecycle(['deleted', 5]), true],
  ['restored later', lifecycle(['restored', 9], ['deleted', 5]), false],
  ['deleted again', lifecycle(['deleted', 5], ['restored', 9], ['deleted', 10]), true],
  ['created told late', lifecycle(['deleted', 5], ['created', 6]), true],
  ['merged into an unknown record', lifecycle(['merged', 5, '99']), true],
  ['merged into itself', lifecycle(['merged', 5, '42']), false],
])('knows whether the record is gone: %s', (_, given, gone) => {
  expect(isDeleted(given)).toBe(gone);
});

test('a merge into a record of the same deal is no deletion', () => {
  const given = lifecycle(['merged', 5, '99']);
  const survivor = { connectionId: 'crm', recordId: '99', transitions: [], lifecycle: [] };
  expect(isDeleted({ ...given, lanes: [...given.lanes, survivor] })).toBe(false);
});
