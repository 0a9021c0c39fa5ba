import { expect, it } from 'vitest';
import { inTurn } from './in-turn.ts';

it('begins with the next of the same key when the one before has ended, well or not', async () => {
  const about = {};
  const steps: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const all = await Promise.allSettled([
    inTurn(about, 'a', work('one')),
    inTurn(about, 'a', work('two', true)),
    inTurn(about, 'a', work('three')),
  ]);
  expect(steps).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('keeps nobody of another key, or about something else, waiting', async () => {
  const about = {};
  const never = new Promise<never>(() => {});
  void inTurn(about, 'a', () => never);
  expect(await inTurn(about, 'b', async () => 'b')).toBe('b');
  expect(await inTurn({}, 'a', async () => 'other')).toBe('other');
});
