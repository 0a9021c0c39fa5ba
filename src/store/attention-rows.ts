import type { Contract } from '../domain/contract.ts';
import { isTerminal } from '../domain/contract-machine.ts';
import type { Decision, Task, WriteBack } from '../domain/plan.ts';
import { activeContractsPk, endedContractsPk, holdsPk, openWorkPk, shardOf, sortableMs } from './keys.ts';
import type { Item } from './table.ts';

type Row = NonNullable<Item['listing']>;

/** An active contract keeps its row while it lives, so that its many saves cost no write of the index. */
export function contractRow(contract: Contract): Row {
  const shard = shardOf(contract.dealId);
  const key = `${contract.dealId}#${contract.n}`;
  return isTerminal(contract)
    ? { pk: endedContractsPk(shard), sk: `${sortableMs(contract.updatedAtMs)}#${key}` }
    : { pk: activeContractsPk(shard), sk: key };
}

/** Undefined when nothing waits. Two decisions of a deal may share a row: it is the deal that is looked at. */
export function holdRow({ dealId, remedy, atMs }: Decision): Row | undefined {
  return remedy === undefined ? undefined : { pk: holdsPk(shardOf(dealId)), sk: `${sortableMs(atMs)}#${dealId}` };
}

/** Work that is not done yet. What is held says so in a decision, and what is only observed is never done. */
export function isOpenWork({ mode, state }: Task | WriteBack): boolean {
  return mode !== 'observe' && state !== 'done' && state !== 'held';
}

/** Undefined when it is not open. */
export function workRow(work: Task | WriteBack): Row | undefined {
  const { dealId, createdAtMs } = work;
  return isOpenWork(work) ? { pk: openWorkPk(shardOf(dealId)), sk: `${sortableMs(createdAtMs)}#${dealId}` } : undefined;
}
