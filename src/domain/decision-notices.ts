import type { Contract } from './contract.ts';
import type { Deal } from './deal.ts';
import { presenceOf } from './lifecycle.ts';
import { type NoticeObligation, noticeOf } from './notice.ts';
import type { Decision, WriteBack } from './plan.ts';

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
  'twin.waits-for-link',
  'twin.link-unrecorded',
  'twin.leading-unread',
]);

/** Said of a contract by whoever decides about it, and not kept as its hold: then only the decision tells it. */
const ABOUT_A_CONTRACT: ReadonlySet<string> = new Set(['stage.unmapped', 'contract.two-active', 'policy.gone']);

/**
 * Nobody has to find out: a decision that waits for a person becomes a task for the deal's owner, once for as long as
 * it stands. One that was mended and came back is another one.
 */
export function decisionNotices(
  deal: Deal,
  contracts: readonly Contract[],
  standing: readonly Decision[],
): readonly NoticeObligation[] {
  if (deal.mergedInto !== undefined || presenceOf(deal) !== 'there') return [];
  const said = new Set<string>();
  return standing.flatMap((decision): readonly NoticeObligation[] => {
    const { subject, reason, remedy, atMs } = decision;
    if (remedy === undefined || !isToldHere(decision, contracts) || said.has(reason.sentence)) return [];
    said.add(reason.sentence);
    const { code, sentence } = reason;
    return [noticeOf(deal, { about: subject, code, since: atMs, title: 'Waiting for you', sentence, remedy })];
  });
}

/** A contract's own holds have notices of their own. */
function isToldHere({ subject, reason: { code } }: Decision, contracts: readonly Contract[]): boolean {
  if (NOBODY_HAS_TO_ACT.has(code)) return false;
  // Contracts say it too, for every deal whose stage nobody mapped.
  if (subject.startsWith('plan/')) return code !== 'stage.unmapped';
  const n = /^contract\/(\d+)$/.exec(subject)?.[1];
  if (n === undefined) return subject.startsWith('contract/for/') || subject.startsWith('crm/');
  return ABOUT_A_CONTRACT.has(code) && contracts.find((each) => `${each.n}` === n)?.hold?.code !== code;
}

/**
 * What could not be written to the CRM and is still owed, once for as long as it is held. Notices do not tell about
 * notices: what keeps one of them back keeps the other one too.
 *
 * @param owed keys of the write-backs that the deal owes now
 */
export function heldWriteNotices(
  deal: Deal,
  writes: readonly WriteBack[],
  owed: ReadonlySet<string>,
): readonly NoticeObligation[] {
  return writes.flatMap(({ key, state, hold }): readonly NoticeObligation[] => {
    if (state !== 'held' || hold === undefined || key.startsWith('notice/') || !owed.has(key)) return [];
    const { code, sentence, remedy, sinceMs } = hold;
    if (NOBODY_HAS_TO_ACT.has(code)) return [];
    return [
      noticeOf(deal, {
        about: `write/${key}`,
        code,
        since: sinceMs,
        title: 'Not written to the CRM',
        sentence,
        remedy,
      }),
    ];
  });
}
