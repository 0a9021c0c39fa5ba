import { describe, expect, test } from 'vitest';
import type { Deal } from './deal.ts';
import { currentStage } from './entries.ts';
import { newDeal, recordSignal, wantsOf } from './record-signal.ts';
import type { CrmSignal, StageObservation } from './signals.ts';
import { config, connection, deal, MAY_3, transition } from './test-builders.ts';

const NOW = MAY_3;

function record(given: Deal, signal: CrmSignal, hub = config()) {
  const outcome = recordSignal(given, signal, hub, NOW);
  if (outcome.kind !== 'recorded') throw new Error(outcome.reason.sentence);
  return outcome;
}

function observation(stageId: string, observedAtMs: number, change: Partial<StageObservation> = {}): StageObservation {
  const id = `o/${stageId}@${observedAtMs}`;
  return { v: 1, kind: 'observation', id, connectionId: 'crm', recordId: '42', stageId, observedAtMs, ...change };
}

test('a new deal is named after its first record and not saved yet', () => {
  expect(newDeal('crm', '42', 3, NOW)).toEqual({
    v: 1,
    dealId: 'crm.42',
    version: 0,
    configVersion: 3,
    leading: { connectionId: 'crm', recordId: '42' },
    lanes: [{ connectionId: 'crm', recordId: '42', transitions: [], lifecycle: [] }],
    details: {},
    createdAtMs: NOW,
    updatedAtMs: NOW,
  });
});

describe('transitions', () => {
  test('are kept with what they meant under the configuration then', () => {
    const { deal: after, known, wants } = record(newDeal('crm', '42', 1, NOW), transition('s6', 1000));
    expect(after.lanes[0]?.transitions).toEqual([
      { id: 's6@1000', stageId: 's6', enteredAtMs: 1000, granularityMs: 1, stage: 'procurement', configVersion: 1 },
    ]);
    expect(after.version).toBe(0);
    expect(known).toBe(false);
    expect(wants).toEqual(['contract', 'writes', 'refresh']);
  });

  test('told again change nothing, and want the same', () => {
    const given = deal([['s6', 1000]]);
    const again = record(given, transition('s6', 1000));
    expect(again.deal).toBe(given);
    expect(again.known).toBe(true);
    expect(again.wants).toEqual(['contract', 'writes']);
  });

  test('told again with the pipeline replace the telling that lacked it', () => {
    const hub = config({
      pipelines: [
        { connectionId: 'crm', pipelineId: 'p1', stages: { a: 'procurement' } },
        { connectionId: 'crm', pipelineId: 'p2', stages: { a: 'management' } },
      ],
    });
    const first = record(newDeal('crm', '42', 1, NOW), transition('a', 5), hub).deal;
    expect(currentStage(first)).toBe('unknown');
    const second = record(first, transition('a', 5, { pipelineId: 'p1' }), hub).deal;
    expect(currentStage(second)).toBe('procurement');
    expect(record(second, transition('a', 5), hub).deal).toBe(second);
  });

  test('of another record get a lane of their own and do not decide', () => {
    const after = record(deal([['s6', 1000]]), transition('s10', 2000, { recordId: '77' })).deal;
    expect(after.lanes.map((lane) => lane.recordId)).toEqual(['42', '77']);
    expect(currentStage(after)).toBe('procurement');
  });

  test('up to five minutes ahead of our clock are taken, later ones refused with both times', () => {
    expect(recordSignal(deal([]), transition('s6', NOW + 300_000), config(), NOW).kind).toBe('recorded');
    const outcome = recordSignal(deal([]), transition('s6', NOW + 300_001), config(), NOW);
    expect(outcome).toMatchObject({ kind: 'refused', reason: { code: 'signal.from-the-future' } });
    expect(outcome.kind === 'refused' && outcome.reason.sentence).toContain('2026-05-03T08:00:00.000Z');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -9e15])('with the time %s are refused, not stored', (atMs) => {
    expect(recordSignal(deal([]), transition('s6', atMs), config(), NOW)).toMatchObject({
      kind: 'refused',
      reason: { code: 'signal.time-unreadable' },
    });
  });
});

test('a process that still has an older configuration than the deal steps back for a minute', () => {
  expect(() => recordSignal(deal([], { configVersion: 2 }), transition('s6', 1), config(), NOW)).toThrow(
    expect.objectContaining({ code: 'config.outdated', retry: { afterMs: 60_000 } }),
  );
});

describe('observations', () => {
  test('of the recorded stage confirm it and bring details', () => {
    const after = record(deal([['s6', 1000]]), observation('s6', 2000, { details: { name: 'New name', amount: '5' } }));
    expect(after.deal.details).toEqual({ name: 'New name', amount: '5' });
    expect(after.deal.lanes[0]?.dispute).toBeUndefined();
    expect(after.wants).toEqual(['contract', 'writes']);
  });

  test('of another stage make a dispute and want a refresh, never an entry', () => {
    const given = deal([['s5', 1000]]);
    const after = record(given, observation('s6', 2000));
    expect(after.deal.lanes[0]?.dispute).toEqual({ stageId: 's6', observedAtMs: 2000 });
    expect(after.deal.lanes[0]?.transitions).toEqual(given.lanes[0]?.transitions);
    expect(after.wants).toEqual(['refresh']);
    expect(record(after.deal, observation('s6', 2000)).wants).toEqual(['refresh']);
  });

  test('on a deal without entries make a dispute', () => {
    expect(record(newDeal('crm', '42', 1, NOW), observation('s6', 2000)).deal.lanes[0]?.dispute?.stageId).toBe('s6');
  });

  test('seen before the newest entry say nothing about now', () => {
    expect(
      record(
        deal([
          ['s5', 1000],
          ['s6', 3000],
        ]),
        observation('s5', 2000),
      ).deal.lanes[0]?.dispute,
    ).toBeUndefined();
  });

  test('seen in the very second in which the newest entry was entered say nothing about now', () => {
    const coarse = { ...transition('s6', 3000), granularityMs: 1000 };
    const given = record(deal([['s5', 1000]]), coarse).deal;
    expect(record(given, observation('s5', 3400)).deal.lanes[0]).not.toHaveProperty('dispute');
    expect(record(given, observation('s5', 3999)).deal.lanes[0]?.dispute?.stageId).toBe('s5');
    // The same the other way round: what was seen first is explained by the history that comes after it.
    const disputed = record(deal([['s4', 1000]]), observation('s5', 3400)).deal;
    const told = record(record(disputed, { ...transition('s5', 3000), granularityMs: 1000 }).deal, coarse).deal;
    expect(told.lanes[0]).not.toHaveProperty('dispute');
  });

  test('older than the standing dispute are ignored', () => {
    const disputed = record(deal([['s5', 1000]]), observation('s6', 5000)).deal;
    expect(record(disputed, observation('s5', 4000)).deal).toBe(disputed);
  });

  test('of the recorded stage settle a dispute', () => {
    const disputed = record(deal([['s5', 1000]]), observation('s6', 5000)).deal;
    const settled = record(disputed, observation('s5', 6000));
    expect(settled.deal.lanes[0]).not.toHaveProperty('dispute');
    expect(settled.wants).toEqual([]);
  });

  test('that only repeat the dispute do not ask for another read: a refresh answers with one of these', () => {
    const disputed = record(deal([['s5', 1000]]), observation('s6', 5000)).deal;
    const repeated = record(disputed, observation('s6', 6000));
    expect(repeated.deal).toBe(disputed);
    expect(repeated.wants).toEqual([]);
    expect(record(disputed, observation('s6', 5000 + 15 * 60_000)).wants).toEqual(['refresh']);
  });
});

describe('a dispute', () => {
  const disputed = record(deal([['s5', 1000]]), observation('s6', 5000)).deal;

  test('ends with the transition that explains it', () => {
    expect(record(disputed, transition('s6', 4500)).deal.lanes[0]).not.toHaveProperty('dispute');
  });

  test('ends with a transition that says the same a moment later: clocks differ', () => {
    expect(record(disputed, transition('s6', 5200)).deal.lanes[0]).not.toHaveProperty('dispute');
  });

  test('ends when the history says the observed stage for the time of observing', () => {
    const moved = record(disputed, transition('s7', 9000));
    expect(moved.deal.lanes[0]?.dispute?.stageId).toBe('s6');
    expect(moved.wants).toEqual(['contract', 'plans', 'writes', 'refresh']);
    expect(record(moved.deal, transition('s6', 4500)).deal.lanes[0]).not.toHaveProperty('dispute');
  });

  test('is not asked about again by transitions that are known: a refresh brings them all', () => {
    expect(record(disputed, transition('s5', 1000)).wants).toEqual([]);
  });
});

describe('lifecycle and hints', () => {
  const told = (what: 'deleted' | 'restored', atMs: number): CrmSignal => ({
    v: 1,
    kind: 'lifecycle',
    id: `${what}@${atMs}`,
    connectionId: 'crm',
    recordId: '42',
    what,
    atMs,
  });
  const hint: CrmSignal = {
    v: 1,
    kind: 'hint',
    id: 'h',
    connectionId: 'crm',
    recordId: '42',
    about: 'association:contacts',
    atMs: 1,
  };

  test('lifecycle words are kept once, in the order of time', () => {
    const after = record(record(deal([]), told('restored', 9)).deal, told('deleted', 5)).deal;
    expect(after.lanes[0]?.lifecycle.map((each) => each.what)).toEqual(['deleted', 'restored']);
    expect(record(after, told('deleted', 5)).deal).toBe(after);
  });

  test('a hint changes nothing and wakes who cares', () => {
    const given = deal([['s6', 1]]);
    expect(record(given, hint)).toEqual({ kind: 'recorded', deal: given, wants: ['contract', 'writes'], known: true });
  });

  test('a hint about a deal of which nothing is known has to be saved and read', () => {
    expect(record(newDeal('crm', '42', 1, NOW), hint)).toMatchObject({ known: false, wants: ['refresh'] });
  });

  test('a record that is gone is not read again', () => {
    expect(record(newDeal('crm', '42', 1, NOW), told('deleted', 5)).wants).toEqual([]);
  });
});

test.each([
  ['before procurement without a play', [['s5', 1]], []],
  ['procurement', [['s6', 1]], ['contract', 'writes']],
  [
    'procurement once, now back',
    [
      ['s6', 1],
      ['s5', 2],
    ],
    ['contract', 'writes'],
  ],
  ['implementation with a play', [['s7', 1]], ['contract', 'plans', 'writes']],
  [
    'lost without procurement',
    [
      ['s5', 1],
      ['s10', 2],
    ],
    [],
  ],
  ['unmapped', [['x', 1]], ['contract', 'writes']],
  [
    'unmapped once, found again',
    [
      ['x', 1],
      ['s5', 2],
    ],
    [],
  ],
] as const)('knows who wants to look: %s', (_, entered, wants) => {
  expect(wantsOf(deal(entered), config())).toEqual(wants);
});

describe('a stage that nobody mapped', () => {
  const moved = (pipelineIds: readonly (string | undefined)[]) => {
    const entered = pipelineIds.map((_, index) => [index === pipelineIds.length - 1 ? 'x' : 's1', index + 1] as const);
    const made = deal(entered);
    const [lane] = made.lanes;
    if (lane === undefined) throw new Error('no lane');
    const transitions = lane.transitions.map((each, index) => {
      const pipelineId = pipelineIds[index];
      return pipelineId === undefined ? each : { ...each, pipelineId };
    });
    return { ...made, lanes: [{ ...lane, transitions }] };
  };

  test.each<[string, readonly (string | undefined)[], readonly string[]]>([
    ['of a pipeline of ours is said', ['p1'], ['contract', 'writes']],
    ['of a pipeline that is none of ours is not', ['p9'], []],
    ['is said by the pipeline where the deal was last seen', ['p1', undefined], ['contract', 'writes']],
    ['is not said where that is none of ours', ['p9', undefined], []],
  ])('%s', (_, pipelineIds, wants) => {
    expect(wantsOf(moved(pipelineIds), config())).toEqual(wants);
  });

  test('is not said of a deal that was there before the hub', () => {
    const later = config({ connections: [connection('crm', 'crm', { effectsFromMs: 1000 })] });
    expect(wantsOf(moved(['p1']), later)).toEqual([]);
  });
});

test('after a merge the surviving record is read', () => {
  expect(wantsOf(deal([['s5', 1]], { leading: { connectionId: 'crm', recordId: '99' } }), config())).toEqual([
    'refresh',
  ]);
});
