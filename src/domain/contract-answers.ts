import type { Contract, Reason } from './contract.ts';
import { isActive, isLive } from './contract-machine.ts';
import { closingVisit, type Owing } from './contract-owing.ts';
import { contractInWords } from './contract-words.ts';
import type { DealView } from './deal-view.ts';
import type { ContractPolicy } from './policies.ts';
import type { Visit } from './visits.ts';

/** What is owed about contracts, with the sentence that says why. */
export type ContractAnswer =
  | { readonly do: 'nothing'; readonly subject: string; readonly reason: Reason }
  | {
      readonly do: 'create';
      readonly subject: string;
      readonly n: number;
      readonly forEntry: string;
      readonly policy: ContractPolicy;
      readonly reason: Reason;
    }
  | { readonly do: 'advance'; readonly subject: string; readonly n: number; readonly reason: Reason }
  | { readonly do: 'void'; readonly subject: string; readonly n: number; readonly reason: Reason }
  | {
      readonly do: 'hold';
      readonly subject: string;
      readonly n?: number;
      readonly reason: Reason;
      readonly remedy: string;
      /** The hold ends by itself then; whoever meets it comes again. */
      readonly untilMs?: number;
    };

/** A customer who declines the same contract again and again is a matter for a person, whatever the policy says. */
const MAX_RENEWALS = 3;
/** Drafts thrown away because the deal changed; a deal that changes more often is being edited by a machine. */
const MAX_REDRAFTS = 10;

/** The policy under which a contract was made, as it is now; a contract whose policy is gone waits for a person. */
function policyOf(contract: Contract, view: DealView): ContractPolicy | undefined {
  return view.config.contracts.find((each) => each.name === contract.policy);
}

function hold(contract: Contract, code: string, sentence: string, remedy: string, subject?: string): ContractAnswer {
  return {
    do: 'hold',
    subject: subject ?? `contract/${contract.n}`,
    n: contract.n,
    reason: { code, sentence },
    remedy,
  };
}

function policyGone(contract: Contract, subject?: string): ContractAnswer {
  const sentence = `contract ${contract.n} was made under policy "${contract.policy}", which the configuration no longer has`;
  return hold(contract, 'policy.gone', sentence, `put policy "${contract.policy}" back, or void the contract`, subject);
}

const EVENTS = {
  goingBack: { code: 'contract.going-back', words: 'went back to' },
  lost: { code: 'contract.lost', words: 'was set to' },
} as const;

/**
 * An active contract of a deal that went back, was lost or was deleted.
 *
 * @param visit the one that says so; the present one unless given
 */
export function standingObligation(
  contract: Contract,
  view: DealView,
  event: 'goingBack' | 'lost' | 'deleted',
  visit: Visit | undefined = view.current,
): ContractAnswer {
  const policy = policyOf(contract, view);
  if (policy === undefined) return policyGone(contract);
  const code = event === 'deleted' ? 'contract.deal-deleted' : EVENTS[event].code;
  const what =
    event === 'deleted' || visit === undefined
      ? 'the deal was deleted in the CRM'
      : `the deal ${EVENTS[event].words} ${visit.stage} on ${view.day(visit.enteredAtMs)}`;
  const answer = policy[event];
  const sentence = `${what}; policy ${answer}`;
  const subject = `contract/${contract.n}`;
  if (answer === 'void') return { do: 'void', subject, n: contract.n, reason: { code, sentence } };
  const stands = contractInWords(contract, view.config.calendar.timeZone);
  return { do: 'nothing', subject, reason: { code: `${code}.kept`, sentence: `${stands}; ${sentence}` } };
}

/** The deal is in procurement (or beyond) again, and an earlier contract is active or signed. */
export function reEntryObligation(earlier: Contract, owing: Owing, view: DealView): ContractAnswer {
  const subject = `contract/for/${owing.visit.id}`;
  const stands = contractInWords(earlier, view.config.calendar.timeZone);
  const passed = owing.how === 'passed';
  const policy = policyOf(earlier, view);
  // Lost or back in between, and now beyond: the contract was to be void, whether or not anybody looked in time.
  const closing = passed && isActive(earlier) ? closingVisit(view.visits, earlier.forEntry, policy) : undefined;
  if (closing !== undefined) {
    return standingObligation(earlier, view, closing.stage === 'lost' ? 'lost' : 'goingBack', closing);
  }
  if (policy === undefined && !passed) return policyGone(earlier, subject);
  // A deal that moves on past procurement keeps what it has; only entering procurement again is a question.
  const answer = passed ? 'keep' : (policy?.reEntry ?? 'ask');
  const again = `the deal entered ${owing.visit.stage}${passed ? '' : ' again'} on ${view.day(owing.visit.enteredAtMs)}`;
  if (answer === 'keep') {
    if (isActive(earlier) && !isLive(earlier)) {
      const reason = { code: 'contract.kept', sentence: `${stands}; ${again}; policy keep` };
      return { do: 'advance', subject: `contract/${earlier.n}`, n: earlier.n, reason };
    }
    return {
      do: 'nothing',
      subject,
      reason: { code: 'contract.kept', sentence: `no contract sent: ${stands}; policy keep` },
    };
  }
  if (answer === 'replace' && isActive(earlier)) {
    const reason = {
      code: 'contract.replaced',
      sentence: `${again}; policy replace: contract ${earlier.n} makes way for a new one`,
    };
    return { do: 'void', subject: `contract/${earlier.n}`, n: earlier.n, reason };
  }
  const remedy = isActive(earlier)
    ? `void contract ${earlier.n} if a new one shall be sent, or leave it out`
    : 'agree with legal whether a further contract is needed; a signed one is never replaced by itself';
  const sentence = `no contract sent: ${again}, and ${stands}; policy ${answer}`;
  return hold(earlier, 'contract.re-entry', sentence, remedy, subject);
}

/** The last contract of this visit is over: nothing, a person, or `renew`. */
export function endedObligation(
  contract: Contract,
  made: number,
  subject: string,
  view: DealView,
): ContractAnswer | 'renew' {
  const stands = contractInWords(contract, view.config.calendar.timeZone);
  if (contract.state === 'completed') {
    return { do: 'nothing', subject, reason: { code: 'contract.signed', sentence: `nothing to send: ${stands}` } };
  }
  const newOne = 'move the deal out of procurement and in again in the CRM if a new contract shall be sent';
  const byUs = contract.state === 'voided' && contract.endedBy === 'us';
  if (byUs && contract.voiding === undefined) {
    // The draft was thrown away before anybody saw it, because the deal changed: the new one says what it says now.
    if (made <= MAX_REDRAFTS) return 'renew';
    const sentence = `no contract: ${made} drafts were thrown away because the deal keeps changing`;
    return hold(contract, 'contract.redrafted-too-often', sentence, `settle the deal's data; then ${newOne}`, subject);
  }
  if (byUs) return hold(contract, 'contract.voided-by-us', `no new contract: ${stands}`, newOne, subject);

  const policy = policyOf(contract, view);
  if (policy === undefined) return policyGone(contract, subject);
  const [code, answer] =
    contract.state === 'declined'
      ? (['contract.declined', policy.declined] as const)
      : contract.state === 'expired'
        ? (['contract.expired', policy.expired] as const)
        : (['contract.voided-outside', policy.voidedOutside] as const);
  if (answer === 'renew' && made < MAX_RENEWALS) return 'renew';
  const limit = answer === 'renew' ? `; ${made} contracts were sent for this entry already` : '';
  const sentence = `no new contract: ${stands}; policy ${answer}${limit}`;
  return hold(contract, code, sentence, `clear it up with the customer; ${newOne}`, subject);
}
