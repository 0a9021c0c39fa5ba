import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';

export interface Stage {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  /** 0 to 1, as the API spells it. */
  readonly probability: string;
  readonly closed: boolean;
  readonly archived: boolean;
  readonly updatedAtMs: number;
}

export interface Pipeline {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly Stage[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface Pipelines {
  list(): Pipeline[];
  find(id: string): Pipeline | undefined;
  /** The stage in this pipeline, archived ones left out. */
  stage(pipelineId: string, stageId: string): Stage | undefined;
  put(pipeline: Pipeline): void;
  renameStage(pipelineId: string, stageId: string, label: string): void;
  addStage(pipelineId: string, stage: { id: string; label: string; closed?: boolean; probability?: string }): void;
  archiveStage(pipelineId: string, stageId: string): void;
}

/** Deal pipelines of the portal. */
export function createPipelines(deps: { storage: SandboxStorage; clock: Clock }): Pipelines {
  const records = deps.storage.records<Pipeline>('pipeline');
  const find = (id: string) => records.get(id);

  function changeStages(pipelineId: string, change: (stages: readonly Stage[]) => readonly Stage[]): void {
    const pipeline = find(pipelineId);
    if (pipeline === undefined) throw new Error(`There is no pipeline ${pipelineId}; the portal has ${ids()}.`);
    records.set(pipelineId, { ...pipeline, stages: change(pipeline.stages), updatedAtMs: deps.clock.nowMs() });
  }
  const ids = () =>
    records
      .values()
      .map((each) => each.id)
      .join(', ');

  function changeStage(pipelineId: string, stageId: string, changes: Partial<Stage>): void {
    changeStages(pipelineId, (stages) => {
      if (!stages.some((stage) => stage.id === stageId)) {
        throw new Error(`Pipeline ${pipelineId} has no stage ${stageId}.`);
      }
      return stages.map((stage) =>
        stage.id === stageId ? { ...stage, ...changes, updatedAtMs: deps.clock.nowMs() } : stage,
      );
    });
  }

  return {
    find,
    list: () => records.values(),
    stage: (pipelineId, stageId) => find(pipelineId)?.stages.find((stage) => stage.id === stageId && !stage.archived),
    put: (pipeline) => records.set(pipeline.id, pipeline),
    renameStage: (pipelineId, stageId, label) => changeStage(pipelineId, stageId, { label }),
    archiveStage: (pipelineId, stageId) => changeStage(pipelineId, stageId, { archived: true }),
    addStage(pipelineId, { id, label, closed = false, probability = '0.5' }) {
      changeStages(pipelineId, (stages) => [
        ...stages,
        {
          id,
          label,
          displayOrder: stages.length,
          probability,
          closed,
          archived: false,
          updatedAtMs: deps.clock.nowMs(),
        },
      ]);
    },
  };
}
