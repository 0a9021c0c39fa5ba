import type { Clock } from '../../../platform/clock.ts';
import type { CrmPort } from '../../crm-port.ts';
import { recordTypeRow, stageRow } from '../payloads.ts';
import type { SalesforceSettings } from '../settings.ts';
import type { SalesforceClient } from './client.ts';

/** The one pipeline of an org whose record types are none. */
export const PIPELINE_ID = 'opportunities';
const PIPELINE_LABEL = 'Opportunities';

/** Somebody who adds a stage does not move deals into it in the same moment. */
const KEPT_MS = 300_000;

interface Stage {
  /** API name: what `StageName` of a record holds, in whatever language people read it. */
  readonly id: string;
  readonly label: string;
  readonly closed: boolean;
}

/** The stages that are in use, in the order in which people see them. One request. */
async function readStages(client: SalesforceClient): Promise<Stage[]> {
  const rows = await client.query(
    stageRow,
    'SELECT ApiName, MasterLabel, IsClosed, IsActive FROM OpportunityStage ORDER BY SortOrder, Id',
  );
  return rows.flatMap(({ ApiName: id, MasterLabel: label, IsClosed: closed, IsActive: active }) =>
    id === undefined || !active ? [] : [{ id, label: label ?? id, closed }],
  );
}

/**
 * One pipeline, or one for every active record type of opportunities. Which stages a record type offers is decided by
 * its sales process, which no query tells: each of them is shown with all stages. One request, two with record types.
 */
export async function readPipelines(
  client: SalesforceClient,
  settings: Pick<SalesforceSettings, 'recordTypes'>,
): ReturnType<CrmPort['readPipelines']> {
  const stages = await readStages(client);
  if (!settings.recordTypes) return [{ id: PIPELINE_ID, label: PIPELINE_LABEL, stages }];
  const types = await client.query(
    recordTypeRow,
    "SELECT Id, Name FROM RecordType WHERE SobjectType = 'Opportunity' AND IsActive = true ORDER BY Name, Id",
  );
  return types.map(({ Id: id, Name: label }) => ({ id, label: label ?? id, stages }));
}

/** Whether the org has a stage in use; what it has is read once in five minutes and again before anything is denied. */
export function createStageCheck(client: SalesforceClient, clock: Clock): (stageId: string) => Promise<boolean> {
  let known: { readonly ids: ReadonlySet<string>; readonly untilMs: number } | undefined;
  return async (stageId) => {
    if (known !== undefined && clock.nowMs() < known.untilMs && known.ids.has(stageId)) return true;
    const stages = await readStages(client);
    known = { ids: new Set(stages.map(({ id }) => id)), untilMs: clock.nowMs() + KEPT_MS };
    return known.ids.has(stageId);
  };
}
