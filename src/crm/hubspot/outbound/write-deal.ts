import { isHubError } from '../../../domain/errors.ts';
import { STAGE_PROPERTY } from '../mapping.ts';
import type { HubSpotClient } from './client.ts';
import type { Definitions } from './definitions.ts';

/** Moves the deal; with the pipeline where it changes too. Throws HubError `crm.refused` when the stage is not in the pipeline. */
export async function writeStage(
  client: HubSpotClient,
  recordId: string,
  to: { readonly stageId: string; readonly pipelineId?: string },
): Promise<void> {
  const pipeline = to.pipelineId === undefined ? {} : { pipeline: to.pipelineId };
  await client.objects.update('deals', recordId, { properties: { [STAGE_PROPERTY]: to.stageId, ...pipeline } });
}

/**
 * Writes fields of the hub. HubSpot refuses a whole write that names an unknown property, so a refusal is the moment
 * to define what is missing; then, and only then, the same write is made again.
 */
export async function writeFields(
  parts: { readonly client: HubSpotClient; readonly definitions: Definitions },
  recordId: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(fields);
  if (names.length === 0) return;
  const write = () => parts.client.objects.update('deals', recordId, { properties: { ...fields } });
  try {
    await write();
  } catch (error) {
    if (!isHubError(error, 'crm.refused')) throw error;
    if (!(await parts.definitions.ensure('deals', names))) throw error;
    await write();
  }
}
