import type { Reason } from './contract.ts';
import type { HubConfig, PipelineMapping } from './policies.ts';
import type { Stage } from './stages.ts';

export interface MappedStage {
  readonly stage: Stage;
  /** The pipeline that decided, when it is known or follows from the stage id. */
  readonly pipelineId?: string;
  /** Given with `unknown`: what to add to the configuration. */
  readonly why?: Reason;
}

/**
 * What a CRM's stable stage id means in this company. Without a pipeline (webhooks of some CRMs leave it out) the
 * connection's pipelines that have the id must agree. Never throws: what is not mapped is `unknown`, with a reason.
 */
export function mapStage(config: HubConfig, connectionId: string, stageId: string, pipelineId?: string): MappedStage {
  const pipelines = config.pipelines.filter((each) => each.connectionId === connectionId);
  if (pipelineId !== undefined) {
    const stage = stageIn(
      pipelines.find((each) => each.pipelineId === pipelineId),
      stageId,
    );
    return stage === undefined
      ? { stage: 'unknown', pipelineId, why: unmapped(connectionId, stageId, pipelineId) }
      : { stage, pipelineId };
  }
  const candidates = pipelines.flatMap((each) => {
    const stage = stageIn(each, stageId);
    return stage === undefined ? [] : [{ stage, pipelineId: each.pipelineId }];
  });
  const [first, ...others] = candidates;
  if (first === undefined) return { stage: 'unknown', why: unmapped(connectionId, stageId, undefined) };
  if (others.length === 0) return first;
  if (others.every((each) => each.stage === first.stage)) return { stage: first.stage };
  return { stage: 'unknown', why: ambiguous(connectionId, stageId, candidates) };
}

function stageIn(pipeline: PipelineMapping | undefined, stageId: string): Stage | undefined {
  return pipeline !== undefined && Object.hasOwn(pipeline.stages, stageId) ? pipeline.stages[stageId] : undefined;
}

function unmapped(connectionId: string, stageId: string, pipelineId: string | undefined): Reason {
  const where =
    pipelineId === undefined
      ? `its pipeline (connection ${connectionId})`
      : `pipeline ${pipelineId} (connection ${connectionId})`;
  return {
    code: 'stage.unmapped',
    sentence: `CRM stage ${stageId} is not mapped; add "${stageId}: <stage>" to "stages:" of ${where} under "pipelines:" in the configuration`,
    facts: { connectionId, stageId, ...(pipelineId === undefined ? {} : { pipelineId }) },
  };
}

function ambiguous(
  connectionId: string,
  stageId: string,
  candidates: readonly { readonly stage: Stage; readonly pipelineId: string }[],
): Reason {
  const meanings = candidates.map((each) => `${each.stage} in pipeline ${each.pipelineId}`).join(', ');
  return {
    code: 'stage.ambiguous',
    sentence: `CRM stage ${stageId} of connection ${connectionId} means ${meanings}, and the event did not name the pipeline; map "${stageId}: <stage>" alike under "pipelines:" in the configuration, or wait for the read of the deal, which names it`,
    facts: { connectionId, stageId },
  };
}
