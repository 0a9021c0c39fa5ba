import type { Contract, Hold } from './contract.ts';
import { isActive, isLive, isTerminal } from './contract-machine.ts';
import { contractInWords } from './contract-words.ts';
import type { Deal } from './deal.ts';
import { leadingLane } from './lanes.ts';
import { type NoticeObligation, noticeOf } from './notice.ts';
import type { HubConfig } from './policies.ts';

/** Nobody has to find out: what waits for a person, and every end but a signature, becomes a task for the owner. */
export function contractNotices(contract: Contract, deal: Deal, config: HubConfig): readonly NoticeObligation[] {
  const stands = contractInWords(contract, config.calendar.timeZone);
  const { n } = contract;
  const notice = (code: string, title: string, sentence: string, remedy: string, since?: string | number) => [
    rehearsedLike(
      contract,
      noticeOf(deal, {
        about: `contract-${n}`,
        code,
        title: `Contract ${n} ${title}`,
        sentence,
        remedy,
        ...(since === undefined ? {} : { since }),
      }),
    ),
  ];
  if (!isTerminal(contract)) {
    const { hold } = contract;
    if (hold !== undefined)
      return notice(hold.code, 'is held', hold.sentence, hold.remedy, heldSinceMs(contract, hold));
    if (contract.state !== 'awaiting-approval') return [];
    const remedy = 'look at the draft and approve it, or void it';
    return notice('awaiting-approval', 'waits for approval', stands, remedy, draftOf(contract));
  }
  const act = 'clear it up with the customer, then decide about a new contract';
  if (contract.state === 'declined') return notice('declined', 'was declined', stands, act);
  if (contract.state === 'expired') return notice('expired', 'expired', stands, act);
  if (contract.state === 'voided' && contract.endedBy === 'outside') {
    return notice('voided-outside', 'was voided outside', stands, act);
  }
  return [];
}

/**
 * The deal was merged into another one that the hub knew already, or turned out to be the same deal: what is under way
 * here goes on without anybody who looks at it. The task is put on the record that is left.
 */
export function mergedNotices(
  contracts: readonly Contract[],
  deal: Deal,
  config: HubConfig,
): readonly NoticeObligation[] {
  const merged = leadingLane(deal)?.lifecycle.findLast((each) => each.intoRecordId !== undefined);
  const survivor = merged?.intoRecordId;
  const { recordId } = deal.leading;
  const went =
    survivor === undefined ? `went into deal ${deal.mergedInto ?? '?'}` : `was merged into record ${survivor}`;
  // A twin that was signed brings nothing by itself: its deal is not followed any more.
  const told = contracts.filter((each) => concerns(each) || (survivor === undefined && each.state === 'completed'));
  return told.map((contract) => {
    const stands = contractInWords(contract, config.calendar.timeZone);
    const isSigned = contract.state === 'completed';
    const notice = noticeOf(deal, {
      about: `contract-${contract.n}`,
      code: isSigned ? 'deal.merged-signed' : 'deal.merged',
      title: `Contract ${contract.n} of a merged deal`,
      sentence: isSigned
        ? `${stands}, but its deal (CRM record ${recordId}) ${went}: files, stage and tasks do not follow by themselves`
        : `${stands}, but its deal (CRM record ${recordId}) ${went}, which may get a contract of its own`,
      remedy: isSigned
        ? 'attach the signed document and start the onboarding by hand'
        : 'look at both, and void the contract that is not wanted',
    });
    return rehearsedLike(contract, survivor === undefined ? notice : { ...notice, recordId: survivor });
  });
}

/** A draft is voided by the hub itself; only where that is refused does somebody have to know. */
function concerns(contract: Contract): boolean {
  return isLive(contract) || (isActive(contract) && contract.voiding !== undefined && contract.hold !== undefined);
}

function rehearsedLike(contract: Contract, notice: NoticeObligation): NoticeObligation {
  return contract.mode === 'rehearse' ? { ...notice, rehearsed: true } : notice;
}

/** Another draft with other inputs is another thing to approve, and so is a second draft with the first one's inputs. */
function draftOf(contract: Contract): string {
  return `${contract.attempts.length}-${contract.inputsHash?.slice(0, 12) ?? ''}`;
}

/**
 * When the hold began. A draft that is refused anew at every look is one hold: the intent to draft takes the hold away,
 * and the next refusal brings the same one back, without anything having been mended.
 */
function heldSinceMs(contract: Contract, hold: Hold): number {
  let sinceMs = hold.sinceMs;
  for (const { note, atMs } of contract.steps.toReversed()) {
    if (note === `held: ${hold.sentence}`) sinceMs = Math.min(sinceMs, atMs);
    else if (!note.startsWith('making the draft')) break;
  }
  return sinceMs;
}
