import type { Deal } from './deal.ts';
import type { Decision } from './plan.ts';
import type { WriteObligation } from './write-obligations.ts';

/**
 * Holds that mend themselves, that a contract tells about by itself, or of which the CRM cannot be told because the
 * record is gone: nobody gets a task for these.
 */
const NOBODY_HAS_TO_ACT: ReadonlySet<string> = new Set([
  'plan.waits-for-signature',
  'stage.disputed',
  'stage.moved-on',
  'crm.deal-gone',
  'deal.merged',
  'deal.merged-away',
]);

/** Subjects whose decisions are about the deal; a contract's own holds have notices of their own. */
const TOLD_HERE = /^(contract\/for|plan)\//;

/** Nobody has to find out: a decision that waits for a person becomes a task for the deal's owner, once. */
export function decisionNotices(deal: Deal, standing: readonly Decision[]): readonly WriteObligation[] {
  const name = deal.details.name ?? deal.leading.recordId;
  return standing.flatMap(({ subject, reason, remedy }): readonly WriteObligation[] => {
    if (remedy === undefined || !TOLD_HERE.test(subject) || NOBODY_HAS_TO_ACT.has(reason.code)) return [];
    const sentence = `${reason.sentence.slice(0, 1).toUpperCase()}${reason.sentence.slice(1)}`;
    return [
      {
        do: 'notice',
        key: `notice/${subject.startsWith('plan/') ? 'plan' : 'contract'}/${reason.code}`,
        title: `Waiting for you: ${name}`,
        body: `${sentence}. What to do: ${remedy}.`,
        reason: { code: `notice.${reason.code}`, sentence: reason.sentence },
      },
    ];
  });
}
