import type { Entry } from './deal.ts';
import { entryHas } from './entries.ts';
import { positionOf, type Stage } from './stages.ts';

/**
 * A stay in one stage of ours. Two CRM stages may both mean procurement ("legal review", "contract out"): walking
 * from one to the other makes two entries, but it is no second visit and asks for no second contract.
 */
export interface Visit {
  readonly stage: Stage;
  /** Id of the first entry. */
  readonly id: string;
  readonly enteredAtMs: number;
  readonly entries: readonly Entry[];
}

export function visitsOf(entries: readonly Entry[]): readonly Visit[] {
  const visits: Visit[] = [];
  for (const entry of entries) {
    const last = visits.at(-1);
    if (last !== undefined && last.stage === entry.stage && entry.stage !== 'unknown') {
      visits[visits.length - 1] = { ...last, entries: [...last.entries, entry] };
    } else {
      visits.push({ stage: entry.stage, id: entry.id, enteredAtMs: entry.enteredAtMs, entries: [entry] });
    }
  }
  return visits;
}

export function visitHas(visit: Visit, transitionId: string): boolean {
  return visit.entries.some((entry) => entryHas(entry, transitionId));
}

/** -1 before `than`, 0 in it, 1 after it; undefined for `lost` and `unknown`, which lie beside the cycle. */
export function sideOf(stage: Stage, than: Stage): -1 | 0 | 1 | undefined {
  const a = positionOf(stage);
  const b = positionOf(than);
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}
