import type { StageTransition } from '../../../domain/signals.ts';
import { STAGE_PROPERTY, stageEntered } from '../mapping.ts';
import type { HubSpotClient } from './client.ts';

/**
 * When the deal entered which stage, oldest first, with the ids that the webhooks' transitions have.
 * Nothing is assumed of the order in which HubSpot lists the changes. Throws HubError `crm.not-found`.
 */
export async function readStageHistory(
  client: HubSpotClient,
  connectionId: string,
  recordId: string,
): Promise<StageTransition[]> {
  const deal = await client.objects.getById('deals', recordId, undefined, [STAGE_PROPERTY]);
  const transitions = new Map<string, StageTransition>();
  for (const change of deal.propertiesWithHistory?.[STAGE_PROPERTY] ?? []) {
    const atMs = change.timestamp?.getTime() ?? Number.NaN;
    if (!Number.isFinite(atMs) || typeof change.value !== 'string' || change.value === '') continue;
    const transition = stageEntered({ connectionId, recordId: deal.id, atMs }, change.value);
    transitions.set(transition.id, transition);
  }
  return [...transitions.values()].sort((a, b) => a.enteredAtMs - b.enteredAtMs || (a.id < b.id ? -1 : 1));
}
