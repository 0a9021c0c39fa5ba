import type { Contract } from '../domain/contract.ts';
import type { Decision, Plan, Task, WriteBack } from '../domain/plan.ts';
import { contractRow, holdRow, workRow } from './attention-rows.ts';
import { CONTRACT_PREFIX, dealKey, decisionSk, PLAN_PREFIX, standingSk, taskSk, WRITE_PREFIX } from './keys.ts';
import type { Item, Key, Table } from './table.ts';
import { createVersioned, dataOf, loadVersioned, saveVersioned } from './versioned.ts';

/**
 * What the outside world owes to a deal. `create...` gives version 1, `conflict` when it exists; `save...` expects the
 * version that was read and returns the next one, `conflict` when somebody else was faster.
 */
export interface EffectStore {
  loadContract(dealId: string, n: number): Promise<Contract | undefined>;
  createContract(contract: Contract): Promise<Contract | 'conflict'>;
  saveContract(contract: Contract): Promise<Contract | 'conflict'>;
  loadPlan(dealId: string, key: string): Promise<Plan | undefined>;
  createPlan(plan: Plan): Promise<Plan | 'conflict'>;
  savePlan(plan: Plan): Promise<Plan | 'conflict'>;
  loadTask(dealId: string, planKey: string, taskKey: string): Promise<Task | undefined>;
  createTask(task: Task): Promise<Task | 'conflict'>;
  saveTask(task: Task): Promise<Task | 'conflict'>;
  loadWrite(dealId: string, key: string): Promise<WriteBack | undefined>;
  createWrite(write: WriteBack): Promise<WriteBack | 'conflict'>;
  saveWrite(write: WriteBack): Promise<WriteBack | 'conflict'>;
  /**
   * One decision stands per subject: the same code and sentence again is `known`; another one takes its place, and what
   * stood before stays on the timeline.
   */
  putDecision(decision: Decision): Promise<'new' | 'known'>;
}

function standingItem(key: Key, decision: Decision, version: number): Item {
  const listing = holdRow(decision);
  return { ...key, version, data: decision, ...(listing === undefined ? {} : { listing }) };
}

export function createEffectStore(table: Table): EffectStore {
  const contractKey = (dealId: string, n: number): Key => dealKey(dealId, `${CONTRACT_PREFIX}${n}`);
  const planKey = (dealId: string, key: string): Key => dealKey(dealId, PLAN_PREFIX + key);
  const taskKey = (task: Pick<Task, 'dealId' | 'planKey' | 'taskKey'>): Key =>
    dealKey(task.dealId, taskSk(task.planKey, task.taskKey));
  const writeKey = (dealId: string, key: string): Key => dealKey(dealId, WRITE_PREFIX + key);

  async function putDecision(decision: Decision, triesLeft = 5): Promise<'new' | 'known'> {
    const { dealId, subject, reason } = decision;
    const key = dealKey(dealId, standingSk(subject));
    const stored = await table.get<Decision>(key);
    if (stored === undefined) {
      const outcome = await table.create(standingItem(key, decision, 1));
      if (outcome === 'written') return 'new';
    } else {
      const before = dataOf(stored);
      if (before.reason.code === reason.code && before.reason.sentence === reason.sentence) return 'known';
      // What stood until now goes on record first: a crash in between leaves both, and the second try changes nothing.
      const past = dealKey(dealId, decisionSk(subject, stored.version));
      await table.create({ ...past, version: 1, data: before });
      const outcome = await table.replace(standingItem(key, decision, stored.version + 1), stored.version);
      if (outcome === 'written') return 'new';
    }
    // Two workers decided at the same time: the second look sees what the first one wrote.
    return triesLeft > 0 ? putDecision(decision, triesLeft - 1) : 'known';
  }

  return {
    loadContract: (dealId, n) => loadVersioned(table, contractKey(dealId, n)),
    createContract: (contract) =>
      createVersioned(table, contractKey(contract.dealId, contract.n), contract, contractRow(contract)),
    saveContract: (contract) =>
      saveVersioned(table, contractKey(contract.dealId, contract.n), contract, contractRow(contract)),
    loadPlan: (dealId, key) => loadVersioned(table, planKey(dealId, key)),
    createPlan: (plan) => createVersioned(table, planKey(plan.dealId, plan.key), plan),
    savePlan: (plan) => saveVersioned(table, planKey(plan.dealId, plan.key), plan),
    loadTask: (dealId, plan, task) => loadVersioned(table, taskKey({ dealId, planKey: plan, taskKey: task })),
    createTask: (task) => createVersioned(table, taskKey(task), task, workRow(task)),
    saveTask: (task) => saveVersioned(table, taskKey(task), task, workRow(task)),
    loadWrite: (dealId, key) => loadVersioned(table, writeKey(dealId, key)),
    createWrite: (write) => createVersioned(table, writeKey(write.dealId, write.key), write, workRow(write)),
    saveWrite: (write) => saveVersioned(table, writeKey(write.dealId, write.key), write, workRow(write)),
    putDecision: (decision) => putDecision(decision),
  };
}
