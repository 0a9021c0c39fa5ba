import type { RecordLifecycle, StageTransition } from '../../domain/signals.ts';

/** One fact about one record of one connection. */
export interface Fact {
  readonly connectionId: string;
  /** With 18 characters. */
  readonly recordId: string;
  readonly atMs: number;
}

/** Salesforce keeps the time of a row of a history in whole seconds, though it shows milliseconds. */
const GRANULARITY_MS = 1_000;

/**
 * Only rows of a history make transitions: the time of a change event is that of its commit, which is another clock, and
 * an Outbound Message tells what is so now. So the id names the row, and there is no second way to tell the same entry.
 *
 * @param row.historyId with 18 characters; `created` for the stage that the record began with, where no row says so
 */
export function stageEntered(
  fact: Fact,
  row: { readonly historyId: string; readonly stageId: string },
): StageTransition {
  const { connectionId, recordId, atMs } = fact;
  return {
    v: 1,
    kind: 'transition',
    id: `t/${connectionId}/${recordId}/${row.historyId}/${row.stageId}`,
    connectionId,
    recordId,
    stageId: row.stageId,
    enteredAtMs: atMs,
    granularityMs: GRANULARITY_MS,
  };
}

/** Opportunities cannot be merged in Salesforce, so that no record becomes another one. */
export function recordCame(fact: Fact, what: 'created' | 'deleted' | 'restored'): RecordLifecycle {
  const { connectionId, recordId, atMs } = fact;
  return {
    v: 1,
    kind: 'lifecycle',
    id: `l/${connectionId}/${recordId}/${what}/${atMs}`,
    connectionId,
    recordId,
    what,
    atMs,
  };
}

/** Longest name of a custom field without its `__c` (Salesforce Help, "Custom Field Attributes"). */
const MAX_FIELD_NAME_LENGTH = 40;

/**
 * What one of the hub's own fields is called in an org: `stagepost_contract_status` is `Stagepost_Contract_Status__c`.
 * Undefined for a name that is not one of the hub's.
 */
export function apiNameOf(ownName: string): string | undefined {
  if (!/^stagepost(?:_[a-z0-9]+)+$/.test(ownName) || ownName.length > MAX_FIELD_NAME_LENGTH) return undefined;
  const words = ownName.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('_')}__c`;
}
