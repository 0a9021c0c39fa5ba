import { describe, expect, test } from 'vitest';
import type { Contract } from './contract.ts';
import type { Deal } from './deal.ts';
import type { Plan, Task } from './plan.ts';
import type { HubConfig } from './policies.ts';
import { config, connection, contract, DAY, deal, MAY_3, plan, policy } from './test-builders.ts';
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
        key: 'notice/contract-1/contract.no-signer/1',
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
    [
      'awaiting approval',
      { state: 'awaiting-approval', inputsHash: '0123456789abcdef', attempts: [{ key: 'a', atMs: 1 }] },
      'notice/contract-1/awaiting-approval/1-0123456789ab',
    ],
    ['out', { state: 'sent' }, undefined],
    ['signed', { state: 'completed' }, undefined],
    ['a hold that is over', { state: 'completed', hold }, undefined],
  ])('%s', (_, change, key) => {
    expect(only('notice', { contracts: [contract(change)] }).map((each) => each.key)).toEqual(
      key === undefined ? [] : [key],
    );
  });
});

describe('a hold', () => {
  const hold = (sinceMs: number) => ({ code: 'esign.refused', sentence: 'no template', remedy: 'make it', sinceMs });
  const steps = (...notes: readonly (readonly [number, string])[]) =>
    notes.map(([atMs, note]) => ({ atMs, note, state: 'drafting' as const }));
  const keyOf = (change: Partial<Contract>) =>
    only('notice', { contracts: [contract(change)] }).map((each) => each.key);

  test('that was mended and came back is another one', () => {
    expect(
      keyOf({ hold: hold(9), steps: steps([1, 'held: no template'], [5, 'draft made'], [9, 'held: no template']) }),
    ).toEqual(['notice/contract-1/esign.refused/9']);
  });

  test('that every try at the draft brings back is the same one', () => {
    const refusedTwice = steps([1, 'held: no template'], [5, 'making the draft, attempt 2'], [9, 'held: no template']);
    expect(keyOf({ hold: hold(9), steps: refusedTwice })).toEqual(['notice/contract-1/esign.refused/1']);
  });

  test('for another reason is another one', () => {
    const other = steps([1, 'held: no signer'], [5, 'making the draft'], [9, 'held: no template']);
    expect(keyOf({ hold: hold(9), steps: other })).toEqual(['notice/contract-1/esign.refused/9']);
  });
});

describe('a rehearsal', () => {
  const rehearsed: Contract = { ...signed, mode: 'rehearse' };
  const rehearsing = config({
    connections: [connection('crm', 'crm', { mode: 'rehearse' }), connection('docusign', 'esign')],
  });

  test('leaves the stage and the files of the deal alone, and says what it would have written', () => {
    const asked = ask({ contracts: [rehearsed], config: rehearsing });
    expect(asked.filter((each) => each.do === 'stage' || each.do === 'file')).toEqual([]);
    expect(asked.filter((each) => each.do === 'nothing')).toEqual([
      {
        do: 'nothing',
        subject: 'write/file/contract-1',
        reason: {
          code: 'mode.rehearse',
          sentence:
            'would attach the signed document and the certificate of completion to the CRM record (contract 1 is signed since 4 May 2026); nothing is attached in a rehearsal',
        },
      },
      {
        do: 'nothing',
        subject: 'write/stage/contract-1',
        reason: {
          code: 'mode.rehearse',
          sentence:
            'would advance the deal from CRM stage s6 to s7 (contract 1 is signed since 4 May 2026); the stage is left alone in a rehearsal',
        },
      },
    ]);
  });

  test('leaves them alone too when a real contract is signed while the CRM is rehearsed with', () => {
    const kinds = ask({ contracts: [signed], config: rehearsing }).map((each) => each.do);
    expect(kinds).toEqual(['fields', 'nothing', 'nothing']);
  });

  test('is cleared out of the fields once the connections are live', () => {
    expect(ask({ contracts: [rehearsed], plans: [plan({ mode: 'rehearse' })] })).toMatchObject([
      {
        do: 'fields',
        fields: {
          stagepost_contract_status: '',
          stagepost_contract_envelope: '',
          stagepost_contract_sent_at: '',
          stagepost_contract_signed_at: '',
          stagepost_onboarding_status: '',
        },
      },
    ]);
  });

  test('gives way to the real contract in the fields, whatever came last', () => {
    const [fields] = only('fields', {
      contracts: [
        { ...signed, n: 1 },
        { ...rehearsed, n: 2, state: 'sent' },
      ],
    });
    expect(fields?.fields['stagepost_contract_status']).toBe('completed');
  });

  test('marks what it tells', () => {
    const esignOnly = config({
      connections: [connection('crm', 'crm'), connection('docusign', 'esign', { mode: 'rehearse' })],
    });
    const declined = contract({ state: 'declined', mode: 'rehearse' });
    expect(only('notice', { contracts: [declined], config: esignOnly })).toMatchObject([{ rehearsed: true }]);
  });
});

test('of a merged deal only its open contracts are told, on the record that is left', () => {
  const [lane] = inProcurement.lanes;
  const into = { id: 'm', what: 'merged' as const, atMs: 1, intoRecordId: '99' };
  const merged = { ...inProcurement, mergedInto: 'crm.99', lanes: lane ? [{ ...lane, lifecycle: [into] }] : [] };
  expect(
    ask({
      contracts: [
        { ...signed, n: 1 },
        { ...sent, n: 2 },
      ],
      deal: merged,
    }),
  ).toEqual([
    {
      do: 'nothing',
      subject: 'write',
      reason: { code: 'deal.merged', sentence: 'nothing is written: the deal was merged into crm.99' },
    },
    {
      do: 'notice',
      key: 'notice/contract-2/deal.merged',
      title: 'Contract 2 of a merged deal: Acme rollout',
      body: 'Contract 2 is out for signature since 3 May 2026, but its deal (CRM record 42) was merged into record 99, which may get a contract of its own. What to do: look at both, and void the contract that is not wanted.',
      reason: {
        code: 'notice.deal.merged',
        sentence:
          'contract 2 is out for signature since 3 May 2026, but its deal (CRM record 42) was merged into record 99, which may get a contract of its own',
      },
      recordId: '99',
    },
  ]);
});

test('nothing is written to a record that is gone or merged', () => {
  const [lane] = inProcurement.lanes;
  const gone = {
    ...inProcurement,
    lanes: lane ? [{ ...lane, lifecycle: [{ id: 'd', what: 'deleted' as const, atMs: 1 }] }] : [],
  };
  expect(ask({ contracts: [signed], deal: gone }).map((each) => each.do)).toEqual(['nothing']);
  const merged = { ...inProcurement, mergedInto: 'crm.9' };
  expect(ask({ deal: merged }).map((each) => each.do)).toEqual(['nothing']);
});

test('a contract that was signed under a deal that went into another one is told, because nothing follows it', () => {
  const told = ask({ contracts: [signed], deal: { ...inProcurement, mergedInto: 'crm.9' } });
  expect(told.map((each) => each.do)).toEqual(['nothing', 'notice']);
  expect(told[1]).toMatchObject({
    key: 'notice/contract-1/deal.merged-signed',
    body: expect.stringMatching(
      /went into deal crm\.9: files, stage and tasks do not follow by themselves\. What to do: /,
    ),
  });
});
