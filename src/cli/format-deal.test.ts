import { describe, expect, it } from 'vitest';
import type { Deal, Lane } from '../domain/deal.ts';
import type { DealItems } from '../store/deal-items.ts';
import { formatDeal } from './format-deal.ts';

const NINE_MS = Date.parse('2026-11-02T09:00:00Z');

function lane(connectionId: string, recordId: string, stage: 'negotiation' | 'procurement' | undefined): Lane {
  const common = { stageId: 's', granularityMs: 1, configVersion: 1 };
  return {
    connectionId,
    recordId,
    transitions: stage === undefined ? [] : [{ ...common, id: recordId, stage, enteredAtMs: NINE_MS }],
    lifecycle: [],
  };
}

function shown(lanes: readonly Lane[], changes: Partial<Deal> = {}): string {
  const deal: Deal = {
    ...{ v: 1, dealId: 'crm-lead.S1', version: 1, configVersion: 1, details: { name: 'Northwind' } },
    ...{ leading: { connectionId: 'crm-lead', recordId: 'S1' }, lanes, createdAtMs: NINE_MS, updatedAtMs: NINE_MS },
    ...changes,
  };
  const none = { signals: [], contracts: [], plans: [], tasks: [], writes: [], decisions: [], standing: [] };
  return formatDeal({ deal, ...none } satisfies DealItems, { timeZone: 'UTC', width: 120 });
}

describe('a deal with a record in another CRM', () => {
  it('shows what the other record says beside what counts', () => {
    const text = shown([lane('crm-lead', 'S1', 'procurement'), lane('crm-follow', 'H1', 'negotiation')]);
    expect(text).toContain('  stage: procurement since 2 November 2026 09:00\n');
    expect(text).toContain(
      '  also: crm-follow H1: negotiation since 2 November 2026 09:00; does not agree, and does not count\n',
    );
  });

  it('says nothing of agreeing where both agree, and that nothing is known where nothing is', () => {
    const both = shown([lane('crm-lead', 'S1', 'procurement'), lane('crm-follow', 'H1', 'procurement')]);
    expect(both).toContain('  also: crm-follow H1: procurement since 2 November 2026 09:00\n');
    const unread = shown([lane('crm-lead', 'S1', 'procurement'), lane('crm-follow', 'H1', undefined)]);
    expect(unread).toContain('  also: crm-follow H1: nothing known of its stage\n');
  });

  it('leads to the deal that it went into', () => {
    const text = shown([lane('crm-lead', 'S1', 'procurement')], { mergedInto: 'crm-follow.H1' });
    expect(text).toContain('  is a part of another deal: npx stagepost deal crm-follow.H1\n');
  });
});
