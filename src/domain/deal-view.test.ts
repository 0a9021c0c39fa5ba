import { describe, expect, test } from 'vitest';
import { config, contract, deal, facts } from './test-builders.ts';
import { answer, ask, entered, inProcurement, may, sent, wentBack } from './test-contract-questions.ts';

describe('what is not certain has no effects', () => {
  test('an unmapped stage holds, with the line to add', () => {
    const unmapped = deal([
      ['s6', may(3)],
      ['zz', may(5)],
    ]);
    const held = answer({ deal: unmapped, contracts: [sent] });
    expect(held).toMatchObject({ do: 'hold', n: 1, reason: { code: 'stage.unmapped' } });
    expect(held.do === 'hold' && held.remedy).toContain('add "zz: <stage>"');
    expect(answer({ deal: unmapped })).toMatchObject({ do: 'hold', reason: { code: 'stage.unmapped' } });
  });

  test('a stage that was mapped later has to be mapped again', () => {
    const later = config({ pipelines: [{ connectionId: 'crm', pipelineId: 'p1', stages: { zz: 'procurement' } }] });
    const held = answer({ deal: deal([['zz', may(5)]]), config: later });
    expect(held.do === 'hold' && held.remedy).toBe(
      'the stage is mapped to procurement now; have the history of the deal mapped again',
    );
  });

  const [lane] = inProcurement.lanes;
  const disputed = {
    ...inProcurement,
    lanes: lane ? [{ ...lane, dispute: { stageId: 's10', observedAtMs: may(6) } }] : [],
  };

  test('a dispute holds', () => {
    expect(answer({ deal: disputed })).toMatchObject({
      do: 'hold',
      reason: {
        code: 'stage.disputed',
        sentence:
          'the CRM was seen in stage s10 on 6 May 2026, the record says procurement; the stage history is being read',
      },
    });
  });

  test('a dispute in a follower’s lane does not matter', () => {
    const follower = {
      connectionId: 'other',
      recordId: '7',
      transitions: [],
      lifecycle: [],
      dispute: { stageId: 'x', observedAtMs: 1 },
    };
    expect(answer({ deal: { ...inProcurement, lanes: [...inProcurement.lanes, follower] } }).do).toBe('create');
  });

  test('a CRM that says another stage right now holds what would be done', () => {
    expect(answer({ deal: inProcurement, facts: facts('s5') })).toMatchObject({
      do: 'hold',
      reason: { code: 'stage.moved-on' },
    });
    expect(answer({ deal: inProcurement, facts: facts('s6b') }).do).toBe('create');
    const drafted = contract({ state: 'drafted', forEntry: entered });
    expect(answer({ deal: inProcurement, contracts: [drafted], facts: facts('s5') })).toMatchObject({
      do: 'hold',
      n: 1,
    });
    expect(answer({ deal: inProcurement, contracts: [sent], facts: facts('s5') }).do).toBe('advance');
    expect(answer({ deal: wentBack, contracts: [sent], facts: facts('s6') })).toMatchObject({ do: 'hold', n: 1 });
  });

  test('a deal that the CRM no longer has is held', () => {
    expect(answer({ deal: inProcurement, facts: undefined })).toMatchObject({
      do: 'hold',
      reason: { code: 'crm.deal-gone' },
    });
    expect(answer({ deal: wentBack, contracts: [sent], facts: undefined })).toMatchObject({
      do: 'hold',
      reason: { code: 'crm.deal-gone' },
    });
  });

  test('a merged deal is left to a person, nothing is voided by itself', () => {
    const merged = { ...wentBack, mergedInto: 'crm.99' };
    expect(answer({ deal: merged, contracts: [sent] })).toMatchObject({
      do: 'hold',
      n: 1,
      reason: { code: 'deal.merged' },
    });
    const lifecycle = [{ id: 'm', what: 'merged' as const, atMs: may(6), intoRecordId: '99' }];
    const away = { ...inProcurement, lanes: lane ? [{ ...lane, lifecycle }] : [] };
    expect(answer({ deal: away, contracts: [sent] })).toMatchObject({
      do: 'hold',
      reason: { code: 'deal.merged-away' },
    });
  });

  test('two active contracts are never resolved by guessing', () => {
    const both = ask({ deal: inProcurement, contracts: [sent, { ...sent, n: 2 }] });
    expect(both.map((each) => [each.do, each.reason.code])).toEqual([
      ['hold', 'contract.two-active'],
      ['hold', 'contract.two-active'],
    ]);
  });

  test('a connection that the configuration lost is said', () => {
    expect(answer({ deal: inProcurement, config: config({ connections: [] }) })).toMatchObject({
      do: 'hold',
      reason: { code: 'connection.unknown' },
    });
  });

  test('a deal without entries owes nothing', () => {
    expect(answer({ deal: deal([]) })).toMatchObject({ do: 'nothing', reason: { code: 'deal.no-entries' } });
  });
});
