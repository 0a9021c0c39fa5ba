import { describe, expect, it } from 'vitest';
import { playTwins } from './play-twins.ts';

/** Many more of them are played by the slow tests. */
const SEEDS = Array.from({ length: 120 }, (_, at) => at + 1);

describe('one deal in two CRMs, whatever the order of events', () => {
  it.each([
    ['one worker after the other', false],
    ['workers that meet between any two steps', true],
  ])('never brings two contracts, two sets of tasks, or a void by the follower: %s', async (_how, interleaved) => {
    for (const seed of SEEDS) {
      const { wrong, story } = await playTwins(seed, interleaved);
      expect(wrong, `seed ${seed}: ${story.join('; ')}`).toEqual([]);
    }
  });
});
