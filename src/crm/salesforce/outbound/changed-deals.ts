import { HubError } from '../../../domain/errors.ts';
import { recordId18 } from '../ids.ts';
import { changedRow } from '../payloads.ts';
import type { SalesforceClient } from './client.ts';
import { soqlId, soqlTime } from './soql.ts';

export interface ChangedWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly cursor?: string;
}

export interface ChangedPage {
  readonly recordIds: readonly string[];
  readonly cursor?: string;
}

const PAGE = 200;
/** SystemModstamp is kept in whole seconds. */
const SECOND_MS = 1_000;

/**
 * Ids of opportunities modified or deleted in `[fromMs, untilMs)`, recycle bin included. Every page asks for what comes
 * after the last one in the order of (time, id), so that no window, however full, needs a query that stays open. One
 * request for each page of 200.
 */
export async function listChangedDeals(client: SalesforceClient, window: ChangedWindow): Promise<ChangedPage> {
  const fromMs = Math.floor(window.fromMs / SECOND_MS) * SECOND_MS;
  const conditions = [
    `SystemModstamp >= ${soqlTime(fromMs)}`,
    `SystemModstamp < ${soqlTime(window.untilMs)}`,
    ...(window.cursor === undefined ? [] : [after(window.cursor)]),
  ];
  const rows = await client.queryAll(
    changedRow,
    `SELECT Id, SystemModstamp FROM Opportunity WHERE ${conditions.join(' AND ')} ORDER BY SystemModstamp, Id LIMIT ${PAGE}`,
  );
  const recordIds = rows.map(({ Id }) => Id);
  const last = rows.at(-1);
  if (last === undefined || rows.length < PAGE) return { recordIds };
  const cursor = `${last.SystemModstamp}/${last.Id}`;
  // Asking on would go round for ever and spend the org's calls.
  if (cursor === window.cursor) throw badCursor('Salesforce gave the same page of changes twice; narrow the window');
  return { recordIds, cursor };
}

function after(cursor: string): string {
  const [, at, id] = /^(\d{1,15})\/([A-Za-z0-9]{18})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined || recordId18(id) !== id) {
    throw badCursor('the page cursor is not one of Salesforce; start again without it');
  }
  const time = soqlTime(Number(at));
  return `(SystemModstamp > ${time} OR (SystemModstamp = ${time} AND Id > ${soqlId(id)}))`;
}

function badCursor(message: string): HubError {
  return new HubError('crm.refused', message, { retry: 'never' });
}
