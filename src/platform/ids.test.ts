import { describe, expect, it } from 'vitest';
import { createIds, systemRandom } from './ids.ts';

describe('createIds', () => {
  it('writes the time in ten digits and the randomness in sixteen', () => {
    // Time part of the specification's own example: 1469918176385 is 01ARYZ6S41.
    const newId = createIds({ nowMs: () => 1469918176385 }, () => 0);
    expect(newId()).toBe('01ARYZ6S410000000000000000');
  });

  it('uses the whole alphabet for the random part', () => {
    const numbers = [0, 0.999, 0.5, 10 / 32, 18 / 32, 20 / 32, 22 / 32, 27 / 32];
    let call = 0;
    const newId = createIds({ nowMs: () => 0 }, () => numbers[call++ % numbers.length] ?? 0);
    expect(newId()).toBe('00000000000ZGAJMPV0ZGAJMPV');
  });

  it('counts up within one millisecond', () => {
    const newId = createIds({ nowMs: () => 5 }, () => 0);
    expect([newId(), newId(), newId()]).toEqual([
      '00000000050000000000000000',
      '00000000050000000000000001',
      '00000000050000000000000002',
    ]);
  });

  it('borrows the next millisecond when the random part is used up', () => {
    const newId = createIds({ nowMs: () => 7 }, () => 31 / 32);
    expect([newId(), newId()]).toEqual(['0000000007ZZZZZZZZZZZZZZZZ', '00000000080000000000000000']);
  });

  it('keeps growing when the clock goes back', () => {
    const times = [1000, 400, 1001];
    let call = 0;
    const newId = createIds({ nowMs: () => times[call++] ?? 0 }, () => 0.25);
    const ids = [newId(), newId(), newId()];
    expect(ids).toEqual(['00000000Z88888888888888888', '00000000Z88888888888888889', '00000000Z98888888888888888']);
    expect([...ids].sort()).toEqual(ids);
  });

  it('does not repeat between two makers that start at the same time', () => {
    const clock = { nowMs: () => 1469918176385 };
    const ids = Array.from({ length: 200 }, () => createIds(clock, systemRandom)());
    expect(new Set(ids).size).toBe(200);
  });
});

describe('systemRandom', () => {
  it('goes on giving numbers from 0 up to 1 that do not come back when what was drawn ahead is used up', () => {
    const numbers = Array.from({ length: 5_000 }, () => systemRandom());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.slice(0, 2_048)).not.toEqual(numbers.slice(2_048, 4_096));
  });
});
