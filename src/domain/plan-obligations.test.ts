import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import type { Deal } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import type { Plan } from './plan.ts';
import { planObligations } from './plan-obligations.ts';
import type { HubConfig } from './policies.ts';
import { config, connection, contract, DAY, deal, facts, MAY_3, plan, play } from './test-builders.ts';

const may = (day: number) => MAY_3 + (day - 3) * DAY;
const entered = `s7@${may(3)}`;
const won = deal([
  ['s6', may(1)],
  ['s7', may(3)],
]);
const back = deal([
  ['s7', may(3)],
  ['s5', may(5)],
]);
const again = deal([
  ['s7', may(3)],
  ['s5', may(5)],
  ['s7', may(7)],
]);
const mine = plan({ forEntry: entered });

function ask(given: {
  deal: Deal;
  plans?: readonly Plan[];
  contracts?: readonly Contract[];
  config?: HubConfig;
  facts?: DealFacts | undefined;
  nowMs?: number;
}) {
  const lastStage = given.deal.lanes[0]?.transitions.at(-1)?.stageId ?? 's7';
  return planObligations({
    contracts: [],
    plans: [],
    config: config(),
    facts: facts(lastStage),
    nowMs: may(10),
    ...given,
  });
}

const withPlay = (change: Parameters<typeof play>[0]) => config({ plays: [play(change)] });

test('a play is due when its stage is entered', () => {
  expect(ask({ deal: won })).toEqual([
    {
      do: 'create',
      play: play(),
      key: 'onboarding/once',
      forEntry: entered,
      subject: 'plan/onboarding',
      reason: {
        code: 'plan.due',
        sentence: 'plan "onboarding" is due: the deal entered implementation on 3 May 2026',
        facts: { play: 'onboarding', enteredAtMs: may(3) },
      },
    },
  ]);
});

test('a play of a stage that was never entered is not mentioned', () => {
  expect(ask({ deal: deal([['s5', may(3)]]) })).toEqual([]);
});

test('a stage that the deal walked past before anybody looked still gets its plan', () => {
  const discovery = withPlay({ name: 'discovery', stage: 'solutioning' });
  const past = deal([
    ['s3', may(1)],
    ['s5', may(3)],
  ]);
  expect(ask({ deal: past, config: discovery })).toMatchObject([{ do: 'create', key: 'discovery/once' }]);
});

test('a plan that is there is made so', () => {
  expect(ask({ deal: won, plans: [mine] })).toMatchObject([{ do: 'fulfil', key: 'onboarding/once' }]);
});

describe('repeat', () => {
  test('once: entering again goes on with the same plan', () => {
    expect(ask({ deal: again, plans: [mine] })).toMatchObject([{ do: 'fulfil', key: 'onboarding/once' }]);
  });

  test('every entry: each has a plan of its own', () => {
    const each = withPlay({ repeat: 'every-entry' });
    const first = plan({ key: `onboarding/${entered}`, forEntry: entered });
    expect(ask({ deal: won, config: each })).toMatchObject([{ do: 'create', key: `onboarding/${entered}` }]);
    expect(ask({ deal: won, config: each, plans: [first] })).toMatchObject([{ do: 'fulfil' }]);
    expect(ask({ deal: again, config: each, plans: [first] })).toMatchObject([
      { do: 'create', key: `onboarding/s7@${may(7)}`, forEntry: `s7@${may(7)}` },
    ]);
  });
});

describe('a deal that goes back', () => {
  test('pauses the plan, once', () => {
    expect(ask({ deal: back, plans: [mine] })).toMatchObject([
      {
        do: 'pause',
        reason: {
          sentence:
            'plan "onboarding" is paused: the deal went back to negotiation on 5 May 2026; play "onboarding" says pause',
        },
      },
    ]);
    expect(ask({ deal: back, plans: [{ ...mine, state: 'paused' }] })).toMatchObject([{ do: 'nothing' }]);
  });

  test('keeps it where the play says so', () => {
    const keep = withPlay({ whenDealGoesBack: 'keep' });
    expect(ask({ deal: back, plans: [mine], config: keep })).toMatchObject([{ do: 'fulfil' }]);
    expect(ask({ deal: back, plans: [{ ...mine, state: 'paused' }], config: keep })).toMatchObject([{ do: 'resume' }]);
  });

  test('starts none', () => {
    expect(ask({ deal: back })).toEqual([]);
  });

  test('resumes it when it returns', () => {
    expect(ask({ deal: again, plans: [{ ...mine, state: 'paused' }] })).toMatchObject([
      { do: 'resume', reason: { sentence: 'plan "onboarding" goes on: the deal is in implementation again' } },
    ]);
  });

  test('to lost is treated alike', () => {
    expect(
      ask({
        deal: deal([
          ['s7', may(3)],
          ['s10', may(5)],
        ]),
        plans: [mine],
      }),
    ).toMatchObject([{ do: 'pause' }]);
  });
});

describe('a signed contract', () => {
  const waits = withPlay({ needsSignedContract: true });

  test.each<[string, readonly Contract[], string]>([
    ['none yet', [], 'plan "onboarding" waits for a signed contract: there is no contract yet'],
    [
      'out for signature',
      [contract({ state: 'sent', sentAtMs: may(3) })],
      'plan "onboarding" waits for a signed contract: contract 1 is out for signature since 3 May 2026',
    ],
  ])('is waited for: %s', (_, contracts, sentence) => {
    expect(ask({ deal: won, config: waits, contracts })).toMatchObject([
      { do: 'hold', reason: { code: 'plan.waits-for-signature', sentence } },
    ]);
  });

  test('lets the plan start', () => {
    expect(ask({ deal: won, config: waits, contracts: [contract({ state: 'completed' })] })).toMatchObject([
      { do: 'create' },
    ]);
  });
});

test('conditions decide whether a deal gets the play', () => {
  const emea = withPlay({ when: { properties: { region: ['APAC'] } } });
  expect(ask({ deal: won, config: emea })).toMatchObject([
    { do: 'nothing', reason: { code: 'plan.not-for-this-deal' } },
  ]);
});

test('an entry before effects began gets nothing, an old one asks a person', () => {
  const late = config({ connections: [connection('crm', 'crm', { effectsFromMs: may(4) })] });
  expect(ask({ deal: won, config: late })).toMatchObject([{ do: 'nothing', reason: { code: 'entry.before-effects' } }]);
  expect(ask({ deal: won, nowMs: may(3) + 61 * DAY })).toMatchObject([
    { do: 'hold', reason: { code: 'entry.too-old' } },
  ]);
  expect(ask({ deal: won, nowMs: may(3) + 61 * DAY, plans: [mine] })).toMatchObject([{ do: 'fulfil' }]);
});

test('a deleted deal pauses its plans', () => {
  const [lane] = won.lanes;
  const gone = {
    ...won,
    lanes: lane ? [{ ...lane, lifecycle: [{ id: 'd', what: 'deleted' as const, atMs: may(5) }] }] : [],
  };
  expect(ask({ deal: gone, plans: [mine], facts: undefined })).toMatchObject([{ do: 'pause' }]);
  expect(ask({ deal: gone, facts: undefined })).toEqual([]);
});

test.each<[string, Deal, DealFacts | undefined, string]>([
  ['the CRM no longer has the deal', won, undefined, 'crm.deal-gone'],
  ['the CRM says another stage right now', won, facts('s5'), 'stage.moved-on'],
  [
    'the stage is unmapped',
    deal([
      ['s7', may(3)],
      ['zz', may(4)],
    ]),
    facts('zz'),
    'stage.unmapped',
  ],
  ['the deal was merged', { ...won, mergedInto: 'crm.9' }, facts('s7'), 'deal.merged'],
])('nothing is started while %s', (_, given, read, code) => {
  expect(ask({ deal: given, facts: read })).toMatchObject([{ do: 'hold', reason: { code } }]);
  expect(ask({ deal: given, facts: read, plans: [mine] })).toMatchObject([{ do: 'hold', reason: { code } }]);
});

test('a plan whose play left the configuration is left as it is, and says so', () => {
  expect(ask({ deal: won, plans: [mine], config: config({ plays: [] }) })).toMatchObject([
    { do: 'nothing', reason: { code: 'plan.play-gone' } },
  ]);
});

describe('a rehearsed signature', () => {
  const needsOne = withPlay({ needsSignedContract: true });
  const rehearsed = contract({ state: 'completed', mode: 'rehearse', endedAtMs: may(2) });

  test('starts no real tasks', () => {
    expect(ask({ deal: won, contracts: [rehearsed], config: needsOne })).toMatchObject([
      {
        do: 'hold',
        reason: {
          code: 'plan.waits-for-signature',
          sentence: 'plan "onboarding" waits for a signed contract: there is no contract yet',
        },
      },
    ]);
  });

  test('starts those of the rehearsal', () => {
    const rehearsing = { ...needsOne, connections: [connection('crm', 'crm', { mode: 'rehearse' })] };
    expect(ask({ deal: won, contracts: [rehearsed], config: rehearsing })).toMatchObject([{ do: 'create' }]);
  });
});
