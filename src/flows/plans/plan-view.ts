import type { CrmPort } from '../../crm/crm-port.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import type { Plan, PlannedTask, Task } from '../../domain/plan.ts';
import { planTasks } from '../../domain/plan-tasks.ts';
import type { HubConfig, Play } from '../../domain/policies.ts';
import { prepareOwners } from './owners.ts';

/** Everything that a decision about a deal's plans is made from, read fresh. */
export interface PlanView {
  readonly deal: Deal;
  readonly plans: readonly Plan[];
  readonly tasks: readonly Task[];
  readonly config: HubConfig;
  readonly facts: DealFacts | undefined;
  readonly crm: CrmPort;
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
