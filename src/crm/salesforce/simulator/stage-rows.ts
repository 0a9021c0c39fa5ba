import type { Org } from './org.ts';
import type { Row } from './tables.ts';

/** The stages as records of OpportunityStage. */
export function stageRows({ stages }: Pick<Org, 'stages'>): Row[] {
  return stages.list().map((stage) => ({
    id: stage.id,
    type: 'OpportunityStage',
    fields: {
      Id: stage.id,
      MasterLabel: stage.label,
      ApiName: stage.apiName,
      IsActive: stage.isActive,
      SortOrder: stage.sortOrder,
      IsClosed: stage.isClosed,
      IsWon: stage.isWon,
      ForecastCategory: stage.forecastCategory,
      ForecastCategoryName: stage.forecastCategoryName,
      DefaultProbability: stage.probability,
      Description: null,
    },
  }));
}
