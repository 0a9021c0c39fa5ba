import type { CrmPort, FoundTask } from '../../crm/crm-port.ts';
import { HubError } from '../../domain/errors.ts';
import type { Task } from '../../domain/plan.ts';
import { type Held, withLease, without } from '../lease.ts';
import type { CrmParts } from '../parts.ts';

/**
 * Creates the task unless it is there. Whoever finds the intent of a dead process, or a lost answer, does not act before
 * the CRM must show the task by the deal's associations; then it is looked up by key first. `done` is final. A task that
 * the CRM refuses for good comes back with a hold; every other failure is thrown.
 *
 * @param existing the task with this key as it was found before the lease was taken
 */
export async function createTaskOnce(
  task: Task,
  existing: FoundTask | undefined,
  crm: CrmPort,
  parts: CrmParts,
): Promise<Task> {
  const target = {
    what: `task ${task.taskKey} of deal ${task.dealId}`,
    load: () => parts.store.loadTask(task.dealId, task.planKey, task.taskKey),
    save: (item: Task) => parts.store.saveTask(item),
  };
  const leaseMs = parts.functionTimeoutMs + crm.capabilities.longestCallMs;
  return withLease(parts, target, leaseMs, async (held) => {
    if (held.current().state === 'done') return held.current();
    const found = existing ?? (await lookUpAgain(held.current(), crm, parts));
    const id = found?.id ?? (await create(held, crm, parts));
    return id === undefined ? held.current() : finish(held, id, parts);
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

/** The id of the new task; undefined when the CRM refused it for good. */
async function create(held: Held<Task>, crm: CrmPort, parts: CrmParts): Promise<string | undefined> {
  const { longestCallMs, settleMs } = crm.capabilities;
  const nowMs = parts.clock.nowMs();
  // The intent says until when nobody can know what became of it, should this process die now.
  const unknownUntilMs = nowMs + longestCallMs + settleMs;
  await held.update((item) => ({ ...item, state: 'creating', unknownUntilMs, updatedAtMs: nowMs }));
  const { recordId, effectKey, title, body, priority, ownerId, dueAtMs, dueDate } = held.current();
  try {
    const { id } = await crm.createTask(recordId, { effectKey, title, body, priority, ownerId, dueAtMs, dueDate });
    return id;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    // A CRM that lets no key be there twice has seen what the search before did not: then this is the task.
    const there = error.code === 'crm.conflict' ? (await crm.findTasks(recordId, [effectKey]))[0] : undefined;
    if (there !== undefined) return there.id;
    await remember(held, error, crm, parts);
    if (error.retry !== 'never') throw error;
    return undefined;
  }
}

/** A definite refusal settles what the intent left open; a lost answer is waited for. */
async function remember(held: Held<Task>, error: HubError, crm: CrmPort, parts: CrmParts): Promise<void> {
  const nowMs = parts.clock.nowMs();
  await held.update(({ unknownUntilMs: _, ...item }) => ({
    ...item,
    ...(error.done === 'unknown'
      ? { state: 'creating', unknownUntilMs: nowMs + crm.capabilities.settleMs }
      : { state: 'planned' }),
    // The same refusal at the next look is still the same one: whoever has to know was told.
    ...(error.retry === 'never' && item.hold?.code !== error.code ? { hold: refusal(error, nowMs) } : {}),
    updatedAtMs: nowMs,
  }));
}

function refusal(error: HubError, sinceMs: number): NonNullable<Task['hold']> {
  const remedy = 'mend the cause in the CRM or in the play, then `npx stagepost retry` the deal';
  return { code: error.code, sentence: error.message, remedy, sinceMs };
}

async function finish(held: Held<Task>, providerTaskId: string, parts: CrmParts): Promise<Task> {
  return held.update((item) => {
    const { hold: _, unknownUntilMs: __, ...rest } = without(item);
    return { ...rest, state: 'done', providerTaskId, updatedAtMs: parts.clock.nowMs() };
  });
}
