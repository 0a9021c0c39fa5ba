import type { CrmPort } from '../../crm/crm-port.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import type { Decision, Plan, PlannedTask, Task } from '../../domain/plan.ts';
import { planTasks } from '../../domain/plan-tasks.ts';
import type { HubConfig, Mode, Play } from '../../domain/policies.ts';
import { prepareOwners } from './owners.ts';

/** Everything that a decision about a deal's plans is made from, read fresh. */
export interface PlanView {
  readonly deal: Deal;
  readonly plans: readonly Plan[];
  readonly tasks: readonly Task[];
  readonly standing: readonly Decision[];
  readonly config: HubConfig;
  /** The mode in force now. */
  readonly mode: Mode;
  readonly facts: DealFacts | undefined;
  readonly crm: CrmPort;
  readonly traceId: string;
}

/** What the play's tasks are, as of when the plan was made: the same plan always gives the same tasks. */
export async function tasksOf(
  play: Play,
  startMs: number,
  view: Pick<PlanView, 'facts' | 'config' | 'crm'>,
): Promise<readonly PlannedTask[]> {
  if (view.facts === undefined) return [];
  const resolveOwner = await prepareOwners(play, view.facts, view.crm);
  return planTasks({ play, facts: view.facts, calendar: view.config.calendar, startMs, resolveOwner });
}

/** What would be created for whom, in one clause; used where nothing is created. */
export function listed(tasks: readonly Pick<PlannedTask, 'title' | 'ownerName' | 'dueDate'>[]): string {
  return tasks.map((task) => `${task.title} (${task.ownerName ?? 'nobody'}, ${task.dueDate})`).join(', ');
}
