import { describe, expect, test } from 'vitest';
import type { Contract, ContractRecipient } from './contract.ts';
import {
  applyEnvelopeFacts,
  applyEnvelopeSignal,
  type ContractFact,
  isActive,
  isApproved,
  isLive,
  isTerminal,
  moveContract,
  newContract,
} from './contract-machine.ts';
import type { EnvelopeEvent, EnvelopeSignal } from './signals.ts';
import { config, contract, DAY, deal, MAY_3, policy } from './test-builders.ts';

const NOW = MAY_3;
const signer: ContractRecipient = {
  recipientId: '1',
  role: 'customer-signer',
  kind: 'signer',
  name: 'Dana Ruiz',
  email: 'dana@acme.example',
  routingOrder: 1,
  state: 'created',
};
const drafting: ContractFact = {
  kind: 'drafting',
  attempt: { key: 'crm.42/1/1', atMs: NOW },
  inputsHash: 'hash-1',
  subject: 'Agreement',
  recipients: [signer],
};
const sending: ContractFact = { kind: 'sending', stageWhenSent: { stageId: 's6' }, expiresAtMs: NOW + 30 * DAY };
const why = { code: 'contract.lost', sentence: 'the deal was lost' };

function move(from: Contract, ...facts: readonly ContractFact[]): Contract {
  return facts.reduce((before, fact) => {
    const outcome = moveContract(before, fact, NOW);
    if (outcome.outcome !== 'moved') throw new Error(`${fact.kind}: ${outcome.outcome}`);
    return outcome.contract;
  }, from);
}

let count = 0;
function signal(event: EnvelopeEvent, change: Partial<EnvelopeSignal> = {}): EnvelopeSignal {
  count += 1;
  return {
    v: 1,
    kind: 'envelope',
    id: `e${count}`,
    connectionId: 'docusign',
    envelopeId: 'env-1',
    event,
    atMs: NOW,
    ...change,
  };
}

function hear(from: Contract, ...signals: readonly EnvelopeSignal[]): Contract {
  return signals.reduce((before, each) => {
    const outcome = applyEnvelopeSignal(before, each, NOW);
    if (outcome.outcome !== 'moved') throw new Error(`${each.event}: ${outcome.outcome}`);
    return outcome.contract;
  }, from);
}

const planned = contract();
const inDraft = move(planned, drafting);
const drafted = move(inDraft, { kind: 'drafted', envelopeId: 'env-1' });
const beingSent = move(drafted, sending);
const sent = move(beingSent, { kind: 'sent', sentAtMs: NOW });
const delivered = hear(sent, signal('delivered'));
const completed = hear(sent, signal('completed'));
const voiding = move(sent, { kind: 'voiding', reason: why });

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

describe('events of the envelope', () => {
  test('told twice are stale', () => {
    const event = signal('delivered');
    expect(applyEnvelopeSignal(hear(sent, event), event, NOW)).toEqual({ outcome: 'stale' });
  });

  test.each<[string, Contract, Partial<EnvelopeSignal>]>([
    ['another envelope', sent, { envelopeId: 'env-2' }],
    ['another contract', sent, { contractRef: 'crm.42/2' }],
    ['no envelope yet and no attempt named', inDraft, {}],
    ['no envelope yet and somebody else’s attempt', inDraft, { attemptKey: 'x' }],
    ['nothing drafted yet', planned, { attemptKey: 'crm.42/1/1' }],
  ])('are refused for %s', (_, from, change) => {
    expect(applyEnvelopeSignal(from, signal('sent', change), NOW)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'envelope.not-ours' },
    });
  });

  test('bring the envelope of an attempt whose answer was lost', () => {
    const found = hear(inDraft, signal('created', { attemptKey: 'crm.42/1/1', contractRef: 'crm.42/1' }));
    expect(found).toMatchObject({ state: 'drafted', envelopeId: 'env-1' });
    expect(moveContract(found, { kind: 'drafted', envelopeId: 'env-1' }, NOW)).toEqual({ outcome: 'stale' });
  });

  test('of a draft with other inputs are not taken for the new one', () => {
    const again = move(drafted, { ...drafting, attempt: { key: 'crm.42/1/2', atMs: NOW }, inputsHash: 'hash-2' });
    expect(applyEnvelopeSignal(again, signal('created', { attemptKey: 'crm.42/1/1' }), NOW).outcome).toBe('refused');
    expect(hear(again, signal('created', { envelopeId: 'env-2', attemptKey: 'crm.42/1/2' })).envelopeId).toBe('env-2');
  });

  test('resolve a sending whose answer was lost', () => {
    const lost = { ...beingSent, unknownUntilMs: NOW + 1000 };
    const found = hear(lost, signal('sent', { atMs: NOW - 5 }));
    expect(found).toMatchObject({ state: 'sent', sentAtMs: NOW - 5 });
    expect(found).not.toHaveProperty('unknownUntilMs');
  });

  test('of a draft that somebody sent by hand are true, and tell a person', () => {
    expect(hear(drafted, signal('sent'))).toMatchObject({ state: 'sent', hold: { code: 'contract.sent-outside' } });
  });

  test('that come late bring only what was not known', () => {
    const early = hear(beingSent, signal('delivered'));
    expect(early.state).toBe('delivered');
    const late = hear(early, signal('sent', { atMs: NOW - 9 }));
    expect(late).toMatchObject({ state: 'delivered', sentAtMs: NOW - 9 });
    expect(applyEnvelopeSignal(completed, signal('delivered'), NOW)).toEqual({ outcome: 'stale' });
  });

  test('of signing beat a later void', () => {
    expect(applyEnvelopeSignal(completed, signal('voided'), NOW)).toEqual({ outcome: 'stale' });
    expect(hear(voiding, signal('completed')).state).toBe('completed');
  });

  test('of declining keep the reason', () => {
    expect(hear(sent, signal('declined', { reason: 'too dear' }))).toMatchObject({
      state: 'declined',
      endReason: 'too dear',
    });
  });

  test('of voiding are ours when we meant it', () => {
    expect(hear(voiding, signal('voided', { reason: 'x' }))).toMatchObject({
      state: 'voided',
      endedBy: 'us',
      endReason: 'the deal was lost',
    });
  });

  test.each([
    ['two days before it runs out', 28, 'voided'],
    ['on the day it runs out', 29, 'expired'],
    ['after it ran out', 31, 'expired'],
  ])('of voiding %s', (_, days, state) => {
    expect(hear(sent, signal('voided', { atMs: NOW + days * DAY })).state).toBe(state);
  });

  test('of voiding by somebody else say so', () => {
    expect(hear(sent, signal('voided', { reason: 'wrong price' }))).toMatchObject({
      state: 'voided',
      endedBy: 'outside',
      endReason: 'voided outside: wrong price',
    });
  });

  test('of signing what we hold void are refused and visible', () => {
    const gone = hear(sent, signal('voided'));
    expect(applyEnvelopeSignal(gone, signal('completed'), NOW)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'envelope.signed-after-end' },
    });
  });

  test('of going out after the end are refused, of having gone out before it stale', () => {
    const gone = hear(beingSent, signal('voided', { atMs: NOW }));
    expect(applyEnvelopeSignal(gone, signal('sent', { atMs: NOW - 1 }), NOW)).toEqual({ outcome: 'stale' });
    expect(applyEnvelopeSignal(gone, signal('sent', { atMs: NOW + 1 }), NOW)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'envelope.live-after-end' },
    });
  });

  test('of deleting a draft end it, unless our own worker is at it', () => {
    expect(hear(drafted, signal('deleted'))).toMatchObject({ state: 'voided', endedBy: 'outside' });
    const leased = { ...drafted, lease: { holder: 'w', untilMs: NOW + 1 } };
    expect(applyEnvelopeSignal(leased, signal('deleted'), NOW)).toEqual({ outcome: 'stale' });
  });

  test('of deleting what is out hold it: signers may still have their link', () => {
    expect(hear(sent, signal('deleted'))).toMatchObject({ state: 'sent', hold: { code: 'contract.envelope-deleted' } });
    expect(hear(voiding, signal('deleted'))).toMatchObject({ state: 'voided', endedBy: 'us' });
  });

  test('remember the last sixty', () => {
    let long = sent;
    for (let i = 0; i < 70; i += 1) long = hear(long, signal('recipient-reassigned', { id: `r${i}` }));
    expect(long.seenSignals).toHaveLength(60);
    expect(long.seenSignals[0]).toBe('r10');
  });
});

describe('recipients', () => {
  const states = (given: Contract) => given.recipients.map((each) => each.state);

  test('only move on', () => {
    const opened = hear(sent, signal('recipient-delivered', { recipientId: '1', atMs: 7 }));
    expect(opened.recipients[0]).toMatchObject({ state: 'delivered', stateAtMs: 7 });
    expect(opened.steps.at(-1)?.note).toBe('Dana Ruiz (customer-signer): delivered');
    expect(applyEnvelopeSignal(opened, signal('recipient-sent', { recipientId: '1' }), NOW)).toEqual({
      outcome: 'stale',
    });
    expect(states(hear(opened, signal('recipient-completed', { recipientId: '1' })))).toEqual(['completed']);
  });

  test('are learned after the end too, without leaving it', () => {
    const late = hear(completed, signal('recipient-completed', { recipientId: '1' }));
    expect(late.state).toBe('completed');
    expect(states(late)).toEqual(['completed']);
  });

  test('who cannot be reached hold the contract until they are', () => {
    const bounced = hear(sent, signal('recipient-failed', { recipientId: '1' }));
    expect(bounced.hold).toMatchObject({
      code: 'contract.recipient-failed',
      sentence: 'Dana Ruiz <dana@acme.example> (customer-signer) could not be reached about contract 1',
    });
    expect(hear(bounced, signal('recipient-completed', { recipientId: '1' }))).not.toHaveProperty('hold');
  });

  test('that are not ours are passed over', () => {
    expect(applyEnvelopeSignal(sent, signal('recipient-sent', { recipientId: '9' }), NOW)).toEqual({
      outcome: 'stale',
    });
  });

  test('come with envelope events', () => {
    const all = hear(sent, signal('completed', { recipients: [{ recipientId: '1', state: 'completed', atMs: 3 }] }));
    expect(all.recipients[0]).toMatchObject({ state: 'completed', stateAtMs: 3 });
  });
});

describe('a read at the provider', () => {
  const read = (status: 'created' | 'sent' | 'completed' | 'voided' | 'deleted', change = {}) => ({
    envelopeId: 'env-1',
    status,
    recipients: [],
    ...change,
  });

  test('brings a lost draft, which we asked for', () => {
    expect(applyEnvelopeFacts(inDraft, read('created'), NOW)).toMatchObject({
      outcome: 'moved',
      contract: { state: 'drafted', envelopeId: 'env-1' },
    });
    expect(applyEnvelopeFacts(planned, read('created'), NOW).outcome).toBe('refused');
  });

  test('of what is known is stale', () => {
    expect(applyEnvelopeFacts(sent, read('sent', { sentAtMs: NOW }), NOW)).toEqual({ outcome: 'stale' });
    expect(applyEnvelopeFacts(beingSent, read('created'), NOW)).toEqual({ outcome: 'stale' });
  });

  test('brings a signature with its time', () => {
    expect(applyEnvelopeFacts(sent, read('completed', { completedAtMs: 77 }), NOW)).toMatchObject({
      contract: { state: 'completed', endedAtMs: 77 },
    });
  });

  test('of a live envelope whose contract we hold void is refused', () => {
    const gone = hear(sent, signal('voided'));
    expect(applyEnvelopeFacts(gone, read('sent'), NOW + 1)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'envelope.live-after-end' },
    });
  });

  test('of another envelope is refused', () => {
    expect(applyEnvelopeFacts(sent, read('voided', { envelopeId: 'env-9' }), NOW).outcome).toBe('refused');
  });

  test('that finds the draft deleted before it was ever sent ends a sending', () => {
    expect(applyEnvelopeFacts(beingSent, read('deleted'), NOW)).toMatchObject({ contract: { state: 'voided' } });
    expect(applyEnvelopeFacts(beingSent, read('deleted', { sentAtMs: 5 }), NOW)).toMatchObject({
      contract: { state: 'sending', hold: { code: 'contract.envelope-deleted' } },
    });
  });
});
