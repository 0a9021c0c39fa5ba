import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import { config, connection, contract } from './test-builders.ts';
import { ask, entered, inProcurement, may, sent, signed, wentBack } from './test-contract-questions.ts';
import { type WriteQuestion, writeObligations } from './write-obligations.ts';

/** The deal turned out to be the same as another one, which decides about contracts from now on. */
const merged = { ...inProcurement, mergedInto: 'crm.99' };

const drafted = contract({ state: 'drafted', forEntry: entered, envelopeId: 'env-1' });

const isPart = 'this deal was merged into crm.99; what hangs on it is left as it is';
const lookAtBoth = 'look at both deals and void by hand what crm.99 does not need';

const voidOf = (n: number) => ({
  do: 'void',
  subject: `contract/${n}`,
  n,
  reason: {
    code: 'deal.merged',
    sentence: `contract ${n} was not sent yet, and this deal was merged into crm.99`,
  },
});
const holdOf = (n: number) => ({
  do: 'hold',
  subject: `contract/${n}`,
  n,
  reason: { code: 'deal.merged', sentence: isPart },
  remedy: lookAtBoth,
});

describe('a contract of a deal that went into another one', () => {
  test.each([
    ['planned', contract({ state: 'planned', forEntry: entered })],
    ['drafting', contract({ state: 'drafting', forEntry: entered })],
    ['drafted', drafted],
    ['awaiting-approval', contract({ state: 'awaiting-approval', forEntry: entered, envelopeId: 'env-1' })],
    [
      'drafted and held',
      { ...drafted, hold: { code: 'crm.refused', sentence: 'it was refused', remedy: 'mend it', sinceMs: 1 } },
    ],
    ['drafted and approved', { ...drafted, inputsHash: 'h', approval: { inputsHash: 'h', atMs: 1, by: 'Ada' } }],
  ] satisfies [string, Contract][])('that is %s is voided, and the void says why', (_, unsent) => {
    expect(ask({ deal: merged, contracts: [unsent] })).toEqual([voidOf(1)]);
  });

  test.each(['sending', 'sent', 'delivered'] as const)(
    'that is %s is left to a person: somebody may be reading it',
    (state) => {
      expect(ask({ deal: merged, contracts: [{ ...sent, state }] })).toEqual([holdOf(1)]);
    },
  );

  test.each(['completed', 'declined', 'voided', 'expired'] as const)('that is %s is left as it is', (state) => {
    expect(ask({ deal: merged, contracts: [{ ...signed, state }] })).toEqual([]);
  });

  test('is looked at one by one: what goes is voided, what is out is held', () => {
    const contracts = [signed, { ...sent, n: 2 }, { ...drafted, n: 3 }];
    expect(ask({ deal: merged, contracts })).toEqual([holdOf(2), voidOf(3)]);
  });

  test('that was to be voided before for another reason keeps that one, sent or not', () => {
    const reason = { code: 'contract.lost', sentence: 'the deal was set to lost on 4 May 2026; policy void' };
    const voiding = { reason, sinceMs: may(4) };
    for (const each of [sent, drafted]) {
      expect(ask({ deal: merged, contracts: [{ ...each, voiding }] })).toEqual([
        { do: 'void', subject: 'contract/1', n: 1, reason },
      ]);
    }
  });

  test('is treated the same wherever the deal stands, and whether the CRM still has its record', () => {
    for (const deal of [merged, { ...wentBack, mergedInto: 'crm.99' }]) {
      expect(ask({ deal, contracts: [drafted], facts: undefined })).toEqual([voidOf(1)]);
      expect(ask({ deal, contracts: [sent], facts: undefined })).toEqual([holdOf(1)]);
    }
  });

  test('of a rehearsal that is over is neither voided nor held', () => {
    expect(ask({ deal: merged, contracts: [{ ...drafted, mode: 'rehearse' }] })).toMatchObject([
      { do: 'nothing', subject: 'contract/1', reason: { code: 'contract.rehearsal-over' } },
    ]);
    const rehearsing = config({
      connections: [connection('crm', 'crm', { mode: 'rehearse' }), connection('docusign', 'esign')],
    });
    const rehearsed = { ...drafted, mode: 'rehearse' as const };
    expect(ask({ deal: merged, contracts: [rehearsed], config: rehearsing })).toEqual([voidOf(1)]);
  });

  test('is not followed by another one: the deal owes none', () => {
    expect(ask({ deal: merged })).toEqual([]);
    const thrown = contract({ state: 'voided', endedBy: 'us', endReason: 'merged', forEntry: entered });
    expect(ask({ deal: merged, contracts: [thrown] })).toEqual([]);
  });
});

describe('what is told of a contract whose deal went into another one', () => {
  function noticesOf(change: Partial<WriteQuestion>) {
    return writeObligations({
      ...{ deal: merged, contracts: [], plans: [], tasks: [], config: config(), nowMs: may(10) },
      ...change,
    }).filter((each) => each.do === 'notice');
  }

  test('a signed one is told with what does not follow by itself', () => {
    expect(noticesOf({ contracts: [signed] })).toEqual([
      {
        do: 'notice',
        key: 'notice/contract-1/deal.merged-signed',
        title: 'Contract 1 of a merged deal: Acme rollout',
        body: 'Contract 1 is signed since 4 May 2026, but its deal (CRM record 42) went into deal crm.99: files, stage and tasks do not follow by themselves. What to do: attach the signed document and start the onboarding by hand.',
        reason: {
          code: 'notice.deal.merged-signed',
          sentence:
            'contract 1 is signed since 4 May 2026, but its deal (CRM record 42) went into deal crm.99: files, stage and tasks do not follow by themselves',
        },
      },
    ]);
  });

  test('one that is out is told with what may come beside it', () => {
    expect(noticesOf({ contracts: [sent] }).map(({ key, reason }) => [key, reason.sentence])).toEqual([
      [
        'notice/contract-1/deal.merged',
        'contract 1 is out for signature since 3 May 2026, but its deal (CRM record 42) went into deal crm.99, which may get a contract of its own',
      ],
    ]);
  });

  test('a draft is told only when it cannot be voided', () => {
    expect(noticesOf({ contracts: [drafted] })).toEqual([]);
    const stuck = {
      ...drafted,
      voiding: { reason: voidOf(1).reason, sinceMs: may(9) },
      hold: { code: 'esign.refused', sentence: 'it was refused', remedy: 'void it by hand', sinceMs: may(9) },
    };
    expect(noticesOf({ contracts: [stuck] }).map(({ key }) => key)).toContain('notice/contract-1/deal.merged');
  });

  test.each(['declined', 'voided', 'expired'] as const)('one that is %s is over', (state) => {
    expect(noticesOf({ contracts: [{ ...signed, state }] })).toEqual([]);
  });
});
