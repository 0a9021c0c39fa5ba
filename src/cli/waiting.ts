import type { DealItems } from '../store/deal-items.ts';

/** What waits for a person or for the world, and what would mend it. */
export interface Waiting {
  readonly what: string;
  readonly sentence: string;
  readonly remedy: string;
  readonly sinceMs: number;
}

/** What this deal waits for at the moment. */
export function waitingOf(items: DealItems): readonly Waiting[] {
  const held = [
    ...items.contracts.map(({ n, hold }) => ({ what: `contract ${n}`, hold })),
    ...items.tasks.map(({ title, hold }) => ({ what: `task "${title}"`, hold })),
    ...items.writes.map(({ key, hold }) => ({ what: `write-back ${key}`, hold })),
  ];
  const waiting = held.flatMap(({ what, hold }) =>
    hold === undefined ? [] : [{ what, sentence: hold.sentence, remedy: hold.remedy, sinceMs: hold.sinceMs }],
  );
  const approvals = items.contracts
    .filter((contract) => contract.state === 'awaiting-approval' && contract.hold === undefined)
    .map(({ dealId, n, updatedAtMs }) => ({
      what: `contract ${n}`,
      sentence: 'it waits for approval before anything is sent',
      remedy: `npx stagepost approve ${dealId} ${n}, or npx stagepost void ${dealId} ${n} --reason "..."`,
      sinceMs: updatedAtMs,
    }));
  return [...waiting, ...approvals];
}
