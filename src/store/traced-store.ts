import type { Contract, ContractStep } from '../domain/contract.ts';
import type { DealItems } from './deal-items.ts';
import type { HubStore } from './hub-store.ts';

/** A wake-up that names no trace. */
const NO_TRACE = '-';

/**
 * The store as it is used while a delivery is recorded: facts and decisions carry the trace, facts only where it is not
 * that of the delivery which brought them. What an envelope's news makes of a contract is told by its fact, which names
 * the contract, so that the steps need no trace beside it.
 */
export function createRecordingStore(store: HubStore, traceId: string): HubStore {
  if (traceId === NO_TRACE) return store;
  return {
    ...store,
    putSignal: (signal) => store.putSignal(signal.deliveryId === traceId ? signal : { ...signal, traceId }),
    putDecision: (decision) => store.putDecision({ ...decision, traceId }),
  };
}

/**
 * The store as one look uses it: what the look decides and does carries its trace. That is a field of what is written
 * anyhow, never a write of its own. What only takes or gives back a lease leaves the trace as it was, and a step of a
 * contract keeps the trace of the look that took it.
 *
 * @param readBefore contracts that the look has read from elsewhere
 */
export function createTracedStore(store: HubStore, traceId: string, readBefore: readonly Contract[] = []): HubStore {
  if (traceId === NO_TRACE) return store;
  /** Steps that were there before this look, or that it has stored already. */
  const known = new WeakSet<ContractStep>();
  const changedAtMs = new Map<string, number>();

  function seen<T extends Contract | undefined>(contract: T): T {
    for (const step of contract?.steps ?? []) known.add(step);
    return contract;
  }

  function traced(contract: Contract): Contract {
    const steps = contract.steps.map((step) => (known.has(step) ? step : { ...step, traceId }));
    return seen({ ...contract, steps });
  }

  function noted<T extends { readonly updatedAtMs: number } | undefined>(key: string, item: T): T {
    if (item !== undefined) changedAtMs.set(key, item.updatedAtMs);
    return item;
  }

  function stamped<T extends { readonly updatedAtMs: number }>(key: string, item: T): T {
    return changedAtMs.get(key) === item.updatedAtMs ? item : { ...noted(key, item), traceId };
  }

  const planKey = (dealId: string, key: string) => `p ${dealId} ${key}`;
  const taskKey = (dealId: string, plan: string, task: string) => `t ${dealId} ${plan} ${task}`;
  const writeKey = (dealId: string, key: string) => `w ${dealId} ${key}`;

  function look(items: DealItems): DealItems {
    for (const contract of items.contracts) seen(contract);
    for (const plan of items.plans) noted(planKey(plan.dealId, plan.key), plan);
    for (const task of items.tasks) noted(taskKey(task.dealId, task.planKey, task.taskKey), task);
    for (const write of items.writes) noted(writeKey(write.dealId, write.key), write);
    return items;
  }

  for (const contract of readBefore) seen(contract);
  return {
    ...createRecordingStore(store, traceId),
    loadDealItems: async (dealId) => look(await store.loadDealItems(dealId)),
    loadContract: async (dealId, n) => seen(await store.loadContract(dealId, n)),
    createContract: (contract) => store.createContract(traced(contract)),
    saveContract: (contract) => store.saveContract(traced(contract)),
    createPlan: (plan) => store.createPlan({ ...plan, traceId }),
    savePlan: (plan) => store.savePlan(stamped(planKey(plan.dealId, plan.key), plan)),
    loadTask: async (dealId, plan, task) =>
      noted(taskKey(dealId, plan, task), await store.loadTask(dealId, plan, task)),
    createTask: (task) => store.createTask({ ...task, traceId }),
    saveTask: (task) => store.saveTask(stamped(taskKey(task.dealId, task.planKey, task.taskKey), task)),
    loadWrite: async (dealId, key) => noted(writeKey(dealId, key), await store.loadWrite(dealId, key)),
    createWrite: (write) => store.createWrite({ ...write, traceId }),
    saveWrite: (write) => store.saveWrite(stamped(writeKey(write.dealId, write.key), write)),
  };
}
