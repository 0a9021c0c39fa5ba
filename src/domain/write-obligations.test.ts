import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import type { Deal } from './deal.ts';
import type { Plan, Task } from './plan.ts';
import type { HubConfig } from './policies.ts';
import { config, contract, DAY, deal, MAY_3, plan, policy } from './test-builders.ts';
import { type WriteObligation, writeObligations } from './write-obligations.ts';

const inProcurement = deal([['s6', MAY_3]]);
const sent = contract({ state: 'sent', envelopeId: 'env-1', sentAtMs: MAY_3 });
const signed = contract({
  state: 'completed',
  envelopeId: 'env-1',
  sentAtMs: MAY_3,
  endedAtMs: MAY_3 + DAY,
  stageWhenSent: { stageId: 's6', pipelineId: 'p1' },
});

function ask(given: {
  contracts?: readonly Contract[];
  plans?: readonly Plan[];
  tasks?: readonly Task[];
  deal?: Deal;
  config?: HubConfig;
}) {
  return writeObligations({
    deal: inProcurement,
    contracts: [],
    plans: [],
    tasks: [],
    config: config(),
    nowMs: MAY_3,
    ...given,
  });
}

function only<D extends WriteObligation['do']>(kind: D, given: Parameters<typeof ask>[0]) {
  return ask(given).filter((each): each is Extract<WriteObligation, { do: D }> => each.do === kind);
}

function taskItem(taskKey: string, state: Task['state']): Task {
  return {
    v: 1,
    dealId: 'crm.42',
    planKey: 'onboarding/once',
    taskKey,
    version: 1,
    connectionId: 'crm',
    recordId: '42',
    mode: 'live',
    state,
    effectKey: taskKey,
    title: taskKey,
    body: '',
    priority: 'low',
    ownerWhy: '',
    dueAtMs: 0,
    dueDate: '2026-05-04',
    after: [],
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}

test('a deal without contract and tasks has nothing written', () => {
  expect(ask({})).toEqual([
    {
      do: 'nothing',
      subject: 'write',
      reason: { code: 'write.none', sentence: 'nothing to write: the deal has neither contract nor tasks' },
    },
  ]);
});

describe('fields', () => {
  test('tell of a contract that is out', () => {
    expect(ask({ contracts: [sent] })).toEqual([
      {
        do: 'fields',
        key: 'fields',
        fields: {
          stagepost_contract_status: 'sent',
          stagepost_contract_envelope: 'env-1',
          stagepost_contract_sent_at: '2026-05-03T08:00:00.000Z',
          stagepost_contract_signed_at: '',
        },
        reason: {
          code: 'write.fields',
          sentence:
            'CRM fields: stagepost_contract_status = sent, stagepost_contract_envelope = env-1, stagepost_contract_sent_at = 2026-05-03T08:00:00.000Z',
        },
      },
    ]);
  });

  test('tell of the last contract, and clear what the one before left', () => {
    const [fields] = only('fields', { contracts: [contract({ n: 2 }), signed] });
    expect(fields?.fields).toEqual({
      stagepost_contract_status: 'planned',
      stagepost_contract_envelope: '',
      stagepost_contract_sent_at: '',
      stagepost_contract_signed_at: '',
    });
  });

  test('tell when it was signed', () => {
    expect(only('fields', { contracts: [signed] })[0]?.fields).toMatchObject({
      stagepost_contract_status: 'completed',
      stagepost_contract_signed_at: '2026-05-04T08:00:00.000Z',
    });
  });

  test.each<[string, Plan, readonly Task[], string]>([
    ['none yet', plan({ taskKeys: ['a', 'b'] }), [], '0 of 2 tasks created'],
    [
      'some',
      plan({ taskKeys: ['a', 'b'] }),
      [taskItem('a', 'done'), taskItem('b', 'creating')],
      '1 of 2 tasks created',
    ],
    ['all', plan({ taskKeys: ['a', 'b'] }), [taskItem('a', 'done'), taskItem('b', 'done')], '2 tasks created'],
    ['one', plan({ taskKeys: ['a'] }), [taskItem('a', 'done')], '1 task created'],
    [
      'paused',
      plan({ taskKeys: ['a', 'b'], state: 'paused' }),
      [taskItem('a', 'done')],
      'paused, 1 of 2 tasks created',
    ],
  ])('count the tasks of onboarding: %s', (_, given, tasks, expected) => {
    expect(only('fields', { plans: [given], tasks })[0]?.fields).toEqual({ stagepost_onboarding_status: expected });
  });

  test('leave the tasks of other plays out', () => {
    expect(only('fields', { plans: [plan({ key: 'discovery/once', play: 'discovery' })] })).toEqual([]);
  });
});

describe('the stage', () => {
  test('advances from where the contract was sent', () => {
    expect(only('stage', { contracts: [signed] })).toEqual([
      {
        do: 'stage',
        key: 'stage/contract-1',
        n: 1,
        to: { stageId: 's7' },
        from: { stageId: 's6', pipelineId: 'p1' },
        reason: {
          code: 'write.stage',
          sentence: 'contract 1 is signed since 4 May 2026: the deal advances from CRM stage s6 to s7',
        },
      },
    ]);
  });

  test.each<[string, Parameters<typeof ask>[0], readonly string[]]>([
    ['the contract is not signed', { contracts: [sent] }, []],
    [
      'the policy leaves the stage alone',
      {
        contracts: [signed],
        config: config({ contracts: [{ ...policy(), name: 'standard' }].map(({ advanceTo: _, ...rest }) => rest) }),
      },
      [],
    ],
    ['a later contract is under way', { contracts: [signed, contract({ n: 2 })] }, []],
    [
      'the deal is there already',
      {
        contracts: [signed],
        deal: deal([
          ['s6', MAY_3],
          ['s7', MAY_3 + 1],
        ]),
      },
      ['stage.reached'],
    ],
    ['nobody knows where it was sent', { contracts: [contract({ state: 'completed' })] }, ['stage.unknown-start']],
    ['the stage is unmapped', { contracts: [signed], deal: deal([['zz', MAY_3]]) }, ['stage.uncertain']],
  ])('is left alone when %s', (_, given, codes) => {
    expect(only('stage', given)).toEqual([]);
    expect(only('nothing', given).map((each) => each.reason.code)).toEqual(codes);
  });

  test('advances for a signed contract whose successor was thrown away', () => {
    expect(only('stage', { contracts: [signed, contract({ n: 2, state: 'voided' })] }).map((each) => each.n)).toEqual([
      1,
    ]);
  });
});

describe('files', () => {
  test('of a signed contract are attached', () => {
    expect(only('file', { contracts: [signed] }).map((each) => [each.key, each.n, each.fileKind])).toEqual([
      ['file/contract-1/signed-document', 1, 'signed-document'],
      ['file/contract-1/certificate', 1, 'certificate'],
    ]);
  });

  test('are not attached where the policy says so, or the contract is not signed', () => {
    expect(
      only('file', { contracts: [signed], config: config({ contracts: [policy({ attachSigned: false })] }) }),
    ).toEqual([]);
    expect(only('file', { contracts: [sent] })).toEqual([]);
  });

  test('of a policy that is gone are a sentence', () => {
    expect(
      only('nothing', { contracts: [signed], config: config({ contracts: [] }) }).map((each) => each.reason.code),
    ).toEqual(['policy.gone']);
  });
});

describe('notices', () => {
  const hold = {
    code: 'contract.no-signer',
    sentence: 'no signer: nobody is labelled',
    remedy: 'add the label',
    sinceMs: 1,
  };

  test('say what waits, and what to do', () => {
    expect(only('notice', { contracts: [contract({ hold })] })).toEqual([
      {
        do: 'notice',
        key: 'notice/contract-1/contract.no-signer',
        title: 'Contract 1 is held: Acme rollout',
        body: 'No signer: nobody is labelled. What to do: add the label.',
        reason: { code: 'notice.contract.no-signer', sentence: 'no signer: nobody is labelled' },
      },
    ]);
  });

  test.each<[string, Partial<Contract>, string | undefined]>([
    ['declined', { state: 'declined' }, 'notice/contract-1/declined'],
    ['expired', { state: 'expired' }, 'notice/contract-1/expired'],
    ['voided outside', { state: 'voided', endedBy: 'outside' }, 'notice/contract-1/voided-outside'],
    ['voided by us', { state: 'voided', endedBy: 'us' }, undefined],
    ['awaiting approval', { state: 'awaiting-approval' }, 'notice/contract-1/awaiting-approval'],
    ['out', { state: 'sent' }, undefined],
    ['signed', { state: 'completed' }, undefined],
    ['a hold that is over', { state: 'completed', hold }, undefined],
  ])('%s', (_, change, key) => {
    expect(only('notice', { contracts: [contract(change)] }).map((each) => each.key)).toEqual(
      key === undefined ? [] : [key],
    );
  });
});

test('nothing is written to a record that is gone or merged', () => {
  const [lane] = inProcurement.lanes;
  const gone = {
    ...inProcurement,
    lanes: lane ? [{ ...lane, lifecycle: [{ id: 'd', what: 'deleted' as const, atMs: 1 }] }] : [],
  };
  expect(ask({ contracts: [signed], deal: gone }).map((each) => each.do)).toEqual(['nothing']);
  expect(ask({ contracts: [signed], deal: { ...inProcurement, mergedInto: 'crm.9' } }).map((each) => each.do)).toEqual([
    'nothing',
  ]);
});
