import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contract, ContractState } from '../../src/domain/contract.ts';
import { moveContract, newContract } from '../../src/domain/contract-machine.ts';
import { type ContractObligation, contractObligations } from '../../src/domain/contract-obligations.ts';
import type { Deal } from '../../src/domain/deal.ts';
import type { HubConfig } from '../../src/domain/policies.ts';
import { newDeal, recordSignal } from '../../src/domain/record-signal.ts';
import { config, connection, contract, deal, facts, policy, transition } from '../../src/domain/test-builders.ts';

const HOUR = 3_600_000;
const NOW = 1000 * HOUR;
const ENDS: readonly ContractState[] = ['completed', 'declined', 'voided', 'expired'];
const stageId = fc.constantFrom('s3', 's5', 's6', 's6b', 's7', 's8', 's10', 'zz');
const answers = fc.record({
  reEntry: fc.constantFrom('keep', 'replace', 'ask'),
  goingBack: fc.constantFrom('void', 'keep'),
  lost: fc.constantFrom('void', 'keep'),
  deleted: fc.constantFrom('void', 'keep'),
  declined: fc.constantFrom('ask', 'renew'),
  expired: fc.constantFrom('ask', 'renew'),
  voidedOutside: fc.constantFrom('ask', 'renew'),
  passedThrough: fc.constantFrom('ask', 'send'),
});

describe('for any history, any contracts and any policy', () => {
  const history = fc
    .array(stageId, { maxLength: 8 })
    .map((ids) => ids.map((id, at): [string, number] => [id, (at + 1) * HOUR]));
  const contracts = fc.array(
    fc.record({
      state: fc.constantFrom<ContractState[]>(
        'planned',
        'drafting',
        'drafted',
        'awaiting-approval',
        'sending',
        'sent',
        'delivered',
        'completed',
        'declined',
        'voided',
        'expired',
      ),
      entry: fc.nat({ max: 8 }),
      voiding: fc.boolean(),
      endedBy: fc.constantFrom('us', 'outside'),
      policy: fc.constantFrom('standard', 'standard', 'gone'),
    }),
    { maxLength: 4 },
  );
  const question = fc
    .record({
      history,
      contracts,
      answers,
      deleted: fc.boolean(),
      dispute: fc.boolean(),
      read: fc.constantFrom('same', 'same', 'same', 'gone', 'other'),
      effectsFromMs: fc.constantFrom(0, 0, 3 * HOUR),
      maxEntryAgeDays: fc.constantFrom(60, 60, 41.6),
    })
    .map((given) => {
      const made = deal(given.history);
      const [lane] = made.lanes;
      const lanes = lane
        ? [
            {
              ...lane,
              lifecycle: given.deleted ? [{ id: 'd', what: 'deleted' as const, atMs: 1 }] : [],
              ...(given.dispute ? { dispute: { stageId: 's1', observedAtMs: 1 } } : {}),
            },
          ]
        : [];
      const last = given.history.at(-1)?.[0] ?? 's5';
      return {
        deal: { ...made, lanes },
        contracts: given.contracts.map((each, index) => {
          const [id, atMs] = given.history[each.entry] ?? ['s6', 0];
          const { entry: _, voiding, ...rest } = each;
          return contract({
            ...rest,
            n: index + 1,
            forEntry: `${id}@${atMs}`,
            ...(voiding ? { voiding: { reason: { code: 'contract.lost', sentence: 'it was lost' }, sinceMs: 1 } } : {}),
          });
        }),
        config: config({
          contracts: [policy(given.answers)],
          connections: [
            connection('crm', 'crm', { effectsFromMs: given.effectsFromMs }),
            connection('docusign', 'esign'),
          ],
          maxEntryAgeDays: given.maxEntryAgeDays,
        }),
        facts: given.read === 'gone' ? undefined : facts(given.read === 'same' ? last : 's4'),
        nowMs: NOW,
      };
    });

  test('at most one contract is asked for, and none while one is active', () => {
    let asked = 0;
    fc.assert(
      fc.property(question, (given) => {
        const obligations = contractObligations(given);
        const creates = obligations.filter((each) => each.do === 'create');
        const active = given.contracts.filter((each) => !ENDS.includes(each.state));
        expect(creates.length).toBeLessThanOrEqual(active.length > 0 ? 0 : 1);
        for (const create of creates) {
          expect(given.contracts.map((each) => each.n)).not.toContain(create.n);
          expect(create.n).toBe(given.contracts.length + 1);
          asked += 1;
        }
      }),
      { numRuns: 2500 },
    );
    expect(asked).toBeGreaterThan(20);
  });

  test('only active contracts are acted on, each in one way, and everything has a sentence', () => {
    fc.assert(
      fc.property(question, (given) => {
        const obligations = contractObligations(given);
        expect(obligations.length).toBeGreaterThan(0);
        const active = given.contracts.filter((each) => !ENDS.includes(each.state)).map((each) => each.n);
        const acted = obligations.flatMap((each) => (each.do === 'advance' || each.do === 'void' ? [each.n] : []));
        expect(new Set(acted).size).toBe(acted.length);
        for (const n of acted) expect(active).toContain(n);
        // An intent to void is carried through whatever else is so.
        for (const each of given.contracts.filter((one) => one.voiding !== undefined && active.includes(one.n))) {
          expect(obligations).toContainEqual(expect.objectContaining({ do: 'void', n: each.n }));
        }
        for (const each of obligations) {
          expect(each.reason.code).toMatch(/^[a-z]+(\.[a-z-]+)+$/);
          expect(each.reason.sentence).not.toMatch(/undefined|NaN|Invalid|\.$/);
          if (each.do === 'hold') expect(each.remedy).not.toBe('');
        }
      }),
      { numRuns: 2500 },
    );
  });
});

/** A CRM in which things happen, webhooks that come in any order, and a worker that looks whenever it likes. */
type Step =
  | { readonly kind: 'happen' }
  | { readonly kind: 'deliver'; readonly which: number }
  | { readonly kind: 'work' };

interface World {
  readonly happened: readonly string[];
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
}

function deliver(world: World, which: number, hub: HubConfig): World {
  const id = world.happened[which];
  if (id === undefined) return world;
  const outcome = recordSignal(world.deal, transition(id, (which + 1) * HOUR), hub, NOW);
  if (outcome.kind === 'refused') throw new Error(outcome.reason.sentence);
  return { ...world, deal: outcome.deal };
}

/** Closes differences until none is left, with the real state machine; a provider that always does as it is told. */
function work(world: World, hub: HubConfig): World {
  const read = world.happened.at(-1);
  let contracts = world.contracts;
  for (let round = 0; round < 20; round += 1) {
    const obligations = contractObligations({
      deal: world.deal,
      contracts,
      config: hub,
      facts: read === undefined ? undefined : facts(read),
      nowMs: NOW,
    });
    const before = contracts;
    for (const each of obligations) {
      if (each.do === 'create') {
        const made = newContract({ ...each, deal: world.deal, config: hub, mode: 'live', nowMs: NOW });
        contracts = [...contracts, made];
      } else if (each.do === 'advance' || each.do === 'void') {
        contracts = contracts.map((one) => (one.n === each.n ? act(one, each) : one));
      }
    }
    const active = contracts.filter((one) => !ENDS.includes(one.state));
    expect(active.length).toBeLessThanOrEqual(1);
    if (contracts.every((one, index) => one === before[index]) && contracts.length === before.length) {
      return { ...world, contracts };
    }
  }
  throw new Error('the worker does not come to rest');
}

type Fact = Parameters<typeof moveContract>[1];

function act(one: Contract, obligation: Extract<ContractObligation, { do: 'advance' | 'void' }>): Contract {
  if (obligation.do === 'advance' && one.state === 'sent') return one;
  const cancel: readonly Fact[] = [
    { kind: 'voiding', reason: obligation.reason },
    one.state === 'sent' ? { kind: 'voided', by: 'us' } : { kind: 'discarded', note: 'n' },
  ];
  const advance: readonly Fact[] = [
    { kind: 'drafting', attempt: { key: `k${one.n}`, atMs: 1 }, inputsHash: 'h', subject: 's', recipients: [] },
    { kind: 'drafted', envelopeId: `env-${one.n}` },
    { kind: 'sending', stageWhenSent: { stageId: 's6' }, expiresAtMs: 2 * NOW },
    { kind: 'sent', sentAtMs: NOW },
  ];
  return (obligation.do === 'void' ? cancel : advance).reduce<Contract>((before, fact) => {
    const outcome = moveContract(before, fact, NOW);
    return outcome.outcome === 'moved' ? outcome.contract : before;
  }, one);
}

function settle(world: World, hub: HubConfig): World {
  let end = world;
  for (const which of world.happened.keys()) end = deliver(end, which, hub);
  return work(end, hub);
}

test('law 2: when everything is quiet, the same number of contracts is out, whatever the order and whoever looked when', () => {
  const life = fc.array(fc.constantFrom('s3', 's5', 's6', 's6b', 's7', 's8', 's10'), { minLength: 1, maxLength: 6 });
  const steps = fc.array(
    fc.oneof(
      fc.constant<Step>({ kind: 'happen' }),
      fc.nat({ max: 5 }).map((which): Step => ({ kind: 'deliver', which })),
      fc.constant<Step>({ kind: 'work' }),
    ),
    { maxLength: 40 },
  );
  // What is kept when the deal goes back depends on whether it was sent in time; the law is about the rest.
  const rules = fc.record({
    reEntry: fc.constantFrom('keep', 'replace', 'ask'),
    passedThrough: fc.constantFrom('ask', 'send'),
  });
  let out = 0;
  fc.assert(
    fc.property(life, steps, rules, (stages, order, change) => {
      const hub = config({ contracts: [policy({ ...change, goingBack: 'void', lost: 'void' })] });
      const start: World = { happened: [], deal: newDeal('crm', '42', 1, NOW), contracts: [] };
      let world = start;
      for (const step of order) {
        if (step.kind === 'happen') world = { ...world, happened: stages.slice(0, world.happened.length + 1) };
        else world = step.kind === 'deliver' ? deliver(world, step.which, hub) : work(world, hub);
      }
      const late = settle({ ...start, happened: stages }, hub);
      const early = settle({ ...world, happened: stages }, hub);
      const live = (given: World) => given.contracts.filter((one) => one.state === 'sent').length;
      expect(live(early)).toBe(live(late));
      expect(work(early, hub).contracts).toEqual(early.contracts);
      out += live(late);
    }),
    { numRuns: 2000 },
  );
  expect(out).toBeGreaterThan(100);
});
