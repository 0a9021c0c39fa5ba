import { expect, test } from 'vitest';
import { decimalOf, holds, selectPolicy } from './conditions.ts';
import { config, facts, policy } from './test-builders.ts';

const deal = facts('s6', { properties: { region: 'EMEA', dealtype: 'new' } });

test.each([
  [{}, true],
  [{ pipelines: ['p1', 'p2'] }, true],
  [{ pipelines: ['p2'] }, false],
  [{ amount: { atLeast: 120000 } }, true],
  [{ amount: { atLeast: 120000.01 } }, false],
  [{ amount: { below: 120000 } }, false],
  [{ amount: { below: 120000.01 } }, true],
  [{ amount: { atLeast: 1, below: 2 } }, false],
  [{ currency: ['USD', 'eur'] }, true],
  [{ currency: ['USD'] }, false],
  [{ properties: { region: ['EMEA', 'APAC'] } }, true],
  [{ properties: { region: ['emea'] } }, false],
  [{ properties: { region: ['EMEA'], dealtype: ['renewal'] } }, false],
  [{ properties: { nothing: ['x'] } }, false],
  [{ properties: { toString: ['x'] } }, false],
])('%j on the deal holds: %s', (condition, expected) => {
  expect(holds(condition, deal)).toBe(expected);
});

test('a deal without amount or currency meets no condition on them', () => {
  const bare = facts('s6', { amount: undefined, currency: undefined });
  expect(holds({ amount: { below: 10 } }, bare)).toBe(false);
  expect(holds({ currency: ['EUR'] }, bare)).toBe(false);
  expect(holds({ amount: {} }, bare)).toBe(true);
});

test.each([
  ['120000.00', 120000],
  [' 5 ', 5],
  ['-3.5', -3.5],
  ['1,000', undefined],
  ['1e9', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %j as the number %s', (text, expected) => {
  expect(decimalOf(text)).toBe(expected);
});

test('takes the first policy that fits', () => {
  const big = policy({ name: 'big', when: { amount: { atLeast: 1_000_000 } } });
  const hub = config({ contracts: [big, policy({ name: 'usual' }), policy({ name: 'never reached' })] });
  expect(selectPolicy(hub, deal)).toMatchObject({ policy: { name: 'usual' } });
});

test('says which policies did not fit, and what the deal is', () => {
  const hub = config({ contracts: [policy({ name: 'us', when: { currency: ['USD'] } })] });
  expect(selectPolicy(hub, deal)).toEqual({
    hold: {
      code: 'policy.none',
      sentence: 'none of the contract policies "us" fits: the deal is in pipeline p1 with amount 120000.00 EUR',
      remedy: 'widen the "when:" of a policy under "contracts:" in the configuration, or correct the deal in the CRM',
      facts: { pipelineId: 'p1' },
    },
  });
  expect(selectPolicy(config({ contracts: [] }), deal)).toMatchObject({
    hold: {
      sentence: 'the configuration has no contract policy: the deal is in pipeline p1 with amount 120000.00 EUR',
    },
  });
});
