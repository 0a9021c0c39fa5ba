import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import { applyEnvelopeFacts, applyEnvelopeSignal, moveContract } from './contract-machine.ts';
import type { EnvelopeSignal } from './signals.ts';
import { DAY } from './test-builders.ts';
import {
  beingSent,
  completed,
  drafted,
  drafting,
  hear,
  inDraft,
  move,
  NOW,
  planned,
  sent,
  signal,
  voiding,
} from './test-contract-lives.ts';

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
