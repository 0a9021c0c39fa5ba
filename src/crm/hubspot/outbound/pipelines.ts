import type { CrmPort } from '../../crm-port.ts';
import type { HubSpotClient } from './client.ts';

/** Pipelines of deals in the order in which people see them, with the labels of now; archived ones are left out. */
export async function readPipelines(client: HubSpotClient): ReturnType<CrmPort['readPipelines']> {
  const { results } = await client.pipelines.getAll('deals');
  return inOrder(results ?? []).map((pipeline) => ({
    id: pipeline.id,
    label: pipeline.label,
    stages: inOrder(pipeline.stages ?? []).map((stage) => ({
      id: stage.id,
      label: stage.label,
      // A text in what HubSpot sends, though it holds a boolean.
      closed: String(stage.metadata?.isClosed) === 'true',
    })),
  }));
}

function inOrder<T extends { readonly archived: boolean; readonly displayOrder: number }>(items: readonly T[]): T[] {
  return items.filter(({ archived }) => archived !== true).sort((a, b) => a.displayOrder - b.displayOrder);
}
