import type { RecordedTransition } from './deal.ts';

/** By time, then by id: the one order in which transitions are kept and read. */
export function compareTransitions(a: RecordedTransition, b: RecordedTransition): number {
  return a.enteredAtMs - b.enteredAtMs || compareText(a.id, b.id);
}

/** By code unit, so that every machine sorts alike. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Of two tellings of the same transition the one that knows more: a pipeline (webhooks of some CRMs leave it out),
 * then the finer clock. What is left is decided by value alone, so that the order of arrival never matters.
 */
export function betterTransition(a: RecordedTransition, b: RecordedTransition): RecordedTransition {
  return compareKnowledge(a, b) <= 0 ? a : b;
}

function compareKnowledge(a: RecordedTransition, b: RecordedTransition): number {
  return (
    Number(a.pipelineId === undefined) - Number(b.pipelineId === undefined) ||
    a.granularityMs - b.granularityMs ||
    a.enteredAtMs - b.enteredAtMs ||
    compareText(a.stageId, b.stageId) ||
    compareText(a.pipelineId ?? '', b.pipelineId ?? '') ||
    a.configVersion - b.configVersion ||
    compareText(a.stage, b.stage)
  );
}
