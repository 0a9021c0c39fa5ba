import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.ts';
import { showPath } from './path.ts';
import { checkSource, placeholdersOf } from './sources.ts';

describe('didYouMean', () => {
  it.each([
    ['stagse', ['stages', 'name'], 'stages'],
    ['Stages', ['stages'], 'stages'],
    ['recipents', ['recipients', 'reminders'], 'recipients'],
    ['onwer', ['owner'], 'owner'],
    ['x', ['y'], 'y'],
    ['colour', ['name', 'timeZone'], undefined],
    ['owner', [], undefined],
    ['a'.repeat(100), ['a'], undefined],
  ])('takes %s among %j for %s', (given, known, expected) => {
    expect(didYouMean(given, known)).toBe(expected);
  });
});

describe('showPath', () => {
  it.each([
    [[], ''],
    [['contracts', 0, 'recipients', 1, 'email'], 'contracts[0].recipients[1].email'],
    [['pipelines', 0, 'stages', '1100000001'], 'pipelines[0].stages["1100000001"]'],
    [['connections', 'crm-main', 'settings'], 'connections.crm-main.settings'],
  ])('writes %j as %s', (path, expected) => {
    expect(showPath(path)).toBe(expected);
  });
});

describe('sources', () => {
  it.each(['deal.name', 'company.name', 'deal.property.contract_start', 'deal.property.Start_Date__c'])(
    'accept %s',
    (source) => {
      expect(checkSource(source)).toBeUndefined();
    },
  );

  it.each(['deal.property.', 'deal.property.a b', 'constructor', ''])('refuse "%s"', (source) => {
    expect(checkSource(source)?.wrong).toBe(`"${source}" is not a value that a deal has`);
  });

  it('are found in texts', () => {
    expect(placeholdersOf('For {{ company.name }}:\n{{deal.name}} {{}} {x}')).toEqual([
      'company.name',
      'deal.name',
      '',
    ]);
  });
});
