import type { Reason } from './contract.ts';
import type { Deal } from './deal.ts';

/** A task in the CRM for whoever has to know. Its key holds what it is about *and* since when: it is told once. */
export interface NoticeObligation {
  readonly do: 'notice';
  readonly key: `notice/${string}`;
  readonly title: string;
  readonly body: string;
  readonly reason: Reason;
  /** The CRM record that gets the task, when the deal's own is not there any more. */
  readonly recordId?: string;
  /** It is about a rehearsal: it goes to the rehearsing person, whatever the mode is now. */
  readonly rehearsed?: true;
}

/** A notice in its usual words. `about` and `since` are its identity: the same again is not told again. */
export function noticeOf(
  deal: Deal,
  told: {
    /** e.g. `contract-1`, `plan/onboarding`, `write/stage/contract-1` */
    readonly about: string;
    readonly code: string;
    /** What makes another one of the same code: when a hold began, which draft waits. */
    readonly since?: string | number;
    readonly title: string;
    readonly sentence: string;
    readonly remedy: string;
  },
): NoticeObligation {
  const { about, code, since, title, sentence, remedy } = told;
  return {
    do: 'notice',
    key: `notice/${about}/${code}${since === undefined ? '' : `/${since}`}`,
    title: `${title}: ${deal.details.name ?? deal.leading.recordId}`,
    body: `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}. What to do: ${remedy}.`,
    reason: { code: `notice.${code}`, sentence },
  };
}
