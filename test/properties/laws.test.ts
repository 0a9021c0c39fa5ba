import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deal } from '../../src/domain/deal.ts';
import { currentStage, entriesOf, entriesOfDeal } from '../../src/domain/entries.ts';
import { newDeal, recordSignal, wantsOf } from '../../src/domain/record-signal.ts';
import type { CrmSignal } from '../../src/domain/signals.ts';
import { config, recorded } from '../../src/domain/test-builders.ts';

const NOW = 1_000_000;
const hub = config({
  pipelines: [
    {
      connectionId: 'crm',
      pipelineId: 'p1',
      stages: { a: 'negotiation', b: 'procurement', c: 'implementation', d: 'lost' },
    },
    { connectionId: 'crm', pipelineId: 'p2', stages: { b: 'management', e: 'procurement' } },
  ],
});

const stageId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'unmapped');
const atMs = fc.integer({ min: 0, max: 5000 });
const pipeline = fc.constantFrom<{ pipelineId?: string }[]>({}, { pipelineId: 'p1' }, { pipelineId: 'p2' });
const recordId = fc.constantFrom('42', '42', '42', '77');
const base = { v: 1, connectionId: 'crm' } as const;

/** Ids repeat on purpose: the same fact told with and without its pipeline, by a fine clock and by a coarse one. */
const transition: fc.Arbitrary<CrmSignal> = fc
  .tuple(fc.integer({ min: 0, max: 12 }), recordId, stageId, atMs, fc.constantFrom(1, 1000), pipeline)
  .map(([id, record, stage, time, granularityMs, known]) => ({
    ...base,
    kind: 'transition',
    id: `t${id}`,
    recordId: record,
    stageId: stage,
    enteredAtMs: granularityMs === 1 ? time : Math.floor(time / 1000) * 1000,
    granularityMs,
    ...known,
  }));
const observation: fc.Arbitrary<CrmSignal> = fc.tuple(recordId, stageId, atMs).map(([record, stage, time]) => ({
  ...base,
  kind: 'observation',
  id: `o/${record}/${stage}/${time}`,
  recordId: record,
  stageId: stage,
  observedAtMs: time,
}));
const lifecycle: fc.Arbitrary<CrmSignal> = fc
  .tuple(fc.constantFrom('created', 'deleted', 'restored'), atMs)
  .map(([what, time]) => ({ ...base, kind: 'lifecycle', id: `l/${what}/${time}`, recordId: '42', what, atMs: time }));
const hint: fc.Arbitrary<CrmSignal> = atMs.map((time) => ({
  ...base,
  kind: 'hint',
  id: `h/${time}`,
  recordId: '42',
  about: 'property:amount',
  atMs: time,
}));
const signals = fc.array(fc.oneof({ weight: 5, arbitrary: transition }, observation, lifecycle, hint), {
  maxLength: 25,
});

/** A set of signals in two orders, the second with repetitions. */
const twoTellings = signals.chain((set) =>
  fc.tuple(
    fc.constant(set),
    fc
      .array(fc.nat({ max: Math.max(0, set.length - 1) }), { maxLength: 15 })
      .map((again) => [...set, ...again.flatMap((at) => set[at] ?? [])])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
  ),
);

function tell(told: readonly CrmSignal[]): Deal {
  return told.reduce<Deal>(
    (deal, signal) => {
      const outcome = recordSignal(deal, signal, hub, NOW);
      if (outcome.kind === 'refused') throw new Error(outcome.reason.sentence);
      return outcome.deal;
    },
    newDeal('crm', '42', 1, NOW),
  );
}

describe('law 1: the same signals end in the same history, whatever their order and however often they are told', () => {
  test('entries are a function of the set of transitions', () => {
    const one = fc
      .tuple(
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom('s5', 's6', 's7', 'zz'),
        atMs,
        fc.constantFrom(1, 1000),
        pipeline,
      )
      .map(([id, stage, time, granularityMs, known]) =>
        recorded(stage, time, { id: `t${id}`, granularityMs, ...known }),
      );
    const pair = fc
      .array(one, { maxLength: 20 })
      .chain((set) => fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length * 2 })));
    fc.assert(
      fc.property(pair, ([once, twice]) => {
        expect(entriesOf(twice)).toEqual(entriesOf(once));
      }),
      { numRuns: 2000 },
    );
  });

  test('entries lose no transition, and no two neighbours are equal', () => {
    const set = fc.array(fc.tuple(fc.constantFrom('s5', 's6', 's7'), atMs), { maxLength: 20 });
    fc.assert(
      fc.property(set, (entered) => {
        const transitions = entered.map(([stage, time]) => recorded(stage, time));
        const entries = entriesOf(transitions);
        const ids = entries.flatMap((entry) => entry.transitionIds);
        expect([...ids].sort()).toEqual([...new Set(transitions.map((each) => each.id))].sort());
        for (const [index, entry] of entries.entries()) expect(entry.stageId).not.toBe(entries[index - 1]?.stageId);
      }),
    );
  });

  test('recording ends in the same entries, stage and wanted effects', () => {
    fc.assert(
      fc.property(twoTellings, ([first, second]) => {
        const a = tell(first);
        const b = tell(second);
        expect(entriesOfDeal(b)).toEqual(entriesOfDeal(a));
        expect(currentStage(b)).toBe(currentStage(a));
        const effects = (deal: Deal) => wantsOf(deal, hub).filter((want) => want !== 'refresh');
        expect(effects(b)).toEqual(effects(a));
        const kept = (deal: Deal) =>
          [...deal.lanes]
            .sort((x, y) => (x.recordId < y.recordId ? -1 : 1))
            .map(({ recordId: record, transitions, lifecycle: words }) => ({ record, transitions, words }));
        expect(kept(b).filter((lane) => lane.transitions.length + lane.words.length > 0)).toEqual(
          kept(a).filter((lane) => lane.transitions.length + lane.words.length > 0),
        );
      }),
      { numRuns: 1500 },
    );
  });

  test('what was recorded once is known from then on', () => {
    fc.assert(
      fc.property(signals, (told) => {
        const stored: Deal = { ...tell(told), version: 1 };
        for (const signal of told.filter((each) => each.kind === 'transition' || each.kind === 'lifecycle')) {
          const again = recordSignal(stored, signal, hub, NOW);
          expect(again).toMatchObject({ kind: 'recorded', known: true });
          expect(again.kind === 'recorded' && again.deal).toBe(stored);
        }
      }),
    );
  });

  test('observations never make an entry', () => {
    fc.assert(
      fc.property(signals, (told) => {
        const without = told.filter((each) => each.kind !== 'observation');
        expect(entriesOfDeal(tell(told))).toEqual(entriesOfDeal(tell(without)));
      }),
    );
  });
});
