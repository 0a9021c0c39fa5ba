import { describe, expect, it } from 'vitest';
import { addUsage, billLines, dollarsOf, freeDollarsOf, logLine, priceOf, timesUsage, usageBeyond } from './usage.ts';

describe('a price', () => {
  it.each([
    ['httpRequest', 1_000_000, 1],
    ['sqsRequest', 3, 0.0000012],
    ['tableWriteUnit', 5, 0.000003125],
    ['tableReadUnit', 2, 0.00000025],
    ['lambdaGbSecond', 1_000_000, 13.3334],
    ['secretCall', 10_000, 0.05],
    ['filePut', 2, 0.00001],
    ['alarmMonth', 34, 3.4],
  ] as const)('of %s x %d is $%d', (name, amount, dollars) => {
    expect(priceOf(name, amount)).toBeCloseTo(dollars, 12);
  });
});

describe('usage', () => {
  it('is added, multiplied and compared thing by thing', () => {
    expect(addUsage({ busEntry: 1, filePut: 2 }, { busEntry: 3 })).toEqual({ busEntry: 4, filePut: 2 });
    expect(timesUsage({ busEntry: 3 }, 50)).toEqual({ busEntry: 150 });
    expect(usageBeyond({ busEntry: 5, filePut: 1 }, { busEntry: 2, filePut: 3 })).toEqual({ busEntry: 3 });
  });

  it('is billed line by line, dearest first, and without the logs', () => {
    const usage = { busEntry: 1_000_000, secretMonth: 3, tableWriteUnit: 800_000, logGb: 2 };
    expect(billLines(usage)).toEqual([
      { name: 'secretMonth', what: 'Secrets kept', amount: 3, unitPrice: '$0.4 per 1', dollars: 1.2000000000000002 },
      {
        name: 'busEntry',
        what: 'EventBridge entries',
        amount: 1_000_000,
        unitPrice: '$1 per 1,000,000',
        dollars: 1,
      },
      {
        name: 'tableWriteUnit',
        what: 'DynamoDB write units',
        amount: 800_000,
        unitPrice: '$0.625 per 1,000,000',
        dollars: 0.5,
      },
    ]);
    expect(dollarsOf(usage)).toBeCloseTo(2.7, 12);
    expect(logLine(usage).dollars).toBe(1);
  });

  it('is free up to what every account has, and no further', () => {
    expect(freeDollarsOf({ alarmMonth: 34, sqsEmptyPoll: 500_000, tableWriteUnit: 1_000_000 })).toBeCloseTo(1.2, 12);
  });
});
