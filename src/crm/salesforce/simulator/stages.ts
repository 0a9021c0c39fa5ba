import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { NewStage } from './control-types.ts';

/** A row of OpportunityStage. */
export interface Stage {
  readonly id: string;
  /** What `StageName` holds; stays when the label changes. */
  readonly apiName: string;
  /** `MasterLabel`. */
  readonly label: string;
  readonly isActive: boolean;
  readonly isClosed: boolean;
  readonly isWon: boolean;
  readonly sortOrder: number;
  /** Percent. */
  readonly probability: number;
  readonly forecastCategory: string;
  readonly forecastCategoryName: string;
}

export interface Stages {
  /** In the order of the picklist, inactive ones too. */
  list(): Stage[];
  /** By API name, without regard to case. */
  find(apiName: string): Stage | undefined;
  /** By API name or label; throws an Error that names the stages. */
  named(text: string): Stage;
  add(stage: NewStage): Stage;
  rename(apiName: string, label: string): void;
  deactivate(apiName: string): void;
}

/** @param nextId 18 characters, of a stage */
export function createStages(deps: { storage: SandboxStorage; nextId: () => string }): Stages {
  const records = deps.storage.records<Stage>('stage');
  const list = () => records.values();
  const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
  const find = (apiName: string) => list().find((stage) => same(stage.apiName, apiName));
  const named = (text: string): Stage => {
    const found = find(text) ?? list().find((stage) => same(stage.label, text));
    if (found !== undefined) return found;
    const names = list().map(({ apiName, label }) => (apiName === label ? label : `${label} (${apiName})`));
    throw new Error(`There is no stage "${text}". The org has: ${names.join(', ')}.`);
  };

  return {
    list,
    find,
    named,
    add({ apiName, label = apiName, probability = 50, isClosed = false, isWon = false }) {
      if (find(apiName) !== undefined) throw new Error(`There is a stage "${apiName}" already.`);
      const [forecastCategory, forecastCategoryName] = forecastOf(isClosed, isWon, probability);
      const stage: Stage = {
        id: deps.nextId(),
        apiName,
        label,
        isActive: true,
        isClosed,
        isWon,
        sortOrder: list().length + 1,
        probability,
        forecastCategory,
        forecastCategoryName,
      };
      records.set(stage.id, stage);
      return stage;
    },
    rename(apiName, label) {
      const stage = named(apiName);
      records.set(stage.id, { ...stage, label });
    },
    deactivate(apiName) {
      const stage = named(apiName);
      records.set(stage.id, { ...stage, isActive: false });
    },
  };
}

/** Category and its label; they differ (Salesforce object reference, "Opportunity"). */
function forecastOf(isClosed: boolean, isWon: boolean, probability: number): readonly [string, string] {
  if (isClosed) return isWon ? ['Closed', 'Closed'] : ['Omitted', 'Omitted'];
  if (probability >= 90) return ['Forecast', 'Commit'];
  return probability >= 60 ? ['BestCase', 'Best Case'] : ['Pipeline', 'Pipeline'];
}
