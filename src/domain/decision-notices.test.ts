import { describe, expect, test } from 'vitest';
import { decisionNotices, heldWriteNotices } from './decision-notices.ts';
import type { Decision, WriteBack } from './plan.ts';
import { contract, deal, MAY_3 } from './test-builders.ts';

const inProcurement = deal([['s6', MAY_3]]);

function decision(subject: string, change: Partial<Decision> & { readonly code?: string } = {}): Decision {
  const { code = 'policy.none', ...rest } = change;
  const reason = { code, sentence: `because of ${subject}` };
  return { v: 1, dealId: 'crm.42', subject, reason, remedy: 'do something', atMs: 7, ...rest };
}

function keys(standing: readonly Decision[], contracts = [contract({ state: 'sent' })]): readonly string[] {
  return decisionNotices(inProcurement, contracts, standing).map((each) => each.key);
}

describe('a decision that waits for a person', () => {
  test('is told with what to do', () => {
    expect(decisionNotices(inProcurement, [], [decision('contract/for/e1')])).toEqual([
      {
        do: 'notice',
        key: 'notice/contract/for/e1/policy.none/7',
        title: 'Waiting for you: Acme rollout',
        body: 'Because of contract/for/e1. What to do: do something.',
        reason: { code: 'notice.policy.none', sentence: 'because of contract/for/e1' },
      },
    ]);
  });

  test('is another one when it comes back later', () => {
    expect(keys([decision('plan/onboarding', { atMs: 9 })])).toEqual(['notice/plan/onboarding/policy.none/9']);
  });

  test('is told once where several say the same', () => {
    const reason = { code: 'contract.two-active', sentence: 'more than one contract is active' };
    expect(keys([decision('contract/1', { reason }), decision('contract/2', { reason })])).toEqual([
      'notice/contract/1/contract.two-active/7',
    ]);
  });

  test.each<[string, Decision, readonly string[]]>([
    [
      'without a remedy',
      { v: 1, dealId: 'crm.42', subject: 'plan/x', reason: { code: 'c', sentence: 's' }, atMs: 1 },
      [],
    ],
    ['that mends itself', decision('plan/x', { code: 'stage.disputed' }), []],
    ['about a write-back', decision('write/fields'), []],
    ['that the contract keeps as its own hold', decision('contract/1', { code: 'contract.no-signer' }), []],
    [
      'about the stage of a contract that is out',
      decision('contract/1', { code: 'stage.unmapped' }),
      ['notice/contract/1/stage.unmapped/7'],
    ],
    ['about the stage, said by a plan too', decision('plan/x', { code: 'stage.unmapped' }), []],
    [
      'that no work on tasks is possible',
      decision('crm/plans', { code: 'crm.forbidden' }),
      ['notice/crm/plans/crm.forbidden/7'],
    ],
  ])('%s', (_, standing, expected) => {
    expect(keys([standing])).toEqual(expected);
  });

  test('is left to the contract when that is held for the same reason', () => {
    const hold = { code: 'policy.gone', sentence: 's', remedy: 'r', sinceMs: 1 };
    expect(keys([decision('contract/1', { code: 'policy.gone' })], [contract({ hold })])).toEqual([]);
  });

  test('is not told on a record that is gone', () => {
    expect(decisionNotices({ ...inProcurement, mergedInto: 'crm.9' }, [], [decision('plan/x')])).toEqual([]);
  });
});

describe('a write-back that waits for a person', () => {
  const held = (key: string, change: Partial<WriteBack> = {}): WriteBack => ({
    v: 1,
    dealId: 'crm.42',
    key,
    version: 1,
    connectionId: 'crm',
    recordId: '42',
    mode: 'live',
    state: 'held',
    value: 'v',
    hold: { code: 'stage.moved-meanwhile', sentence: 'the deal is elsewhere', remedy: 'move it', sinceMs: 5 },
    createdAtMs: 1,
    updatedAtMs: 1,
    ...change,
  });
  const tell = (write: WriteBack, owed: readonly string[] = ['stage/contract-1', 'notice/a']) =>
    heldWriteNotices(inProcurement, [write], new Set(owed));

  test('is told with what to do', () => {
    expect(tell(held('stage/contract-1'))).toEqual([
      {
        do: 'notice',
        key: 'notice/write/stage/contract-1/stage.moved-meanwhile/5',
        title: 'Not written to the CRM: Acme rollout',
        body: 'The deal is elsewhere. What to do: move it.',
        reason: { code: 'notice.stage.moved-meanwhile', sentence: 'the deal is elsewhere' },
      },
    ]);
  });

  test.each<[string, WriteBack, readonly string[]]>([
    ['that was written since', held('stage/contract-1', { state: 'done' }), ['stage/contract-1']],
    ['that is not owed any more', held('stage/contract-1'), []],
    ['that is a notice itself', held('notice/a'), ['notice/a']],
    [
      'of a record that is gone',
      held('stage/contract-1', { hold: { code: 'crm.deal-gone', sentence: 's', remedy: 'r', sinceMs: 1 } }),
      ['stage/contract-1'],
    ],
  ])('is not told: one %s', (_, write, owed) => {
    expect(tell(write, owed)).toEqual([]);
  });
});
