import { describe, expect, it } from 'vitest';
import { playAll } from './play-twins.ts';

const SEEDS = 1500;
const MOST_MS = 20 * 60_000;

describe('one deal in two CRMs, whatever the order of events, thousands of times', () => {
  it.each([
    ['one worker after the other', 10_001, false],
    ['workers that meet between any two steps', 20_001, true],
  ] as const)(
    'brings no two contracts, no two sets of tasks, no void by the follower, and nothing without a word: %s',
    async (_how, firstSeed, interleaved) => {
      expect(await playAll({ firstSeed, count: SEEDS, interleaved }, new Map())).toEqual([]);
    },
    MOST_MS,
  );
});
