import type { StageTransition } from '../../../domain/signals.ts';
import { stageEntered } from '../mapping.ts';
import { createdRow, fieldHistoryRow, opportunityHistoryRow } from '../payloads.ts';
import type { SalesforceSettings } from '../settings.ts';
import type { SalesforceClient } from './client.ts';
import { noSuchOpportunity, opportunityId } from './opportunity-id.ts';
import { soqlId } from './soql.ts';

export interface HistoryParts {
  readonly client: SalesforceClient;
  readonly connectionId: string;
  readonly settings: SalesforceSettings;
}

/** One row about the stage. */
interface Entry {
  readonly historyId: string;
  readonly stageId: string | undefined;
  readonly atMs: number;
}

/** In place of a row's id for the stage that a record began with, which field tracking does not tell. */
const BEGINNING = 'created';

/**
 * When the opportunity entered which stage, oldest first. One request, a second one only where there are no rows.
 * Throws HubError `crm.not-found`.
 */
export async function readStageHistory(parts: HistoryParts, recordId: string): Promise<StageTransition[]> {
  const id = opportunityId(recordId);
  const entries =
    parts.settings.stageHistory === 'fieldHistory'
      ? await readFieldHistory(parts.client, id)
      : await readOpportunityHistory(parts.client, id);
  return transitionsOf(parts.connectionId, id, entries);
}

/** Salesforce writes a row whenever stage, amount, probability or close date change. */
async function readOpportunityHistory(client: SalesforceClient, id: string): Promise<Entry[]> {
  const rows = await client.query(
    opportunityHistoryRow,
    `SELECT Id, StageName, CreatedDate FROM OpportunityHistory WHERE OpportunityId = ${soqlId(id)} ORDER BY CreatedDate, Id`,
  );
  if (rows.length === 0) await readBeginning(client, id);
  return rows.map((row) => ({ historyId: row.Id, stageId: row.StageName, atMs: row.CreatedDate }));
}

/** Tracked are changes only: the first one tells with which stage the opportunity began. */
async function readFieldHistory(client: SalesforceClient, id: string): Promise<Entry[]> {
  const rows = await client.query(
    fieldHistoryRow,
    `SELECT Id, OldValue, NewValue, CreatedDate, Opportunity.CreatedDate FROM OpportunityFieldHistory WHERE OpportunityId = ${soqlId(id)} AND Field = 'StageName' ORDER BY CreatedDate, Id`,
  );
  const [first] = rows;
  const beginning =
    first === undefined
      ? await readBeginning(client, id)
      : { stageId: first.OldValue, atMs: first.Opportunity?.CreatedDate ?? first.CreatedDate };
  return [
    { historyId: BEGINNING, ...beginning },
    ...rows.map((row) => ({ historyId: row.Id, stageId: row.NewValue, atMs: row.CreatedDate })),
  ];
}

async function readBeginning(
  client: SalesforceClient,
  id: string,
): Promise<{ stageId: string | undefined; atMs: number }> {
  const soql = `SELECT CreatedDate, StageName FROM Opportunity WHERE Id = ${soqlId(id)}`;
  const [record] = await client.query(createdRow, soql);
  if (record === undefined) throw noSuchOpportunity(id);
  return { stageId: record.StageName, atMs: record.CreatedDate };
}

/** The first row of every run of the same stage: the others are about something else. */
function transitionsOf(connectionId: string, recordId: string, entries: readonly Entry[]): StageTransition[] {
  const transitions: StageTransition[] = [];
  for (const { historyId, stageId, atMs } of entries) {
    if (stageId === undefined || stageId === transitions.at(-1)?.stageId) continue;
    transitions.push(stageEntered({ connectionId, recordId, atMs }, { historyId, stageId }));
  }
  return transitions;
}
