import { describe, expect, it } from 'vitest';
import { amountText, attackText, money, monthText, table, targetText } from './report.ts';

const month = {
  what: 'every deal a whole deal',
  least: { alarmMonth: 34, tableWriteUnit: 160_000, logGb: 0.02 },
  most: { alarmMonth: 34, tableWriteUnit: 160_000, secretCall: 20_000 },
};

describe('the report', () => {
  it('shows a bill with its lines, its sum and the logs apart', () => {
    expect(monthText(month)).toEqual([
      '                                      usage            unit price  dollars',
      'CloudWatch alarms, metrics in them       34            $0.1 per 1    $3.40',
      'DynamoDB write units                160,000  $0.625 per 1,000,000    $0.10',
      'total without logs                                                   $3.50',
      'CloudWatch Logs, GB taken in           0.02            $0.5 per 1    $0.01',
      'What every account has free every month is not subtracted; of this it would cover $1.00.',
      'At most, every invocation cold and providers slow: $3.60 without logs.',
    ]);
  });

  it('says what to attack first, with its share', () => {
    const [first, second] = attackText(month);
    expect(first).toMatch(/^CloudWatch alarms, metrics in them: 97 %; fewer queues/);
    expect(second).toMatch(/^DynamoDB write units: 3 %; fewer or smaller items/);
  });

  it('says of a target whether it is met, in both readings', () => {
    const target = { what: 'event', belowDollars: 8, per: 1_000_000, dollars: 6.7, atMostDollars: 12 };
    expect(targetText({ ...target, met: true, metAtMost: false })).toBe(
      '1,000,000 x event: $6.70, below $8.00: met (at most $12.00: missed)',
    );
  });

  it('writes money and amounts with the digits that say something', () => {
    expect([0, 0.00047344, 8.067].map(money)).toEqual(['$0', '$0.0004734', '$8.07']);
    expect([34, 1234.6, 0.016421].map(amountText)).toEqual(['34', '1,235', '0.0164']);
  });

  it('aligns columns', () => {
    expect(
      table([
        ['a', '1'],
        ['bb', '22'],
      ]),
    ).toEqual(['a    1', 'bb  22']);
  });
});
