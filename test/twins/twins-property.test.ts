import { describe, expect, it } from 'vitest';
import { playAll } from './play-twins.ts';

/** Many more are played by the slow tests. */
const SEEDS = 60;

/** What has to come up often enough, over all of these seeds, for the test to be worth something. */
const DANGERS: Readonly<Record<string, number>> = {
  'late link': 10,
  race: 10,
  merge: 15,
  'approved late': 5,
  'linked anew': 3,
  'the other one leads': 8,
  absorbed: 60,
  'absorbed with something': 20,
  'claim lost': 10,
  'two that left before anybody could know': 5,
  'no contract, with a word': 5,
  'went straight': 20,
  'a void': 15,
  'twin.waits-for-link': 30,
  'twin.link-unrecorded': 5,
  'twin.two-contracts': 6,
  'twin.contract-elsewhere': 8,
  'twin.links-disagree': 5,
  'twin.leading-gone': 5,
  'call failed': 20,
  'process died': 5,
};

describe('one deal in two CRMs, whatever the order of events', () => {
  const seen = new Map<string, number>();
  it.each([
    ['one worker after the other', 1, false],
    ['workers that meet between any two steps', 1001, true],
  ] as const)(
    'brings no two contracts, no two sets of tasks, no void by the follower, and nothing without a word: %s',
    async (_how, firstSeed, interleaved) => {
      expect(await playAll({ firstSeed, count: SEEDS, interleaved }, seen)).toEqual([]);
    },
    120_000,
  );

  it('is dangerous enough to say something', () => {
    const rare = Object.entries(DANGERS).filter(([danger, times]) => (seen.get(danger) ?? 0) < times);
    expect(rare.map(([danger, times]) => `${danger}: ${seen.get(danger) ?? 0}, not ${times}`)).toEqual([]);
  });
});
