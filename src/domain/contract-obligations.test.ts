import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import { contractObligations } from './contract-obligations.ts';
import type { Deal } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import type { ContractPolicy, HubConfig } from './policies.ts';
import { config, connection, contract, DAY, deal, facts, MAY_3, policy } from './test-builders.ts';

/** Days of May 2026, 10:00 in Berlin. */
const may = (day: number) => MAY_3 + (day - 3) * DAY;
const entered = `s6@${may(3)}`;
const inProcurement = deal([
  ['s5', may(1)],
  ['s6', may(3)],
]);
const wentBack = deal([
  ['s6', may(3)],
  ['s5', may(5)],
]);
const reEntered = deal([
  ['s6', may(3)],
  ['s5', may(5)],
  ['s6', may(7)],
]);
const sent = contract({ state: 'sent', sentAtMs: may(3), forEntry: entered });
const signed = contract({ state: 'completed', sentAtMs: may(3), endedAtMs: may(4), forEntry: entered });

interface Case {
  readonly deal: Deal;
  readonly contracts?: readonly Contract[];
  readonly config?: HubConfig;
  readonly facts?: DealFacts | undefined;
  readonly nowMs?: number;
}

function ask(given: Case) {
  const lastStage = given.deal.lanes[0]?.transitions.at(-1)?.stageId ?? 's6';
  return contractObligations({
    contracts: [],
    config: config(),
    nowMs: may(10),
    facts: facts(lastStage),
    ...given,
  });
}

/** The one answer: what to do, for which contract, with code and sentence. */
function answer(given: Case) {
  const all = ask(given);
  expect(all).toHaveLength(1);
  const [one] = all;
  if (one === undefined) throw new Error('no answer');
  return one;
}

const withPolicy = (change: Partial<ContractPolicy>) => config({ contracts: [policy(change)] });

describe('in procurement', () => {
  test('a contract is due for the entry', () => {
    expect(answer({ deal: inProcurement })).toEqual({
      do: 'create',
      subject: `contract/for/${entered}`,
      n: 1,
      forEntry: entered,
      policy: policy(),
      reason: {
        code: 'contract.due',
        sentence: 'contract 1 is due: the deal entered procurement on 3 May 2026; policy "standard"',
        facts: { n: 1, policy: 'standard', enteredAtMs: may(3) },
      },
    });
  });

  test('its contract goes on, held or not', () => {
    const hold = { code: 'c', sentence: 's', remedy: 'r', sinceMs: 1 };
    expect(answer({ deal: inProcurement, contracts: [contract({ forEntry: entered, hold })] })).toMatchObject({
      do: 'advance',
      n: 1,
    });
    expect(answer({ deal: inProcurement, contracts: [sent] })).toMatchObject({
      do: 'advance',
      reason: { sentence: 'contract 1 is out for signature since 3 May 2026' },
    });
  });

  test('any transition of the entry names it', () => {
    const twice = deal([
      ['s6', may(3)],
      ['s6', may(3) + 400],
    ]);
    expect(answer({ deal: twice, contracts: [{ ...sent, forEntry: `s6@${may(3) + 400}` }] }).do).toBe('advance');
  });

  test('another CRM stage that means procurement too is no second entry', () => {
    const walked = deal([
      ['s6', may(3)],
      ['s6b', may(5)],
    ]);
    expect(answer({ deal: walked, contracts: [sent], config: withPolicy({ reEntry: 'replace' }) }).do).toBe('advance');
  });

  test('a signed contract is the end of it', () => {
    expect(answer({ deal: inProcurement, contracts: [signed] })).toMatchObject({
      do: 'nothing',
      reason: { code: 'contract.signed', sentence: 'nothing to send: contract 1 is signed since 4 May 2026' },
    });
  });

  test('no policy that fits is said to a person', () => {
    expect(answer({ deal: inProcurement, config: withPolicy({ when: { currency: ['USD'] } }) })).toMatchObject({
      do: 'hold',
      reason: { code: 'policy.none' },
    });
  });

  test('an entry before effects began has none', () => {
    const late = config({
      connections: [connection('crm', 'crm', { effectsFromMs: may(4) }), connection('docusign', 'esign')],
    });
    expect(answer({ deal: inProcurement, config: late })).toMatchObject({
      do: 'nothing',
      reason: {
        code: 'entry.before-effects',
        sentence: 'no contract: the deal entered procurement on 3 May 2026, before effects of crm began on 4 May 2026',
      },
    });
    const atOnce = config({
      connections: [connection('crm', 'crm', { effectsFromMs: may(3) }), connection('docusign', 'esign')],
    });
    expect(answer({ deal: inProcurement, config: atOnce }).do).toBe('create');
  });

  test('an entry before the e-sign connection may act has none either', () => {
    const late = config({
      connections: [connection('crm', 'crm'), connection('docusign', 'esign', { effectsFromMs: may(4) })],
    });
    expect(answer({ deal: inProcurement, config: late })).toMatchObject({
      do: 'nothing',
      reason: { code: 'entry.before-effects' },
    });
  });

  test('an old entry asks a person, but a contract that exists goes on', () => {
    const nowMs = may(3) + 61 * DAY;
    expect(answer({ deal: inProcurement, nowMs })).toMatchObject({
      do: 'hold',
      reason: {
        code: 'entry.too-old',
        sentence:
          'no contract: the deal entered procurement on 3 May 2026, 61 days ago; entries older than 60 days are not acted on without a person',
      },
    });
    expect(answer({ deal: inProcurement, nowMs: may(3) + 60 * DAY }).do).toBe('create');
    expect(answer({ deal: inProcurement, nowMs, contracts: [sent] }).do).toBe('advance');
  });

  test.each([
    [
      'declined',
      contract({ state: 'declined', forEntry: entered, endedAtMs: may(5), endReason: 'too dear' }),
      'declined',
      'contract.declined',
      'no new contract: contract 1 was declined on 5 May 2026 (too dear); policy ask',
    ],
    [
      'expired',
      contract({ state: 'expired', forEntry: entered, endedAtMs: may(5) }),
      'expired',
      'contract.expired',
      'no new contract: contract 1 expired on 5 May 2026; policy ask',
    ],
    [
      'voided outside',
      contract({
        state: 'voided',
        forEntry: entered,
        endedAtMs: may(5),
        endedBy: 'outside',
        endReason: 'voided outside: typo',
      }),
      'voidedOutside',
      'contract.voided-outside',
      'no new contract: contract 1 was voided on 5 May 2026 (voided outside: typo); policy ask',
    ],
  ] as const)('a contract that was %s asks a person or is renewed', (_, ended, name, code, sentence) => {
    expect(answer({ deal: inProcurement, contracts: [ended] })).toMatchObject({
      do: 'hold',
      reason: { code, sentence },
    });
    expect(answer({ deal: inProcurement, contracts: [ended], config: withPolicy({ [name]: 'renew' }) })).toMatchObject({
      do: 'create',
      n: 2,
      reason: { code: 'contract.renewed' },
    });
    const thrice = [1, 2, 3].map((n) => ({ ...ended, n }));
    expect(answer({ deal: inProcurement, contracts: thrice, config: withPolicy({ [name]: 'renew' }) })).toMatchObject({
      do: 'hold',
      n: 3,
    });
  });

  test('a draft that was thrown away because the deal changed is followed by a new one', () => {
    const thrown = contract({ state: 'voided', endedBy: 'us', endReason: 'the deal changed', forEntry: entered });
    expect(answer({ deal: inProcurement, contracts: [thrown] })).toMatchObject({ do: 'create', n: 2 });
    const many = Array.from({ length: 11 }, (_, index) => ({ ...thrown, n: index + 1 }));
    expect(answer({ deal: inProcurement, contracts: many })).toMatchObject({
      do: 'hold',
      reason: { code: 'contract.redrafted-too-often' },
    });
  });

  test('a contract that we voided on purpose closes the entry', () => {
    const reason = { code: 'action', sentence: 'a person voided it' };
    const voided = contract({ state: 'voided', endedBy: 'us', forEntry: entered, voiding: { reason, sinceMs: 1 } });
    expect(answer({ deal: inProcurement, contracts: [voided] })).toMatchObject({
      do: 'hold',
      reason: { code: 'contract.voided-by-us' },
    });
  });
});

describe('in procurement again', () => {
  test.each([
    ['keep', 'nothing', 'no contract sent: contract 1 is out for signature since 3 May 2026; policy keep'],
    [
      'replace',
      'void',
      'the deal entered procurement again on 7 May 2026; policy replace: contract 1 makes way for a new one',
    ],
    [
      'ask',
      'hold',
      'no contract sent: the deal entered procurement again on 7 May 2026, and contract 1 is out for signature since 3 May 2026; policy ask',
    ],
  ] as const)('with a contract out, policy %s: %s', (reEntry, action, sentence) => {
    expect(answer({ deal: reEntered, contracts: [sent], config: withPolicy({ reEntry }) })).toMatchObject({
      do: action,
      reason: { sentence },
    });
  });

  test('a kept contract that is not out yet goes on', () => {
    const drafted = contract({ state: 'drafted', forEntry: entered });
    expect(answer({ deal: reEntered, contracts: [drafted], config: withPolicy({ reEntry: 'keep' }) })).toMatchObject({
      do: 'advance',
      n: 1,
    });
  });

  test.each([
    ['keep', 'nothing'],
    ['replace', 'hold'],
    ['ask', 'hold'],
  ] as const)('with a signed contract, policy %s: %s', (reEntry, action) => {
    expect(answer({ deal: reEntered, contracts: [signed], config: withPolicy({ reEntry }) }).do).toBe(action);
  });

  test('a replaced contract is voided first, then the new one is due', () => {
    const voiding = { reason: { code: 'contract.replaced', sentence: 'replaced' }, sinceMs: 1 };
    const under = withPolicy({ reEntry: 'replace' });
    const during = ask({ deal: reEntered, contracts: [{ ...sent, voiding }], config: under });
    expect(during.map((each) => each.do)).toEqual(['void', 'nothing']);
    expect(during[0]?.reason.sentence).toBe('replaced');
    const after = contract({ state: 'voided', endedBy: 'us', voiding, forEntry: entered });
    expect(answer({ deal: reEntered, contracts: [after], config: under })).toMatchObject({
      do: 'create',
      n: 2,
      forEntry: `s6@${may(7)}`,
    });
  });

  test('if the replaced one was signed meanwhile, a person is asked', () => {
    const voiding = { reason: { code: 'contract.replaced', sentence: 'replaced' }, sinceMs: 1 };
    expect(
      answer({ deal: reEntered, contracts: [{ ...signed, voiding }], config: withPolicy({ reEntry: 'replace' }) }).do,
    ).toBe('hold');
  });

  test('a declined contract of the earlier entry does not close the new one', () => {
    const declined = contract({ state: 'declined', forEntry: entered });
    expect(answer({ deal: reEntered, contracts: [declined] })).toMatchObject({ do: 'create', n: 2 });
  });
});

describe('out of procurement', () => {
  const lost = deal([
    ['s6', may(3)],
    ['s10', may(5)],
  ]);
  const removed = deal([['s6', may(3)]]);
  const [lane] = removed.lanes;
  const deleted = {
    ...removed,
    lanes: lane ? [{ ...lane, lifecycle: [{ id: 'd', what: 'deleted' as const, atMs: may(5) }] }] : [],
  };

  test.each([
    ['goingBack', wentBack, 'the deal went back to negotiation on 5 May 2026; policy void'],
    ['lost', lost, 'the deal was set to lost on 5 May 2026; policy void'],
    ['deleted', deleted, 'the deal was deleted in the CRM; policy void'],
  ] as const)('%s: the policy decides about an active contract', (name, given, sentence) => {
    expect(answer({ deal: given, contracts: [sent] })).toMatchObject({ do: 'void', n: 1, reason: { sentence } });
    const kept = answer({ deal: given, contracts: [sent], config: withPolicy({ [name]: 'keep' }) });
    expect(kept.do).toBe('nothing');
    expect(kept.reason.sentence).toMatch(/^contract 1 is out for signature since 3 May 2026; .*; policy keep$/);
    expect(answer({ deal: given, contracts: [signed] })).toMatchObject({ do: 'nothing' });
    expect(answer({ deal: given })).toMatchObject({ do: 'nothing', reason: { code: 'contract.not-due' } });
  });

  test('a deleted deal can no longer be read, and its contract is voided all the same', () => {
    expect(answer({ deal: deleted, contracts: [sent], facts: undefined }).do).toBe('void');
  });

  test('a contract whose policy is gone waits for a person', () => {
    expect(answer({ deal: lost, contracts: [sent], config: config({ contracts: [] }) })).toMatchObject({
      do: 'hold',
      n: 1,
      reason: { code: 'policy.gone' },
    });
  });

  test('an intent to void is carried out whatever the deal does meanwhile', () => {
    const voiding = { reason: { code: 'contract.lost', sentence: 'it was lost' }, sinceMs: 1 };
    expect(ask({ deal: inProcurement, contracts: [{ ...sent, voiding }] })[0]).toMatchObject({ do: 'void', n: 1 });
    expect(ask({ deal: inProcurement, contracts: [{ ...sent, voiding }], facts: undefined })[0]?.do).toBe('void');
  });
});

describe('beyond procurement', () => {
  const moved = deal([
    ['s6', may(3)],
    ['s7', may(4)],
  ]);
  const passed = deal([
    ['s5', may(3)],
    ['s7', may(4)],
    ['s8', may(6)],
  ]);

  test('an active contract stays', () => {
    expect(answer({ deal: moved, contracts: [sent], config: withPolicy({ reEntry: 'replace' }) }).do).toBe('advance');
  });

  test('a contract that nobody made in time is still due', () => {
    expect(answer({ deal: moved })).toMatchObject({ do: 'create', n: 1, forEntry: entered });
  });

  test('reached without procurement, the policy decides', () => {
    expect(answer({ deal: passed })).toMatchObject({
      do: 'hold',
      reason: {
        code: 'contract.passed-through',
        sentence: 'no contract: the deal came into implementation on 4 May 2026 without a contract; policy ask',
      },
    });
    expect(answer({ deal: passed, config: withPolicy({ passedThrough: 'send' }) })).toMatchObject({
      do: 'create',
      n: 1,
      forEntry: `s7@${may(4)}`,
    });
  });

  test('reached after the deal had gone back, which would have voided the contract, it was passed by too', () => {
    const jumped = deal([
      ['s6', may(3)],
      ['s5', may(4)],
      ['s7', may(5)],
    ]);
    expect(answer({ deal: jumped })).toMatchObject({ do: 'hold', reason: { code: 'contract.passed-through' } });
    expect(answer({ deal: jumped, config: withPolicy({ goingBack: 'keep' }) })).toMatchObject({
      do: 'create',
      forEntry: entered,
    });
  });

  test('reached by way of lost, what was out is voided, even if nobody looked in between', () => {
    const reopened = deal([
      ['s6', may(3)],
      ['s10', may(4)],
      ['s7', may(5)],
    ]);
    expect(answer({ deal: reopened, contracts: [sent] })).toMatchObject({
      do: 'void',
      n: 1,
      reason: { sentence: 'the deal was set to lost on 4 May 2026; policy void' },
    });
    expect(answer({ deal: reopened, contracts: [sent], config: withPolicy({ lost: 'keep' }) }).do).toBe('advance');
  });

  test('passing by is no reason to touch what is there', () => {
    const kept = { ...sent, forEntry: 'gone' };
    expect(answer({ deal: passed, contracts: [kept], config: withPolicy({ reEntry: 'replace' }) }).do).toBe('nothing');
    expect(answer({ deal: passed, contracts: [{ ...signed, forEntry: 'gone' }] }).do).toBe('nothing');
  });

  test('a deal that never was beyond owes nothing', () => {
    expect(answer({ deal: deal([['s1', may(3)]]) })).toMatchObject({
      do: 'nothing',
      reason: { sentence: 'no contract is due: the deal is in prospecting' },
    });
  });
});

describe('what is not certain has no effects', () => {
  test('an unmapped stage holds, with the line to add', () => {
    const unmapped = deal([
      ['s6', may(3)],
      ['zz', may(5)],
    ]);
    const held = answer({ deal: unmapped, contracts: [sent] });
    expect(held).toMatchObject({ do: 'hold', n: 1, reason: { code: 'stage.unmapped' } });
    expect(held.do === 'hold' && held.remedy).toContain('add "zz: <stage>"');
    expect(answer({ deal: unmapped })).toMatchObject({ do: 'hold', reason: { code: 'stage.unmapped' } });
  });

  test('a stage that was mapped later has to be mapped again', () => {
    const later = config({ pipelines: [{ connectionId: 'crm', pipelineId: 'p1', stages: { zz: 'procurement' } }] });
    const held = answer({ deal: deal([['zz', may(5)]]), config: later });
    expect(held.do === 'hold' && held.remedy).toBe(
      'the stage is mapped to procurement now; have the history of the deal mapped again',
    );
  });

  const [lane] = inProcurement.lanes;
  const disputed = {
    ...inProcurement,
    lanes: lane ? [{ ...lane, dispute: { stageId: 's10', observedAtMs: may(6) } }] : [],
  };

  test('a dispute holds', () => {
    expect(answer({ deal: disputed })).toMatchObject({
      do: 'hold',
      reason: {
        code: 'stage.disputed',
        sentence:
          'the CRM was seen in stage s10 on 6 May 2026, the record says procurement; the stage history is being read',
      },
    });
  });

  test('a dispute in a follower’s lane does not matter', () => {
    const follower = {
      connectionId: 'other',
      recordId: '7',
      transitions: [],
      lifecycle: [],
      dispute: { stageId: 'x', observedAtMs: 1 },
    };
    expect(answer({ deal: { ...inProcurement, lanes: [...inProcurement.lanes, follower] } }).do).toBe('create');
  });

  test('a CRM that says another stage right now holds what would be done', () => {
    expect(answer({ deal: inProcurement, facts: facts('s5') })).toMatchObject({
      do: 'hold',
      reason: { code: 'stage.moved-on' },
    });
    expect(answer({ deal: inProcurement, facts: facts('s6b') }).do).toBe('create');
    const drafted = contract({ state: 'drafted', forEntry: entered });
    expect(answer({ deal: inProcurement, contracts: [drafted], facts: facts('s5') })).toMatchObject({
      do: 'hold',
      n: 1,
    });
    expect(answer({ deal: inProcurement, contracts: [sent], facts: facts('s5') }).do).toBe('advance');
    expect(answer({ deal: wentBack, contracts: [sent], facts: facts('s6') })).toMatchObject({ do: 'hold', n: 1 });
  });

  test('a deal that the CRM no longer has is held', () => {
    expect(answer({ deal: inProcurement, facts: undefined })).toMatchObject({
      do: 'hold',
      reason: { code: 'crm.deal-gone' },
    });
    expect(answer({ deal: wentBack, contracts: [sent], facts: undefined })).toMatchObject({
      do: 'hold',
      reason: { code: 'crm.deal-gone' },
    });
  });

  test('a merged deal is left to a person, nothing is voided by itself', () => {
    const merged = { ...wentBack, mergedInto: 'crm.99' };
    expect(answer({ deal: merged, contracts: [sent] })).toMatchObject({
      do: 'hold',
      n: 1,
      reason: { code: 'deal.merged' },
    });
    const lifecycle = [{ id: 'm', what: 'merged' as const, atMs: may(6), intoRecordId: '99' }];
    const away = { ...inProcurement, lanes: lane ? [{ ...lane, lifecycle }] : [] };
    expect(answer({ deal: away, contracts: [sent] })).toMatchObject({
      do: 'hold',
      reason: { code: 'deal.merged-away' },
    });
  });

  test('two active contracts are never resolved by guessing', () => {
    const both = ask({ deal: inProcurement, contracts: [sent, { ...sent, n: 2 }] });
    expect(both.map((each) => [each.do, each.reason.code])).toEqual([
      ['hold', 'contract.two-active'],
      ['hold', 'contract.two-active'],
    ]);
  });

  test('a connection that the configuration lost is said', () => {
    expect(answer({ deal: inProcurement, config: config({ connections: [] }) })).toMatchObject({
      do: 'hold',
      reason: { code: 'connection.unknown' },
    });
  });

  test('a deal without entries owes nothing', () => {
    expect(answer({ deal: deal([]) })).toMatchObject({ do: 'nothing', reason: { code: 'deal.no-entries' } });
  });
});
