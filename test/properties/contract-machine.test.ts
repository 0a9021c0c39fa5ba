import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Contract, ContractState } from '../../src/domain/contract.ts';
import {
  applyEnvelopeFacts,
  applyEnvelopeSignal,
  type ContractFact,
  moveContract,
} from '../../src/domain/contract-machine.ts';
import type { EnvelopeEvent, RecipientState } from '../../src/domain/signals.ts';
import { contract } from '../../src/domain/test-builders.ts';

/** How far each state is, said here once more on purpose; preparing may be repeated until something is sent. */
const FAR: Readonly<Record<ContractState, number>> = {
  planned: 0,
  drafting: 1,
  drafted: 1,
  'awaiting-approval': 1,
  sending: 2,
  sent: 3,
  delivered: 4,
  completed: 5,
  declined: 5,
  voided: 5,
  expired: 5,
};
const RECIPIENT_FAR: Readonly<Record<RecipientState, number>> = {
  created: 0,
  sent: 1,
  delivered: 2,
  failed: 3,
  completed: 4,
  declined: 4,
};

type Input = (before: Contract, nowMs: number) => ReturnType<typeof moveContract>;

const time = fc.integer({ min: 1, max: 100 }).map((day) => day * 86_400_000);
const envelopeId = fc.constantFrom('env-1', 'env-1', 'env-1', 'env-2');
const attemptKey = fc.constantFrom('k1', 'k2', 'k3');
const reason = { code: 'c', sentence: 's' };
const recipients = fc.array(
  fc.record({
    recipientId: fc.constantFrom('1', '2', '9'),
    state: fc.constantFrom<RecipientState[]>('created', 'sent', 'delivered', 'completed', 'declined', 'failed'),
  }),
  { maxLength: 3 },
);

const fact: fc.Arbitrary<ContractFact> = fc.oneof(
  fc.tuple(attemptKey, time, fc.constantFrom('h1', 'h2')).map(
    ([key, atMs, inputsHash]): ContractFact => ({
      kind: 'drafting',
      attempt: { key, atMs },
      inputsHash,
      subject: 's',
      recipients: ['1', '2'].map((recipientId) => ({
        recipientId,
        role: recipientId,
        kind: 'signer',
        name: recipientId,
        email: 'x@y.example',
        routingOrder: 1,
        state: 'created',
      })),
    }),
  ),
  envelopeId.map((id): ContractFact => ({ kind: 'drafted', envelopeId: id })),
  fc.constantFrom<ContractFact[]>(
    { kind: 'await-approval' },
    { kind: 'approved' },
    { kind: 'voiding', reason },
    { kind: 'voided', by: 'us' },
    { kind: 'voided', by: 'outside' },
    { kind: 'held', hold: { ...reason, remedy: 'r' } },
    { kind: 'released' },
    { kind: 'discarded', note: 'n' },
  ),
  time.map((expiresAtMs): ContractFact => ({ kind: 'sending', stageWhenSent: { stageId: 's6' }, expiresAtMs })),
  time.map((sentAtMs): ContractFact => ({ kind: 'sent', sentAtMs })),
);

const event = fc.constantFrom<EnvelopeEvent[]>(
  'created',
  'sent',
  'delivered',
  'completed',
  'declined',
  'voided',
  'deleted',
  'recipient-sent',
  'recipient-delivered',
  'recipient-completed',
  'recipient-declined',
  'recipient-failed',
  'recipient-reassigned',
);

const input: fc.Arbitrary<Input> = fc.oneof(
  fact.map(
    (each): Input =>
      (before, nowMs) =>
        moveContract(before, each, nowMs),
  ),
  fc
    .record({
      event,
      envelopeId,
      attemptKey,
      atMs: time,
      id: fc.nat({ max: 30 }),
      recipientId: fc.constantFrom('1', '2', '9'),
      recipients,
    })
    .map(
      (each): Input =>
        (before, nowMs) =>
          applyEnvelopeSignal(
            before,
            { v: 1, kind: 'envelope', connectionId: 'docusign', ...each, id: `e${each.id}` },
            nowMs,
          ),
    ),
  fc
    .record({
      envelopeId,
      status: fc.constantFrom('created', 'sent', 'delivered', 'completed', 'declined', 'voided', 'deleted'),
      sentAtMs: fc.option(time, { nil: undefined }),
      recipients,
    })
    .map(
      (each): Input =>
        (before, nowMs) =>
          applyEnvelopeFacts(before, each, nowMs),
    ),
);

/** Many lives start where something has happened already: a random life alone ends too soon to see the far states. */
const begun = { envelopeId: 'env-1', attempts: [{ key: 'k1', atMs: 1 }], inputsHash: 'h1' };
const start = fc.constantFrom<Contract[]>(
  contract(),
  contract({ ...begun, state: 'drafted' }),
  contract({ ...begun, state: 'sending', expiresAtMs: 20 * 86_400_000 }),
  contract({ ...begun, state: 'sent', expiresAtMs: 20 * 86_400_000, voiding: { reason, sinceMs: 1 } }),
);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) deepFreeze(each);
    Object.freeze(value);
  }
  return value;
}

test('a contract never goes back, never leaves an end, never changes what was given, and keeps its lists short', () => {
  const reached = new Set<ContractState>();
  fc.assert(
    fc.property(start, fc.array(fc.tuple(input, time), { maxLength: 90 }), (from, inputs) => {
      let now = deepFreeze(from);
      for (const [apply, nowMs] of inputs) {
        const outcome = apply(now, nowMs);
        if (outcome.outcome !== 'moved') continue;
        const next = deepFreeze(outcome.contract);
        expect(FAR[next.state]).toBeGreaterThanOrEqual(FAR[now.state]);
        if (FAR[now.state] === 5) {
          expect(next.state).toBe(now.state);
          expect(next.endedAtMs).toBe(now.endedAtMs);
        }
        if (FAR[now.state] >= 2) expect(next.envelopeId).toBe(now.envelopeId);
        if (now.voiding !== undefined) {
          expect(next.voiding).toEqual(now.voiding);
          if (next.state === 'sending') expect(now.state).toBe('sending');
        }
        if (FAR[now.state] >= 2) {
          for (const [index, recipient] of next.recipients.entries()) {
            const before = now.recipients[index]?.state ?? 'created';
            expect(RECIPIENT_FAR[recipient.state]).toBeGreaterThanOrEqual(RECIPIENT_FAR[before]);
          }
        }
        expect(next.steps.length).toBeLessThanOrEqual(60);
        expect(next.seenSignals.length).toBeLessThanOrEqual(60);
        expect(next.version).toBe(now.version);
        reached.add(next.state);
        now = next;
      }
    }),
    { numRuns: 6000 },
  );
  // The property would be empty if the random lives never got anywhere.
  expect([...reached].sort()).toEqual([
    'awaiting-approval',
    'completed',
    'declined',
    'delivered',
    'drafted',
    'drafting',
    'expired',
    'planned',
    'sending',
    'sent',
    'voided',
  ]);
});

test('the same news twice changes nothing the second time', () => {
  fc.assert(
    fc.property(start, fc.array(fc.tuple(input, time), { maxLength: 30 }), input, time, (from, inputs, last, nowMs) => {
      let now = from;
      for (const [apply, atMs] of inputs) {
        const outcome = apply(now, atMs);
        if (outcome.outcome === 'moved') now = outcome.contract;
      }
      const first = last(now, nowMs);
      if (first.outcome !== 'moved') return;
      const second = last(first.contract, nowMs);
      if (second.outcome === 'moved') expect(second.contract.state).toBe(first.contract.state);
    }),
    { numRuns: 1000 },
  );
});
