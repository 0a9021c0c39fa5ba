import { describe, expect, it } from 'vitest';
import { newDeal } from '../../src/domain/record-signal.ts';
import { effectKeyOf } from '../../src/flows/plans/effect-key.ts';
import { parseContractRef } from '../../src/flows/record-envelope-signal.ts';
import { matchesPattern } from '../../src/local/cloud/rule-match.ts';
import { decisionSk, shardOf, sortableMs, taskSk } from '../../src/store/keys.ts';
import { createTopology } from '../../src/topology.ts';
import { FIXTURE_VERSIONS, fieldOf } from './load-fixtures.ts';

/** What is written down outside the hub, or decides where something lies: another answer would lose or double it. */
describe('what can never change', () => {
  it.each([
    ['onboarding/once', 'kickoff', 'sp-e5f12550751b9970b422d9ab'],
    ['file/contract-1/certificate', 'file', 'sp-629a65f6505224a418f7181f'],
    ['notice/contract-1/declined', 'notice', 'sp-fc85cc72745b3270cb1de6b4'],
  ])('the key under which something is found again in the CRM: %s %s', (plan, task, key) => {
    expect(effectKeyOf('hubspot-main.9876543210', plan, task)).toBe(key);
  });

  it.each([
    ['hubspot-main.9876543210', 1],
    ['salesforce-main.0065g00000XyZabAAF', 0],
    ['hubspot-main.1', 3],
    ['01M6DQT18WN61K2FXPPR6BN3K9', 1],
  ])('the shard of %s', (id, shard) => {
    expect(shardOf(id)).toBe(shard);
  });

  it('the forms of times, numbers and names in keys', () => {
    expect(sortableMs(1793610029000)).toBe('1793610029000');
    expect(sortableMs(7)).toBe('0000000000007');
    expect(taskSk('onboarding/once', 'kickoff')).toBe('TASK#onboarding/once#kickoff');
    expect(decisionSk('contract/1', 12)).toBe('WHY#contract/1#000012');
  });

  it('the id of a deal, and the reference that envelopes carry', () => {
    expect(newDeal('hubspot-main', '42', 1, 0).dealId).toBe('hubspot-main.42');
    expect(parseContractRef('hubspot-main.42/3')).toEqual({ dealId: 'hubspot-main.42', n: 3 });
  });
});

describe.each(FIXTURE_VERSIONS)('events of version $version', ({ events, items }) => {
  it('still reach the queues of everybody who wants them', () => {
    const { rules } = createTopology();
    const reached = events.map(({ Source, DetailType, Detail }) => {
      const event = { source: Source, 'detail-type': DetailType, detail: Detail };
      const queues = rules
        .filter(({ pattern }) => matchesPattern(pattern, event))
        .map(({ targetQueue }) => targetQueue);
      return [DetailType, fieldOf(Detail, 'wants'), fieldOf(Detail, 'crm'), queues] as const;
    });
    const QUEUES: Readonly<Record<string, string>> = {
      contract: 'send-contract',
      plans: 'start-onboarding',
      writes: 'write-back',
      refresh: 'refresh',
    };
    for (const [, wants, crm, queues] of reached) {
      expect(queues).toEqual((wants as readonly string[]).map((want) => `${QUEUES[want]}-${String(crm)}`));
    }
    expect([...new Set(reached.map(([type]) => type))].sort()).toEqual([
      'contract.changed',
      'deal.stage.changed',
      'deal.touched',
      'record.seen',
    ]);
  });

  it('carry the ids that tasks have in the CRM', () => {
    const tasks = items.get('deal-task') ?? [];
    for (const { d } of tasks) {
      const [dealId, planKey, taskKey] = ['dealId', 'planKey', 'taskKey'].map((name) => String(fieldOf(d, name)));
      expect(effectKeyOf(dealId ?? '', planKey ?? '', taskKey ?? '')).toBe(fieldOf(d, 'effectKey'));
    }
    expect(tasks.length).toBeGreaterThan(0);
  });
});
