import { describe, expect, it } from 'vitest';
import { type Figure, figureLine, figureTable } from './figure.ts';

const accepted: Figure = {
  figure: 'webhooks accepted',
  unit: '/s',
  value: 2159.4567,
  floor: 2690.1,
  ratio: 0.80273,
  aim: '> 2000/s',
  meetsAim: true,
};

describe('the figures', () => {
  it('are a table for people', () => {
    const late: Figure = { figure: 'p99', unit: 'ms', value: 41.237, aim: '< 40 ms', meetsAim: false };
    expect(figureTable([accepted, late])).toBe(
      [
        'figure                value    floor  ratio  aim',
        'webhooks accepted   2159 /s  2690 /s   0.80  > 2000/s: yes',
        'p99                41.24 ms                  < 40 ms: NO',
      ].join('\n'),
    );
  });

  it('are one line each for machines, to four digits', () => {
    expect(figureLine(accepted)).toBe(
      '{"figure":"webhooks accepted","unit":"/s","value":2159,"floor":2690,"ratio":0.8027,"aim":"> 2000/s","meetsAim":true}',
    );
  });
});
