import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import {
  type ContractFact,
  isActive,
  isApproved,
  isLive,
  isTerminal,
  moveContract,
  newContract,
} from './contract-machine.ts';
import { config, deal, policy } from './test-builders.ts';
import {
  beingSent,
  completed,
  delivered,
  drafted,
  drafting,
  inDraft,
  move,
  NOW,
  planned,
  sending,
  sent,
  voiding,
  why,
} from './test-contract-lives.ts';

test('a new contract is planned and says why it exists', () => {
  const made = newContract({
    deal: deal([['s6', 1]]),
    n: 2,
    forEntry: 's6@1',
    policy: policy({ name: 'small' }),
    config: config({ version: 7 }),
    mode: 'rehearse',
    nowMs: NOW,
    reason: { code: 'contract.due', sentence: 'the deal entered procurement' },
  });
  expect(made).toEqual({
    v: 1,
    dealId: 'crm.42',
    n: 2,
    version: 0,
    state: 'planned',
    forEntry: 's6@1',
    connectionId: 'docusign',
    policy: 'small',
    configVersion: 7,
    mode: 'rehearse',
    attempts: [],
    recipients: [],
    files: [],
    steps: [{ atMs: NOW, state: 'planned', note: 'the deal entered procurement' }],
    seenSignals: [],
    createdAtMs: NOW,
    updatedAtMs: NOW,
  });
});

test('walks from planned to completed, with a step for each move', () => {
  expect(completed.state).toBe('completed');
  expect(completed.steps.map((each) => each.state)).toEqual(['drafting', 'drafted', 'sending', 'sent', 'completed']);
  expect(completed).toMatchObject({
    envelopeId: 'env-1',
    stageWhenSent: { stageId: 's6' },
    sentAtMs: NOW,
    endedAtMs: NOW,
    attempts: [{ key: 'crm.42/1/1', atMs: NOW, inputsHash: 'hash-1' }],
  });
});

test('never changes what it was given', () => {
  const frozen = Object.freeze({ ...drafted, steps: Object.freeze([...drafted.steps]) });
  expect(move(frozen, sending).state).toBe('sending');
  expect(frozen.state).toBe('drafted');
});

test('says who is active, live and terminal', () => {
  expect([planned, drafted, beingSent, sent, delivered, completed].map(isLive)).toEqual([
    false,
    false,
    true,
    true,
    true,
    false,
  ]);
  expect([planned, sent, completed].map(isActive)).toEqual([true, true, false]);
  expect([planned, sent, completed].map(isTerminal)).toEqual([false, false, true]);
});

test('keeps the first ten and the last fifty steps', () => {
  let long = planned;
  for (let i = 0; i < 100; i += 1) {
    long = move(long, { kind: 'held', hold: { code: 'c', sentence: `hold ${i}`, remedy: 'r' } });
    expect(long.steps.length).toBeLessThanOrEqual(60);
  }
  expect(long.steps).toHaveLength(60);
  expect(long.steps[0]?.note).toBe('held: hold 0');
  expect(long.steps[9]?.note).toBe('held: hold 9');
  expect(long.steps[10]?.note).toBe('held: hold 50');
  expect(long.steps[59]?.note).toBe('held: hold 99');
});

describe('our own moves', () => {
  test.each<[string, Contract, ContractFact, string]>([
    ['draft kept without the intent', planned, { kind: 'drafted', envelopeId: 'x' }, 'contract.out-of-turn'],
    ['a second draft', drafted, { kind: 'drafted', envelopeId: 'x' }, 'envelope.second-draft'],
    ['drafting what may be out', beingSent, { ...drafting, attempt: { key: 'k2', atMs: 1 } }, 'contract.out-of-turn'],
    ['sending without a draft', inDraft, sending, 'contract.out-of-turn'],
    ['sending without approval', move(drafted, { kind: 'await-approval' }), sending, 'contract.out-of-turn'],
    ['sent without the intent', drafted, { kind: 'sent', sentAtMs: 1 }, 'contract.out-of-turn'],
    ['approving what waits for none', drafted, { kind: 'approved' }, 'contract.out-of-turn'],
    ['awaiting approval without a draft', planned, { kind: 'await-approval' }, 'contract.out-of-turn'],
    ['discarding what is out', sent, { kind: 'discarded', note: 'n' }, 'contract.out-of-turn'],
    ['void of ours without the intent', sent, { kind: 'voided', by: 'us' }, 'contract.out-of-turn'],
    ['sending while being voided', move(drafted, { kind: 'voiding', reason: why }), sending, 'contract.voiding'],
    ['drafting while being voided', move(planned, { kind: 'voiding', reason: why }), drafting, 'contract.voiding'],
    ['drafting after the end', completed, drafting, 'contract.ended'],
    ['voiding a signed one', completed, { kind: 'voiding', reason: why }, 'contract.ended'],
  ])('refuses %s', (_, from, fact, code) => {
    expect(moveContract(from, fact, NOW)).toMatchObject({ outcome: 'refused', reason: { code } });
  });

  test.each<[string, Contract, ContractFact]>([
    ['the same draft', drafted, { kind: 'drafted', envelopeId: 'env-1' }],
    ['the same attempt', inDraft, drafting],
    ['sending again', beingSent, sending],
    ['sent again', delivered, { kind: 'sent', sentAtMs: 1 }],
    ['voiding again', voiding, { kind: 'voiding', reason: why }],
    ['released without a hold', sent, { kind: 'released' }],
    ['voided after it was signed', completed, { kind: 'voided', by: 'us' }],
  ])('takes as stale: %s', (_, from, fact) => {
    expect(moveContract(from, fact, NOW)).toEqual({ outcome: 'stale' });
  });

  test('a lost draft is made again under another attempt', () => {
    const again = move(inDraft, { ...drafting, attempt: { key: 'crm.42/1/2', atMs: NOW } });
    expect(again.attempts.map((each) => each.key)).toEqual(['crm.42/1/1', 'crm.42/1/2']);
    expect(again.steps.at(-1)?.note).toBe('making the draft, attempt 2');
  });

  test('approval is for the inputs that were shown, and leads back to the draft', () => {
    const approved = move(drafted, { kind: 'await-approval' }, { kind: 'approved', by: 'legal@hub.example' });
    expect(approved.state).toBe('drafted');
    expect(approved.approval).toEqual({ inputsHash: 'hash-1', atMs: NOW, by: 'legal@hub.example' });
    expect(approved.steps.at(-1)?.note).toBe('approved by legal@hub.example');
    expect(isApproved(approved)).toBe(true);
    expect(moveContract(approved, { kind: 'await-approval' }, NOW)).toEqual({ outcome: 'stale' });
    const other = move(approved, { ...drafting, attempt: { key: 'k2', atMs: 1 }, inputsHash: 'hash-2' });
    expect(isApproved(other)).toBe(false);
    expect(other).not.toHaveProperty('envelopeId');
  });

  test('a hold is kept once and goes with the next move', () => {
    const hold = { code: 'c', sentence: 's', remedy: 'r' };
    const heldOne = move(drafted, { kind: 'held', hold });
    expect(heldOne.hold).toEqual({ ...hold, sinceMs: NOW });
    expect(moveContract(heldOne, { kind: 'held', hold }, NOW + 5)).toEqual({ outcome: 'stale' });
    expect(move(heldOne, { kind: 'released' })).not.toHaveProperty('hold');
    expect(move(heldOne, sending)).not.toHaveProperty('hold');
  });

  test('a void of ours carries its reason', () => {
    expect(move(voiding, { kind: 'voided', by: 'us' })).toMatchObject({
      state: 'voided',
      endedBy: 'us',
      endReason: 'the deal was lost',
    });
  });

  test('a thrown away draft is void by us', () => {
    expect(move(drafted, { kind: 'discarded', note: 'the deal changed' })).toMatchObject({
      state: 'voided',
      endedBy: 'us',
      endReason: 'the deal changed',
    });
  });

  test('what the provider no longer has may be discarded once the intent to void is stored', () => {
    expect(move(voiding, { kind: 'discarded', note: 'gone' }).state).toBe('voided');
  });
});
