import type { Contract } from '../domain/contract.ts';
import type { Deal } from '../domain/deal.ts';
import type { Decision, Plan, Task, WriteBack } from '../domain/plan.ts';
import { dealOf } from './deal-store.ts';
import {
  CONTRACT_PREFIX,
  DECISION_PREFIX,
  dealPk,
  PLAN_PREFIX,
  SIGNAL_PREFIX,
  STANDING_PREFIX,
  STATE_SK,
  TASK_PREFIX,
  WRITE_PREFIX,
} from './keys.ts';
import type { StoredSignal } from './stored-signal.ts';
import type { Item, Table } from './table.ts';
import { dataOf, type Versioned, versionedOf } from './versioned.ts';

/** Everything that hangs on a deal: its timeline and its obligations are computed from this. */
export interface DealItems {
  readonly deal?: Deal;
  /** In the order in which they were received. */
  readonly signals: readonly StoredSignal[];
  /** By number. */
  readonly contracts: readonly Contract[];
  readonly plans: readonly Plan[];
  readonly tasks: readonly Task[];
  readonly writes: readonly WriteBack[];
  /** All that were ever taken, oldest first. */
  readonly decisions: readonly Decision[];
  /** Those that stand now, one per subject. */
  readonly standing: readonly Decision[];
}

/** One query, strongly consistent. */
export async function loadDealItems(table: Table, dealId: string): Promise<DealItems> {
  const items = await table.query(dealPk(dealId));
  const under = (prefix: string): Item[] => items.filter(({ sk }) => sk.startsWith(prefix));
  const read = <T extends Versioned>(prefix: string) => under(prefix).map((item) => versionedOf<T>(item));
  const decisionsUnder = (prefix: string) => under(prefix).map((item) => dataOf(item as Item<Decision>));
  const standing = decisionsUnder(STANDING_PREFIX);
  const state = items.find(({ sk }) => sk === STATE_SK);
  return {
    ...(state === undefined ? {} : { deal: dealOf(state) }),
    signals: under(SIGNAL_PREFIX)
      .map((item) => dataOf(item as Item<StoredSignal>))
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs),
    contracts: read<Contract>(CONTRACT_PREFIX).sort((a, b) => a.n - b.n),
    plans: read<Plan>(PLAN_PREFIX),
    tasks: read<Task>(TASK_PREFIX),
    writes: read<WriteBack>(WRITE_PREFIX),
    decisions: [...decisionsUnder(DECISION_PREFIX), ...standing].sort((a, b) => a.atMs - b.atMs),
    standing,
  };
}
