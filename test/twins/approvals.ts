import { approveContract } from '../../src/actions/approve-contract.ts';
import type { Contract } from '../../src/domain/contract.ts';
import type { HubConfig } from '../../src/domain/policies.ts';
import { createMemoryFiles } from '../../src/files/memory-files.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { HubStore } from '../../src/store/hub-store.ts';
import type { MemoryTable } from '../../src/store/memory-table.ts';

/** A person approves whatever waits for it, over all deals. */
export async function approveAll(parts: {
  readonly table: MemoryTable;
  readonly store: HubStore;
  readonly clock: Clock;
  readonly config: HubConfig;
  readonly newId: () => string;
  /** Has the worker of this queue look at the deal. */
  readonly wake: (queueName: string, dealId: string) => void;
}): Promise<void> {
  const { table, store, clock, config, newId, wake } = parts;
  const waiting = table
    .items()
    .filter(({ sk }) => sk.startsWith('CONTRACT#'))
    .map(({ data }) => data as Contract)
    .filter(({ state }) => state === 'awaiting-approval');
  for (const { dealId, n } of waiting) {
    await approveContract(dealId, n, 'Dmitri', {
      ...{ store, clock, newId, files: createMemoryFiles(), config: async () => config },
      queueNamed: (name) => ({ send: async () => wake(name, dealId), changeVisibility: async () => {} }),
    });
  }
}
