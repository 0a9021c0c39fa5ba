import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deal, RecordedTransition } from '../domain/deal.ts';
import { STAGES, type Stage } from '../domain/stages.ts';
import { decodeDeal, encodeDeal, type StoredDeal } from './deal-codec.ts';
import { itemBytes } from './item-size.ts';

const fixture: StoredDeal = JSON.parse(readFileSync(new URL('./fixtures/deal-state-v1.json', import.meta.url), 'utf8'));

const storedByVersion1: Deal = {
  v: 1,
  dealId: 'hs-main.9876543210',
  version: 12,
  configVersion: 3,
  leading: { connectionId: 'hs-main', recordId: '9876543210' },
  lanes: [
    {
      connectionId: 'hs-main',
      recordId: '9876543210',
      transitions: [
        {
          id: 'hs-main/9876543210/appointmentscheduled/1767258000000',
          stageId: 'appointmentscheduled',
          pipelineId: 'default',
          enteredAtMs: 1767258000000,
          granularityMs: 1,
          stage: 'prospecting',
          configVersion: 2,
        },
        {
          id: 'hs-main/9876543210/decisionmakerboughtin/1767344400000',
          stageId: 'decisionmakerboughtin',
          enteredAtMs: 1767344400000,
          granularityMs: 1000,
          stage: 'negotiation',
          configVersion: 3,
        },
        {
          id: 'hs-main/9876543210/cost$/1767430800000',
          stageId: 'contractsent',
          pipelineId: 'default',
          enteredAtMs: 1767430800000,
          granularityMs: 1,
          stage: 'procurement',
          configVersion: 3,
        },
      ],
      lifecycle: [{ id: 'hs-main/9876543210/created', what: 'created', atMs: 1767258000000 }],
      dispute: { stageId: 'closedwon', observedAtMs: 1767430900000 },
    },
    {
      connectionId: 'sf-main',
      recordId: '0065g00000XyZabAAF',
      transitions: [],
      lifecycle: [{ id: 'sf/merged', what: 'merged', atMs: 1767430950000, intoRecordId: '0065g00000OTHERAAF' }],
    },
  ],
  details: { name: 'Nordwind AG: platform', amount: '120000.00', currency: 'EUR' },
  mergedInto: 'hs-main.1',
  createdAtMs: 1767258000000,
  updatedAtMs: 1767430900000,
};

function dealWith(transitions: readonly RecordedTransition[]): Deal {
  return {
    v: 1,
    dealId: 'hs-main.9876543210',
    version: 4,
    configVersion: 3,
    leading: { connectionId: 'hs-main', recordId: '9876543210' },
    lanes: [{ connectionId: 'hs-main', recordId: '9876543210', transitions, lifecycle: [] }],
    details: {
      name: 'Nordwind Maschinenbau AG: integration platform 2027',
      amount: '1250000.00',
      currency: 'EUR',
      url: 'https://app.hubspot.com/contacts/12345678/record/0-3/9876543210',
    },
    createdAtMs: 1767258000000,
    updatedAtMs: 1767430900000,
  };
}

describe('the stored form of a deal', () => {
  it('reads what version 1 stored', () => {
    expect(decodeDeal(fixture, 12)).toEqual(storedByVersion1);
  });

  it('is what version 1 stores', () => {
    expect(JSON.parse(JSON.stringify(encodeDeal(storedByVersion1)))).toEqual(fixture);
  });

  it('takes less than 1 KB, one write unit, for a deal that walked through all nine stages', () => {
    const cycle: readonly (readonly [string, Stage])[] = [
      ['appointmentscheduled', 'prospecting'],
      ['qualifiedtobuy', 'qualification'],
      ['presentationscheduled', 'solutioning'],
      ['1074392811', 'demonstration'],
      ['decisionmakerboughtin', 'negotiation'],
      ['contractsent', 'procurement'],
      ['closedwon', 'implementation'],
      ['1074392815', 'management'],
      ['1074392816', 'expansion'],
    ];
    const deal = dealWith(
      cycle.map(([stageId, stage], index) => ({
        id: `hs-main/9876543210/${stageId}/${1767258000000 + index * 86400123}`,
        stageId,
        pipelineId: 'default',
        enteredAtMs: 1767258000000 + index * 86400123,
        granularityMs: 1,
        stage,
        configVersion: 3,
      })),
    );
    const listing = { pk: 'DEALS#implementation#3', sk: '1767430900000#hs-main.9876543210' };
    const key = { pk: 'DEAL#hs-main.9876543210', sk: 'STATE', listing };
    expect(itemBytes(key, JSON.stringify(encodeDeal(deal)))).toBeLessThan(1024);
    expect(JSON.stringify(deal).length).toBeGreaterThan(1700);
  });

  it('gives back every deal as it was', () => {
    const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('$', '$s', '$t$$', 'closedwon', 'a/b', '12'));
    const transition = fc.record({
      idStart: fc.constantFrom('x/', 'x/y/', ''),
      tail: fc.array(fc.oneof(text, fc.constant('STAGE'), fc.constant('TIME')), { maxLength: 4 }),
      stageId: text,
      pipelineId: fc.option(text, { nil: undefined }),
      enteredAtMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      granularityMs: fc.constantFrom(1, 1000),
      stage: fc.constantFrom(...STAGES),
      configVersion: fc.integer({ min: 1, max: 99 }),
    });
    fc.assert(
      fc.property(fc.array(transition, { maxLength: 6 }), (rows) => {
        const deal = dealWith(
          rows.map(({ idStart, tail, pipelineId, ...row }) => ({
            ...row,
            ...(pipelineId === undefined ? {} : { pipelineId }),
            id:
              idStart +
              tail.map((t) => (t === 'STAGE' ? row.stageId : t === 'TIME' ? String(row.enteredAtMs) : t)).join(''),
          })),
        );
        const stored = JSON.parse(JSON.stringify(encodeDeal(deal)));
        expect(decodeDeal(stored, 4)).toEqual(deal);
      }),
    );
  });

  it('remembers a leading record that has no lane yet', () => {
    const deal: Deal = { ...dealWith([]), leading: { connectionId: 'sf-main', recordId: '006X' } };
    expect(decodeDeal(encodeDeal(deal), 4).leading).toEqual({ connectionId: 'sf-main', recordId: '006X' });
  });
});
