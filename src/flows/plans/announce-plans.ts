import type { Plan, Task } from '../../domain/plan.ts';
import { connectionOf } from '../connections.ts';
import type { CoreParts } from '../parts.ts';

/** What the CRM's fields and the deal's owner have to hear about a plan: its state, its progress, what is refused. */
export function announcementOf(plan: Plan, tasks: readonly Task[]): string {
  const mine = tasks.filter((task) => task.planKey === plan.key);
  const done = mine.filter((task) => task.state === 'done').length;
  const refused = mine.flatMap(({ taskKey, hold }) => (hold === undefined ? [] : [`${taskKey}@${hold.sinceMs}`]));
  return [plan.state, `${done}/${plan.taskKeys.length}`, ...refused.sort()].join(' ');
}

/**
 * Says on the bus what changed about the deal's plans since the last time it was said. What was said is kept on the plan
 * *after* saying it: a crash, or a bus that refuses, leaves it unsaid on record, and the next look says it.
 */
export async function announcePlans(dealId: string, traceId: string, parts: CoreParts): Promise<void> {
  const { plans, tasks } = await parts.store.loadDealItems(dealId);
  const unsaid = plans.filter((plan) => plan.announced !== announcementOf(plan, tasks));
  if (unsaid.length === 0) return;
  const config = await parts.config();
  for (const plan of unsaid) {
    await parts.bus.publish([
      {
        type: 'deal.touched',
        detail: {
          meta: { v: 1, id: `${dealId}/${plan.key}/tasks`, traceId, atMs: parts.clock.nowMs() },
          dealId,
          crm: connectionOf(config, plan.connectionId).provider,
          wants: ['writes'],
        },
      },
    ]);
    // Somebody changed it meanwhile: then there is more to say, and the next look says it.
    await parts.store.savePlan({ ...plan, announced: announcementOf(plan, tasks) });
  }
}
