import { describe, expect, it } from 'vitest';
import { costArguments } from './arguments.ts';

describe('the arguments', () => {
  it('are the deals of a month and the stage events beside them', () => {
    const given = ['--deals-per-month', '50', '--stage-events-per-deal', '12'];
    expect(costArguments(given)).toEqual({ dealsPerMonth: 50, stageEventsPerDeal: 12 });
  });

  it('have five stage events when nothing is said', () => {
    expect(costArguments(['--deals-per-month=0'])).toEqual({ dealsPerMonth: 0, stageEventsPerDeal: 5 });
  });

  it.each([
    [[], '--deals-per-month is missing.'],
    [['--deals-per-month', 'many'], '--deals-per-month is "many"; it takes a whole number from 0 to 1000000.'],
    [['--deals-per-month', '1.5'], '--deals-per-month is "1.5"; it takes a whole number from 0 to 1000000.'],
    [['--deals-per-month', '1000001'], '--deals-per-month is "1000001"; it takes a whole number from 0 to 1000000.'],
    [
      ['--deals-per-month', '5', '--stage-events-per-deal', ''],
      '--stage-events-per-deal is ""; it takes a whole number from 0 to 10000.',
    ],
    [['--deals', '5'], "Unknown option '--deals'."],
    [['--deals-per-month', '5', 'more'], "Unexpected argument 'more'."],
  ])('%j are refused in one sentence', (given, sentence) => {
    expect(() => costArguments(given)).toThrow(sentence);
  });
});
