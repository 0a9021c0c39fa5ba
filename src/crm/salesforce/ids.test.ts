import { describe, expect, it } from 'vitest';
import { isOpportunityId, recordId18 } from './ids.ts';

describe('Salesforce ids', () => {
  // 001D000000IRFma and 00D58000000O17x: pairs printed in public Salesforce documentation and samples.
  it.each([
    ['001D000000IRFma', '001D000000IRFmaIAH'],
    ['001D000000IRFmaIAH', '001D000000IRFmaIAH'],
    [' 001D000000IRFma\n', '001D000000IRFmaIAH'],
    ['00000000000000A', '00000000000000AAAQ'],
    ['aaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaAAA'],
    ['AAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAA555'],
  ])('makes 18 characters of %j', (given, wanted) => {
    expect(recordId18(given)).toBe(wanted);
  });

  it('puts a suffix right that somebody has changed', () => {
    expect(recordId18('001D000000IRFmaAAA')).toBe('001D000000IRFmaIAH');
  });

  it.each([[''], ['006'], ['006D000000IRFm!'], ['006D000000IRFmaI'], ["006' OR Name != ''"], ['006D000000IRFmaIAHX']])(
    'takes %j for no id',
    (text) => {
      expect(recordId18(text)).toBeUndefined();
    },
  );

  it('knows opportunities by their prefix', () => {
    expect(isOpportunityId('006D000000IRFmaIAH')).toBe(true);
    expect(isOpportunityId('001D000000IRFmaIAH')).toBe(false);
    expect(isOpportunityId('006')).toBe(false);
  });
});
