import type { FoundTask } from '../../crm/crm-port.ts';
import { HubError } from '../../domain/errors.ts';
import type { Plan, PlannedTask, Task } from '../../domain/plan.ts';
import { counted } from '../../domain/wording.ts';
import { connectionOf } from '../connections.ts';
import { decide } from '../decisions.ts';
import type { CrmParts } from '../parts.ts';
import { createTaskOnce } from './create-task.ts';
import { effectKeyOf } from './effect-key.ts';
import { type PlanView, tasksOf } from './plan-view.ts';

/** Sees to it that every task of the plan exists once, with owner and due date. */
export async function ensureTasks(plan: Plan, view: PlanView, parts: CrmParts): Promise<void> {
  const tasks = await ensureTaskItems(plan, view, parts);
  const open = tasks.filter((task) => task.state !== 'done');
  const found =
    open.length === 0
      ? []
      : await view.crm.findTasks(
          view.deal.leading.recordId,
          open.map((task) => task.effectKey),
        );
  const failures: HubError[] = [];
  const refused: Task[] = [];
  for (const task of open) {
    const existing = found.filter((each) => each.effectKey === task.effectKey).sort(oldestFirst)[0];
    try {
      const after = await createTaskOnce(task, existing, view.crm, parts);
      if (after.hold !== undefined) refused.push(after);
    } catch (error) {
      // One failed task does not keep the others from their owners.
      if (!(error instanceof HubError)) throw error;
      failures.push(error);
      if (task.hold !== undefined) refused.push(task);
    }
  }
  await tellRefused(plan, refused, view, parts);
  const first = failures.find((failure) => failure.retry !== 'never') ?? failures[0];
  if (first !== undefined) throw first;
}

function oldestFirst(a: FoundTask, b: FoundTask): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
}

/** What the CRM refuses for good waits for a person: one decision per plan, replaced once all of it is there. */
async function tellRefused(plan: Plan, refused: readonly Task[], view: PlanView, parts: CrmParts): Promise<void> {
  const subject = `plan/${plan.key}/refused`;
  const hold = refused[0]?.hold;
  if (hold !== undefined) {
    const titles = refused.map((task) => `"${task.title}"`).join(', ');
    const sentences = [...new Set(refused.flatMap((task) => task.hold?.sentence ?? []))].join('; ');
    const sentence = `${counted(refused.length, 'task')} of plan "${plan.play}" could not be created (${titles}): ${sentences}`;
    await decide(plan.dealId, subject, { code: hold.code, sentence }, parts, hold.remedy);
    return;
  }
  const isTold = view.standing.some((decision) => decision.subject === subject && decision.remedy !== undefined);
  if (!isTold) return;
  const sentence = `the tasks of plan "${plan.play}" that were refused are created`;
  await decide(plan.dealId, subject, { code: 'plan.refusal-mended', sentence }, parts);
}

/** What is still missing of the plan; nothing is stored for it. */
export async function openTasks(plan: Plan, view: PlanView): Promise<readonly PlannedTask[]> {
  const known = knownTasks(plan, view);
  const missing = plan.taskKeys.filter((key) => !known.has(key));
  const planned = missing.length === 0 ? [] : await plannedTasks(plan, view);
  return [
    ...[...known.values()].filter((task) => task.state !== 'done'),
    ...planned.filter((task) => missing.includes(task.taskKey)),
  ];
}

function knownTasks(plan: Plan, view: PlanView): Map<string, Task> {
  return new Map(view.tasks.filter((task) => task.planKey === plan.key).map((task) => [task.taskKey, task]));
}

/** One item per task, each written once: what it says is frozen then. */
async function ensureTaskItems(plan: Plan, view: PlanView, parts: CrmParts): Promise<readonly Task[]> {
  const known = knownTasks(plan, view);
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
