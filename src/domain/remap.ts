import type { Deal, RecordedTransition } from './deal.ts';
import { mapStage } from './mapping.ts';
import type { HubConfig } from './policies.ts';
import type { Stage } from './stages.ts';

export interface Remapping {
  /** The same deal when nothing changes. */
  readonly deal: Deal;
  /** For the preview: what would mean something else, by transition. */
  readonly changes: readonly {
    readonly transitionId: string;
    readonly stageId: string;
    readonly from: Stage;
    readonly to: Stage;
  }[];
}

/**
 * Reads the deal's recorded history again under this configuration: the explicit act after a stage was mapped late or
 * wrongly. Mappings are otherwise pinned when a transition is recorded. Nothing is saved and nothing is sent here.
 */
export function remap(deal: Deal, config: HubConfig, nowMs: number): Remapping {
  const changes: Remapping['changes'][number][] = [];
  const lanes = deal.lanes.map((lane) => ({
    ...lane,
    transitions: lane.transitions.map((transition): RecordedTransition => {
      const { stage } = mapStage(config, lane.connectionId, transition.stageId, transition.pipelineId);
      if (stage === transition.stage) return transition;
      changes.push({ transitionId: transition.id, stageId: transition.stageId, from: transition.stage, to: stage });
      return { ...transition, stage, configVersion: config.version };
    }),
  }));
  if (changes.length === 0) return { deal, changes };
  return { deal: { ...deal, lanes, configVersion: config.version, updatedAtMs: nowMs }, changes };
}
