import { describe, expect, it } from 'vitest';
import { measure, measurementTable, summarise } from './measure.ts';

describe('measuring', () => {
  it('gives each operation a number of its own and leaves the warm-up out', async () => {
    const seen: number[] = [];
    let nowMs = 0;
    const measurement = await measure({ name: 'count', operations: 10, run: (n) => seen.push(n) }, () => {
      nowMs += 2;
      return nowMs;
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(measurement).toEqual({ name: 'count', operations: 10, perSecond: 500, medianMs: 2, p99Ms: 2 });
  });

  it('tells the median from the slow ones', () => {
    const times = [...Array.from({ length: 98 }, () => 1), 50, 52];
    expect(summarise('slow', times)).toEqual({ name: 'slow', operations: 100, perSecond: 500, medianMs: 1, p99Ms: 52 });
  });

  it('does not make numbers out of nothing', () => {
    expect(() => summarise('empty', [])).toThrow('nothing was measured of "empty"');
  });

  it('prints a table', () => {
    expect(measurementTable([{ name: 'a', operations: 5, perSecond: 12.34, medianMs: 1, p99Ms: 2.5 }])).toBe(
      'what  operations  per second  median ms  p99 ms\na              5        12.3      1.000   2.500',
    );
  });
});
