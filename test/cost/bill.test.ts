import { describe, expect, it } from 'vitest';
import { type Cost, judge, monthOf, targetsOf } from './bill.ts';

const cost = (what: string, least: Cost['least'], most: Cost['most'] = least): Cost => ({ what, least, most });

describe('a month', () => {
  const parts = {
    deal: cost('whole deal', { tableWriteUnit: 300 }, { tableWriteUnit: 300, secretCall: 30 }),
    rest: cost('rest', { tableReadUnit: 40 }),
    stageEvent: cost('stage event', { tableWriteUnit: 5 }),
    idle: cost('idle', { alarmMonth: 34 }),
  };

  it('is the idle month, the deals with their rest, and their stage events', () => {
    expect(monthOf({ dealsPerMonth: 10, stageEventsPerDeal: 4 }, parts)).toEqual({
      what: 'every deal a whole deal',
      least: { alarmMonth: 34, tableWriteUnit: 3200, tableReadUnit: 400 },
      most: { alarmMonth: 34, tableWriteUnit: 3200, tableReadUnit: 400, secretCall: 300 },
    });
  });

  it('without deals is the idle month', () => {
    expect(monthOf({ dealsPerMonth: 0, stageEventsPerDeal: 4 }, parts).least).toEqual({ alarmMonth: 34 });
  });
});

describe('a target', () => {
  it('is met below its price, per as many as are meant, in both readings', () => {
    const event = cost('stage event', { httpRequest: 1, tableWriteUnit: 5 }, { httpRequest: 1, secretCall: 2 });
    expect(judge(event, 8, 1_000_000)).toEqual({
      what: 'stage event',
      belowDollars: 8,
      per: 1_000_000,
      dollars: expect.closeTo(4.125, 9),
      met: true,
      atMostDollars: expect.closeTo(11, 9),
      metAtMost: false,
    });
  });

  it('is missed at the very price, and logs do not count', () => {
    expect(judge(cost('idle', { alarmMonth: 100, logGb: 5 }), 10, 1)).toMatchObject({ dollars: 10, met: false });
  });

  it('is set for stage events, the idle month and whole deals', () => {
    const targets = targetsOf([cost('event', {})], cost('idle', {}), [cost('deal', {})]);
    expect(targets.map(({ what, belowDollars, per }) => [what, belowDollars, per])).toEqual([
      ['event', 8, 1_000_000],
      ['idle', 10, 1],
      ['deal', 0.0005, 1],
    ]);
  });
});
