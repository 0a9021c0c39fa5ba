import type { Deal, Entry, RecordedTransition } from './deal.ts';
import { leadingTransitions } from './lanes.ts';
import { presenceOf } from './lifecycle.ts';
import type { Stage } from './stages.ts';
import { betterTransition, compareTransitions } from './transitions.ts';

/** A transition with the ids of those that tell the same fact less exactly. */
interface Fact {
  readonly transition: RecordedTransition;
  readonly ids: readonly string[];
}

function dedupe(transitions: readonly RecordedTransition[]): readonly RecordedTransition[] {
  const byId = new Map<string, RecordedTransition>();
  for (const each of transitions) {
    const known = byId.get(each.id);
    byId.set(each.id, known === undefined ? each : betterTransition(known, each));
  }
  return [...byId.values()].sort(compareTransitions);
}

/**
 * A clock of whole seconds cannot be ordered against milliseconds within its second: a coarse transition that an exact
 * one of the same stage explains gives it its id and goes, instead of standing before its neighbours.
 */
function absorbCoarse(sorted: readonly RecordedTransition[]): readonly Fact[] {
  const exact = sorted.filter((each) => each.granularityMs <= 1);
  const explains = new Map<string, string[]>();
  const kept = sorted.filter((coarse) => {
    if (coarse.granularityMs <= 1) return true;
    const finer = exact.find(
      (each) =>
        each.stageId === coarse.stageId &&
        each.stage === coarse.stage &&
        samePipeline(each.pipelineId, coarse.pipelineId) &&
        each.enteredAtMs >= coarse.enteredAtMs &&
        each.enteredAtMs < coarse.enteredAtMs + coarse.granularityMs,
    );
    if (finer === undefined) return true;
    explains.set(finer.id, [...(explains.get(finer.id) ?? []), coarse.id]);
    return false;
  });
  return kept.map((transition) => ({ transition, ids: [transition.id, ...(explains.get(transition.id) ?? [])] }));
}

function samePipeline(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/**
 * The ordered history that a set of transitions tells: the same for every order and any duplication of them.
 * Equal neighbours (stage, stage id, pipeline where both know it) are one entry.
 */
export function entriesOf(transitions: readonly RecordedTransition[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { transition, ids } of absorbCoarse(dedupe(transitions))) {
    const last = entries.at(-1);
    const continues =
      last !== undefined &&
      last.stage === transition.stage &&
      last.stageId === transition.stageId &&
      samePipeline(last.pipelineId, transition.pipelineId);
    if (continues) entries.pop();
    const pipelineId = (continues ? last.pipelineId : undefined) ?? transition.pipelineId;
    entries.push({
      id: continues ? last.id : transition.id,
      stage: transition.stage,
      stageId: transition.stageId,
      ...(pipelineId === undefined ? {} : { pipelineId }),
      enteredAtMs: continues ? last.enteredAtMs : transition.enteredAtMs,
      transitionIds: [...(continues ? last.transitionIds : []), ...ids].sort(),
    });
  }
  return entries;
}

/** Entries of the leading lane, and of the records that were merged into it. */
export function entriesOfDeal(deal: Deal): readonly Entry[] {
  return entriesOf(leadingTransitions(deal));
}

export function currentEntry(deal: Deal): Entry | undefined {
  return entriesOfDeal(deal).at(-1);
}

/** `unknown` while the deal has no entries. */
export function currentStage(deal: Deal): Stage {
  return currentEntry(deal)?.stage ?? 'unknown';
}

/** True when the latest lifecycle word of the leading record is that it is gone; a merge counts unless the deal lives on in it. */
export function isDeleted(deal: Deal): boolean {
  return presenceOf(deal) !== 'there';
}

/** Whoever refers to an entry may hold the id of any transition of it. */
export function entryHas(entry: Entry, transitionId: string): boolean {
  return entry.transitionIds.includes(transitionId);
}
