import { describe, expect, it } from 'vitest';
import { apiNameOf, recordCame, stageEntered } from './mapping.ts';

const fact = { connectionId: 'salesforce-main', recordId: '0065g00000AbCdEAAV', atMs: 1_795_424_400_000 };

describe('facts of Salesforce as signals', () => {
  it('name the row of the history that tells of a stage', () => {
    expect(stageEntered(fact, { historyId: '0085g00000HhAaAAAV', stageId: 'Closed Won' })).toEqual({
      v: 1,
      kind: 'transition',
      id: 't/salesforce-main/0065g00000AbCdEAAV/0085g00000HhAaAAAV/Closed Won',
      connectionId: 'salesforce-main',
      recordId: '0065g00000AbCdEAAV',
      stageId: 'Closed Won',
      enteredAtMs: 1_795_424_400_000,
      granularityMs: 1_000,
    });
  });

  it.each(['created', 'deleted', 'restored'] as const)('tell that a record was %s', (what) => {
    expect(recordCame(fact, what)).toEqual({
      v: 1,
      kind: 'lifecycle',
      id: `l/salesforce-main/0065g00000AbCdEAAV/${what}/1795424400000`,
      connectionId: 'salesforce-main',
      recordId: '0065g00000AbCdEAAV',
      what,
      atMs: 1_795_424_400_000,
    });
  });
});

describe("names of the hub's own fields", () => {
  it.each([
    ['stagepost_key', 'Stagepost_Key__c'],
    ['stagepost_contract_sent_at', 'Stagepost_Contract_Sent_At__c'],
    ['stagepost_2nd_approval', 'Stagepost_2nd_Approval__c'],
    [`stagepost_${'a'.repeat(30)}`, `Stagepost_A${'a'.repeat(29)}__c`],
    [`stagepost_${'a'.repeat(31)}`, undefined],
    ['stagepost', undefined],
    ['stagepost_', undefined],
    ['stagepost__key', undefined],
    ['stagepost_Key', undefined],
    ['Amount', undefined],
    ['my_stagepost_key', undefined],
  ])('%s is %s in an org', (name, apiName) => {
    expect(apiNameOf(name)).toBe(apiName);
  });
});
