import { describe, expect, test } from 'vitest';
import { config, deal } from './test-builders.ts';
import {
  answer,
  ask,
  entered,
  inProcurement,
  may,
  sent,
  signed,
  wentBack,
  withPolicy,
} from './test-contract-questions.ts';

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
