import { describe, expect, it } from 'vitest';
import { median, pairRatios, quantile } from './statistics.ts';

describe('the statistics of the bench', () => {
  it('take quantiles by nearest rank, whatever the order', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([quantile(hundred, 0), quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([
      1, 50, 99, 100,
    ]);
  });

  it('take the median between the two in the middle', () => {
    expect([median([3]), median([9, 1, 5]), median([1, 2, 4, 50])]).toEqual([3, 5, 3]);
  });

  it('do not make numbers out of nothing', () => {
    expect(() => median([])).toThrow('there is nothing to take a quantile of');
  });

  it('compare every round with its own floor', () => {
    expect(pairRatios([50, 10], [100, 40])).toEqual([0.5, 0.25]);
    expect(() => pairRatios([1, 2], [1])).toThrow('every round needs its floor');
  });
});
