import { createHash } from 'node:crypto';
import type { FoundTask } from '../../crm/crm-port.ts';
import { HubError } from '../../domain/errors.ts';
import type { Plan, PlannedTask, Task } from '../../domain/plan.ts';
import { connectionOf } from '../connections.ts';
import { decide } from '../decisions.ts';
import type { CrmParts } from '../parts.ts';
import { createTaskOnce } from './create-task.ts';
import { type PlanView, tasksOf } from './plan-view.ts';

/**
 * Key under which the task is found again in the CRM: the whole identity, shortened so that every CRM can hold it.
 * Deal, plan and task decide it, nothing else.
 */
export function effectKeyOf(dealId: string, planKey: string, taskKey: string): string {
  const digest = createHash('sha256').update(`${dealId}\n${planKey}\n${taskKey}`).digest('hex').slice(0, 24);
  return `sp-${digest}`;
}

/** Sees to it that every task of the plan exists once, with owner and due date. */
export async function ensureTasks(planKey: string, view: PlanView, traceId: string, parts: CrmParts): Promise<void> {
  const plan = view.plans.find((each) => each.key === planKey);
  if (plan === undefined) return;
  const tasks = await ensureTaskItems(plan, view, parts);
  const open = tasks.filter((task) => task.state !== 'done');
  if (open.length === 0) return;

  const found = await view.crm.findTasks(
    view.deal.leading.recordId,
    open.map((task) => task.effectKey),
  );
  const failures: HubError[] = [];
  for (const task of open) {
    const existing = found.filter((each) => each.effectKey === task.effectKey).sort(oldestFirst)[0];
    try {
      await createTaskOnce(task, existing, view.crm, parts);
    } catch (error) {
      // One refused task does not keep the others from their owners.
      if (!(error instanceof HubError)) throw error;
      failures.push(error);
    }
  }
  await announce(plan, traceId, view, parts);
  const first = failures.find((failure) => failure.retry !== 'never');
  if (first !== undefined) throw first;
}

function oldestFirst(a: FoundTask, b: FoundTask): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
}

/** One item per task, each written once: what it says is frozen then. */
async function ensureTaskItems(plan: Plan, view: PlanView, parts: CrmParts): Promise<readonly Task[]> {
  const known = new Map(view.tasks.filter((task) => task.planKey === plan.key).map((task) => [task.taskKey, task]));
  if (plan.taskKeys.every((key) => known.has(key))) return [...known.values()];

  const planned = new Map((await plannedTasks(plan, view)).map((task) => [task.taskKey, task]));
  for (const taskKey of plan.taskKeys) {
    const task = planned.get(taskKey);
    if (known.has(taskKey) || task === undefined) continue;
    const created = await parts.store.createTask(await taskItem(plan, task, view, parts));
    const stored = created === 'conflict' ? await parts.store.loadTask(plan.dealId, plan.key, taskKey) : created;
    if (stored !== undefined) known.set(taskKey, stored);
  }
  const missing = plan.taskKeys.filter((key) => !known.has(key));
  if (missing.length > 0) {
    const sentence = `the template of play "${plan.play}" no longer makes ${missing.join(', ')}`;
    const remedy = 'put the tasks back into the configuration, or create them by hand';
    await decide(plan.dealId, `plan/${plan.key}`, { code: 'plan.template-changed', sentence }, parts, remedy);
  }
  return [...known.values()];
}

async function plannedTasks(plan: Plan, view: PlanView): Promise<readonly PlannedTask[]> {
  const play = view.config.plays.find((each) => each.name === plan.play);
  return play === undefined ? [] : tasksOf(play, plan.createdAtMs, view);
}

async function taskItem(plan: Plan, planned: PlannedTask, view: PlanView, parts: CrmParts): Promise<Task> {
  const nowMs = parts.clock.nowMs();
  return {
    ...(plan.mode === 'rehearse' ? await rehearsed(planned, view) : planned),
    v: 1,
    dealId: plan.dealId,
    planKey: plan.key,
    version: 0,
    connectionId: plan.connectionId,
    recordId: view.deal.leading.recordId,
    mode: plan.mode,
    state: 'planned',
    effectKey: effectKeyOf(plan.dealId, plan.key, planned.taskKey),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** In a rehearsal everything lands with one person. */
async function rehearsed(planned: PlannedTask, view: PlanView): Promise<PlannedTask> {
  const address = connectionOf(view.config, view.deal.leading.connectionId).rehearseTo;
  const owner = address === undefined ? undefined : await view.crm.findOwnerByEmail(address);
  const { ownerId: _, ownerName: __, ...rest } = planned;
  return {
    ...rest,
    ...(owner === undefined ? {} : { ownerId: owner.id, ownerName: owner.name }),
    ownerWhy: `rehearsal: every task goes to ${address ?? 'nobody'} (live: ${planned.ownerName ?? 'nobody'})`,
  };
}

/** All tasks done: the CRM's fields say so. */
async function announce(plan: Plan, traceId: string, view: PlanView, parts: CrmParts): Promise<void> {
  const crm = connectionOf(view.config, plan.connectionId).provider;
  await parts.bus.publish([
    {
      type: 'deal.touched',
      detail: {
        meta: { v: 1, id: `${plan.dealId}/${plan.key}/tasks`, traceId, atMs: parts.clock.nowMs() },
        dealId: plan.dealId,
        crm,
        wants: ['writes'],
      },
    },
  ]);
}
