import { describe, expect, it } from 'vitest';
import type { DealItems } from '../store/deal-items.ts';
import {
  at,
  contractOf,
  entered,
  itemsOf,
  ofEnvelope,
  planOf,
  stageWrite,
  stepOf,
  taskOf,
  told,
} from './test-trace.ts';
import { chainOf, type TraceNode } from './trace-chain.ts';

/** A chain as indented lines: what hangs where, and each step's text. */
function shown(node: TraceNode, depth = 0): readonly string[] {
  const margin = '  '.repeat(depth);
  const head = `${margin}${node.traceId ?? 'unknown'}${node.because === undefined ? '' : ` (${node.because})`}`;
  return [
    head,
    ...node.steps.map(({ text }) => `${margin}- ${text}`),
    ...node.follows.flatMap((each) => shown(each, depth + 1)),
  ];
}

const chain = (traceId: string, items: Partial<DealItems>) => shown(chainOf(traceId, itemsOf(items)).chain);

const procurement = told(entered('t/procurement', 's6', 0), 'd-1', 1, { effect: 'look at contract' });

describe('the chain of a trace', () => {
  it('has what its look did, and below it the webhooks of the envelope with what came of each', () => {
    const signals = [
      procurement,
      told(ofEnvelope('e/sent', 'sent', 3), 'd-2', 4, { effect: 'already known' }),
      told(ofEnvelope('e/completed', 'completed', 5), 'd-3', 6),
      told(entered('t/implementation', 's7', 7), 'd-4', 8),
    ];
    const steps = [
      stepOf('planned', 1, 'd-1'),
      stepOf('drafted', 2, 'd-1'),
      stepOf('sent', 3, 'd-1'),
      // Told by the fact of the same moment.
      stepOf('completed', 5),
    ];
    const items = {
      signals,
      contracts: [contractOf(steps)],
      plans: [planOf('d-4', 8)],
      tasks: [taskOf('a', 'd-4', 9), taskOf('b', 'd-4', 9)],
      writes: [stageWrite('d-3', 7)],
    };
    expect(chain('d-1', items)).toEqual([
      'd-1',
      '- the deal entered procurement (CRM stage s6)',
      '- contract 1 planned',
      '- contract 1 drafted, envelope e-1',
      '- contract 1 sent',
      '  d-2 (contract 1)',
      '  - contract 1: the envelope was sent',
      '  d-3 (contract 1)',
      '  - contract 1: the envelope was completed',
      '    d-4 (the stage that was written because contract 1 is signed)',
      '    - the deal entered implementation (CRM stage s7)',
      '    - plan onboarding: 2 tasks',
      '    - 2 tasks of plan onboarding created in the CRM',
    ]);
  });

  it('says whose look did what this one could have done, and tells of an earlier look only that', () => {
    const signals = [
      told(ofEnvelope('e/0', 'voided', -9), 'd-0', -8),
      told(entered('t/0', 's5', -9), 'd-0', -8),
      procurement,
      told(entered('t/late', 's6', 1), 'd-5', 5),
    ];
    const steps = [stepOf('planned', 2, 'd-0'), stepOf('drafting', 3, 'd-0'), stepOf('sending', 6, 'd-5')];
    const [first, ...rest] = chain('d-1', { signals, contracts: [contractOf(steps)] });
    expect([first, ...rest]).toEqual([
      'd-1',
      '- the deal entered procurement (CRM stage s6)',
      '  d-0 (contract 1)',
      '  - contract 1 planned',
      '  - contract 1 drafting',
      '  d-5 (contract 1)',
      '  - the deal entered procurement (CRM stage s6)',
      '  - contract 1 sending',
    ]);
  });

  it('has tasks by the look that made them', () => {
    const items = {
      signals: [told(entered('t/implementation', 's7', 0), 'd-1', 1)],
      plans: [planOf('d-1', 2)],
      tasks: [taskOf('a', 'd-1', 3), taskOf('b', 'later', 70)],
    };
    expect(chain('d-1', items)).toEqual([
      'd-1',
      '- the deal entered implementation (CRM stage s7)',
      '- plan onboarding: 2 tasks',
      '- 1 task of plan onboarding created in the CRM',
      '  later (plan onboarding)',
      '  - 1 task of plan onboarding created in the CRM',
    ]);
  });

  it('has what older versions stored where the contract links it, and says that its trace is not known', () => {
    const signals = [procurement];
    expect(chain('d-1', { signals, contracts: [contractOf([stepOf('planned', 2), stepOf('sent', 3)])] })).toEqual([
      'd-1',
      '- the deal entered procurement (CRM stage s6)',
      '  unknown (contract 1)',
      '  - contract 1 planned',
      '  - contract 1 sent',
    ]);
  });

  it('has reads that the hub made because of it', () => {
    const signals = [procurement, told(entered('t/read', 's7', 0), 'd-9', 2, { traceId: 'd-1' })];
    const { deliveries, steps } = chainOf('d-1', itemsOf({ signals })).chain;
    expect(deliveries).toEqual([
      { deliveryId: 'd-1', connectionId: 'crm-main' },
      { deliveryId: 'd-9', connectionId: 'crm-main' },
    ]);
    expect(steps.map(({ atMs, deliveryId }) => [atMs, deliveryId])).toEqual([
      [at(1), 'd-1'],
      [at(2), 'd-9'],
    ]);
  });

  it('of a delivery that brought nothing is empty', () => {
    expect(chain('d-7', { signals: [procurement] })).toEqual(['d-7']);
  });
});

describe('where a trace comes from', () => {
  const items = itemsOf({
    signals: [
      procurement,
      told(ofEnvelope('e/completed', 'completed', 5), 'd-3', 6),
      told(entered('t/implementation', 's7', 7), 'd-4', 8),
    ],
    contracts: [contractOf([stepOf('planned', 1, 'd-1'), stepOf('completed', 5)])],
    writes: [stageWrite('d-3', 7)],
  });

  it('is the contract whose envelope it is about', () => {
    expect(chainOf('d-3', items).cameOf).toEqual([
      { dealId: 'crm-main.42', sentence: 'contract 1 of deal crm-main.42', traceId: 'd-1', deliveryId: 'd-1' },
    ]);
  });

  it('is the stage that the hub wrote', () => {
    expect(chainOf('d-4', items).cameOf).toEqual([
      {
        dealId: 'crm-main.42',
        sentence: 'the stage that the hub wrote because contract 1 is signed',
        traceId: 'd-3',
        deliveryId: 'd-3',
      },
    ]);
  });

  it('is nowhere for what came in by itself', () => {
    expect(chainOf('d-1', items).cameOf).toEqual([]);
  });
});
