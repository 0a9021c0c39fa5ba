import { HubError } from '../../../domain/errors.ts';
import { recordId18 } from '../ids.ts';
import { apiNameOf } from '../mapping.ts';
import { recordTypeOfRow } from '../payloads.ts';
import type { SalesforceSettings } from '../settings.ts';
import type { SalesforceClient } from './client.ts';
import type { Described, Descriptions } from './descriptions.ts';
import { opportunityId } from './opportunity-id.ts';
import { soqlId } from './soql.ts';

export interface WriteDealParts {
  readonly client: SalesforceClient;
  readonly descriptions: Descriptions;
  readonly isStage: (stageId: string) => Promise<boolean>;
  readonly settings: SalesforceSettings;
}

/**
 * Moves the opportunity; to another record type too where record types are pipelines. Salesforce itself would take any
 * text for a stage. One request, one more for the stages every five minutes, and one for the record type of now.
 * Throws HubError `crm.refused` for a stage that the org does not have in use.
 */
export async function writeStage(
  parts: WriteDealParts,
  recordId: string,
  to: { readonly stageId: string; readonly pipelineId?: string },
): Promise<void> {
  const id = opportunityId(recordId);
  if (!(await parts.isStage(to.stageId))) {
    throw refused(`the Salesforce org has no stage ${to.stageId.slice(0, 80)} in use; correct the configuration`);
  }
  const recordType = await newRecordType(parts, id, to.pipelineId);
  await parts.client.update('Opportunity', id, { StageName: to.stageId, ...recordType });
}

async function newRecordType(
  { client, settings }: WriteDealParts,
  id: string,
  pipelineId: string | undefined,
): Promise<{ RecordTypeId?: string }> {
  if (!settings.recordTypes || pipelineId === undefined) return {};
  const wanted = recordId18(pipelineId);
  if (wanted === undefined) {
    throw refused(`${pipelineId.slice(0, 80)} is no record type of the Salesforce org; correct the configuration`);
  }
  const soql = `SELECT RecordTypeId FROM Opportunity WHERE Id = ${soqlId(id)}`;
  const [record] = await client.query(recordTypeOfRow, soql);
  return record === undefined || record.RecordTypeId === wanted ? {} : { RecordTypeId: wanted };
}

/**
 * Writes fields of the hub; an empty text clears one. One request, one more for the description of the fields every five
 * minutes. Fields are deployed by people, never by a write: throws HubError `crm.refused` when one is not there.
 */
export async function writeFields(
  parts: WriteDealParts,
  recordId: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(fields);
  if (names.length === 0) return;
  const id = opportunityId(recordId);
  let described = await parts.descriptions.of('Opportunity');
  // Somebody may have deployed them a minute ago.
  if (missingIn(described, names).length > 0) described = await parts.descriptions.of('Opportunity', { fresh: true });
  const missing = missingIn(described, names);
  if (missing.length > 0) {
    throw refused(
      `the Salesforce org does not have, or does not show to the integration user, the field ${missing.join(', ')}; run npx stagepost setup, deploy what it writes and assign the permission set`,
    );
  }
  const values = Object.entries(fields).map(([name, value]) => [apiNameOf(name) ?? name, value === '' ? null : value]);
  await parts.client.update('Opportunity', id, Object.fromEntries(values));
}

/** Fields of other people are never written: to the hub they do not exist. */
function missingIn(described: Described, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const apiName = apiNameOf(name);
    if (apiName === undefined) return [name.slice(0, 80)];
    return described.field(apiName) === undefined ? [apiName] : [];
  });
}

function refused(message: string): HubError {
  return new HubError('crm.refused', message, { retry: 'never' });
}
