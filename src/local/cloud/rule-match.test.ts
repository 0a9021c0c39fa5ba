import { describe, expect, it } from 'vitest';
import { matchesPattern } from './rule-match.ts';

const event = {
  'detail-type': 'deal.stage.changed',
  source: 'stagepost',
  detail: { wants: ['contract', 'writes'], crm: 'hubspot', meta: { v: 1 } },
};

describe('a rule pattern', () => {
  it.each([
    [{ detail: { wants: ['contract'], crm: ['hubspot'] } }, true],
    [{ detail: { wants: ['plans', 'writes'] } }, true],
    [{ 'detail-type': ['deal.touched', 'deal.stage.changed'] }, true],
    [{ detail: { meta: { v: [1] } } }, true],
    [{}, true],
    [{ detail: { wants: ['plans'], crm: ['hubspot'] } }, false],
    [{ detail: { wants: ['contract'], crm: ['salesforce'] } }, false],
    [{ detail: { wants: [] } }, false],
    [{ detail: { missing: ['x'] } }, false],
    [{ 'detail-type': ['deal.stage'] }, false],
    [{ source: { name: ['stagepost'] } }, false],
  ])('%j matches: %s', (pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });
});
