import type { CrmPort, FoundTask } from '../../crm/crm-port.ts';
import { HubError } from '../../domain/errors.ts';
import type { Task } from '../../domain/plan.ts';
import { type Held, withLease, without } from '../lease.ts';
import type { CrmParts } from '../parts.ts';

/**
 * Creates the task unless it is there. A lost answer is not repeated before the CRM must show the task by the deal's
 * associations (`settleMs`); then it is looked up by key first. `done` is final.
 *
 * @param existing the task with this key as it was found before the lease was taken
 */
export async function createTaskOnce(
  task: Task,
  existing: FoundTask | undefined,
  crm: CrmPort,
  parts: CrmParts,
): Promise<void> {
  const target = {
    what: `task ${task.taskKey} of deal ${task.dealId}`,
    load: () => parts.store.loadTask(task.dealId, task.planKey, task.taskKey),
    save: (item: Task) => parts.store.saveTask(item),
  };
  const leaseMs = parts.functionTimeoutMs + crm.capabilities.longestCallMs;
  await withLease(parts, target, leaseMs, async (held) => {
    if (held.current().state === 'done') return;
    const found = existing ?? (await lookUpAgain(held.current(), crm, parts));
    if (found !== undefined) {
      await finish(held, found.id, parts);
      return;
    }
    await held.update((item) => ({ ...item, state: 'creating', updatedAtMs: parts.clock.nowMs() }));
    await create(held, crm, parts);
  });
}

/** Only a task that was being created may exist without having been found before the lease. */
async function lookUpAgain(task: Task, crm: CrmPort, parts: CrmParts): Promise<FoundTask | undefined> {
  if (task.state !== 'creating') return undefined;
  const leftMs = (task.unknownUntilMs ?? 0) - parts.clock.nowMs();
  if (leftMs > 0) {
    throw new HubError('task.outcome-unknown', `task ${task.taskKey}: whether it was created is not known yet`, {
      retry: { afterMs: leftMs },
      done: 'unknown',
    });
  }
  const found = await crm.findTasks(task.recordId, [task.effectKey]);
  return found[0];
}

async function create(held: Held<Task>, crm: CrmPort, parts: CrmParts): Promise<void> {
  const task = held.current();
  try {
    const { id } = await crm.createTask(task.recordId, {
      effectKey: task.effectKey,
      title: task.title,
      body: task.body,
      priority: task.priority,
      ownerId: task.ownerId,
      dueAtMs: task.dueAtMs,
    });
    await finish(held, id, parts);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    await remember(held, error, crm, parts);
    throw error;
  }
}

async function remember(held: Held<Task>, error: HubError, crm: CrmPort, parts: CrmParts): Promise<void> {
  const nowMs = parts.clock.nowMs();
  if (error.done === 'unknown') {
    await held.update((item) => ({ ...item, unknownUntilMs: nowMs + crm.capabilities.settleMs, updatedAtMs: nowMs }));
  } else if (error.retry === 'never') {
    const remedy = 'mend the cause in the CRM or in the play, then `npx stagepost retry` the deal';
    const hold = { code: error.code, sentence: error.message, remedy, sinceMs: nowMs };
    await held.update((item) => ({ ...item, state: 'planned', hold, updatedAtMs: nowMs }));
  }
}

async function finish(held: Held<Task>, providerTaskId: string, parts: CrmParts): Promise<void> {
  await held.update((item) => {
    const { hold: _, unknownUntilMs: __, ...rest } = without(item);
    return { ...rest, state: 'done', providerTaskId, updatedAtMs: parts.clock.nowMs() };
  });
}
