import { selectPolicy } from './conditions.ts';
import type { Contract } from './contract.ts';
import { type ContractAnswer, endedObligation, reEntryObligation, standingObligation } from './contract-answers.ts';
import { isActive, isLive } from './contract-machine.ts';
import { type Owing, owingOf } from './contract-owing.ts';
import { contractInWords } from './contract-words.ts';
import type { Deal } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import { type DealView, entryBlocks, readBlocks, recordBlocks, viewOf } from './deal-view.ts';
import { isOverRehearsal } from './mode.ts';
import type { HubConfig } from './policies.ts';
import { leadingIsOut, livingFollower, pairOf, waitsForLink } from './twins.ts';
import { sideOf, type Visit, visitHas } from './visits.ts';

/** What is owed about contracts, with the sentence that says why. */
export type ContractObligation = ContractAnswer;

export interface ContractQuestion {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly config: HubConfig;
  /** A fresh read of the leading CRM; undefined when it no longer has the deal. */
  readonly facts: DealFacts | undefined;
  readonly nowMs: number;
}

/**
 * Which contract must exist, go on, or be void, and why: decided from the last visit to procurement and the present
 * stage alone, so that it is the same for every order of events. Never asks for a contract while one is active, and
 * never for two. Voids come first.
 */
export function contractObligations(question: ContractQuestion): readonly ContractObligation[] {
  const view = viewOf(question);
  const all = [...question.contracts].sort((a, b) => a.n - b.n);
  const rehearsals = all.filter((each) => isOverRehearsal(each, question.deal, question.config));
  const contracts = all.filter((each) => !rehearsals.includes(each));
  const active = contracts.filter(isActive);
  const standing = active.filter((each) => each.voiding === undefined);
  const voids = active.flatMap((each): ContractObligation[] =>
    each.voiding === undefined
      ? []
      : [{ do: 'void', subject: subjectOf(each), n: each.n, reason: each.voiding.reason }],
  );
  if (question.deal.mergedInto !== undefined) {
    return [...rehearsals.map(leftOver), ...voids, ...ofMerged(view, standing)];
  }
  const n = Math.max(0, ...all.map((each) => each.n)) + 1;
  const known = { contracts, standing, cancelling: voids.length > 0, nextNumber: n };
  return [...rehearsals.map(leftOver), ...voids, ...guarded(decide(view, known), view, standing)];
}

/** The contracts that count; numbers are never used twice, not even those of rehearsals. */
interface Known {
  readonly contracts: readonly Contract[];
  readonly standing: readonly Contract[];
  readonly cancelling: boolean;
  readonly nextNumber: number;
}

function leftOver(contract: Contract): ContractObligation {
  const sentence = `contract ${contract.n} was a rehearsal; it does not count now that the connections are live`;
  return nothing(subjectOf(contract), 'contract.rehearsal-over', sentence);
}

/**
 * The deal is a part of another one now, which decides about contracts. Whatever somebody may be reading is left to
 * people; a draft that nobody has seen is removed, so that it cannot go out beside the other deal's.
 */
function ofMerged(view: DealView, standing: readonly Contract[]): readonly ContractObligation[] {
  const blocked = recordBlocks(view);
  if (blocked === undefined) return [];
  const { remedy, ...reason } = blocked;
  return standing.map((contract) => {
    const subject = subjectOf(contract);
    if (isLive(contract)) return { do: 'hold', subject, n: contract.n, reason, remedy };
    const sentence = `contract ${contract.n} was not sent yet, and ${reason.sentence.replace('; what hangs on it is left as it is', '')}`;
    return { do: 'void', subject, n: contract.n, reason: { ...reason, sentence } };
  });
}

function decide(view: DealView, known: Known): readonly ContractObligation[] {
  const { current, presence } = view;
  const { standing } = known;
  const blocked = recordBlocks(view);
  if (blocked !== undefined) {
    const { remedy, ...reason } = blocked;
    if (standing.length === 0) {
      const early = current && entryBlocks(view, current, [view.deal.leading.connectionId]);
      // What was so before the hub came is nothing that it may ask people about.
      if (reason.code === 'stage.unmapped' && early?.do === 'nothing') {
        return [blockedObligation(early, dealSubject(current))];
      }
      return [{ do: 'hold', subject: dealSubject(current), reason, remedy }];
    }
    return standing.map((each) => ({ do: 'hold', subject: subjectOf(each), n: each.n, reason, remedy }));
  }
  if (presence === 'deleted') return leadingGone(view, standing) ?? answerAll(standing, view, 'deleted');
  if (current === undefined) return [withoutEntries(view)];
  if (current.stage === 'lost') return answerAll(standing, view, 'lost');
  if (sideOf(current.stage, 'procurement') === -1) return answerAll(standing, view, 'goingBack');
  return owe(view, known);
}

/** The record that leads was deleted, and the deal has another one that was not: nothing is voided for that. */
function leadingGone(view: DealView, standing: readonly Contract[]): readonly ContractObligation[] | undefined {
  const { deal, current } = view;
  const left = livingFollower(deal);
  if (left === undefined || (standing.length === 0 && leadingIsOut(deal) === undefined)) return undefined;
  const { connectionId, recordId } = deal.leading;
  const code = 'twin.leading-gone';
  const sentence = `record ${recordId} of ${connectionId}, which leads, was deleted, but record ${left.recordId} of ${left.connectionId} is there`;
  const remedy = `restore record ${recordId} in ${connectionId}, or delete the other one and void by hand what is not wanted`;
  if (standing.length === 0) {
    const none = { code, sentence: `no contract: ${sentence}` };
    return [{ do: 'hold', subject: dealSubject(current), reason: none, remedy }];
  }
  return standing.map(({ n }) => ({ do: 'hold', subject: `contract/${n}`, n, reason: { code, sentence }, remedy }));
}

function withoutEntries({ deal, config, nowMs }: DealView): ContractObligation {
  const subject = dealSubject(undefined);
  const follower = leadingIsOut(deal)?.follower;
  if (follower === undefined) return nothing(subject, 'deal.no-entries', 'no stage of the deal is known yet');
  const { connectionId, recordId } = deal.leading;
  const due = `no contract: ${follower.connectionId} has the deal where one is due, but record ${recordId} of ${connectionId}, which leads,`;
  // It was named a moment ago and is being read; only when that takes long has somebody to hear of it.
  const untilMs = deal.updatedAtMs + (pairOf(config, connectionId)?.graceMs ?? 0);
  if (nowMs < untilMs) {
    const reason = { code: 'twin.leading-unread', sentence: `${due} is being read` };
    return { do: 'hold', subject, reason, remedy: 'nothing to do if it mends itself within minutes', untilMs };
  }
  const reason = { code: 'twin.leading-missing', sentence: `${due} was never seen` };
  const remedy = `see that the hub's user may read record ${recordId} in ${connectionId}, then \`npx stagepost retry\` the deal`;
  return { do: 'hold', subject, reason, remedy };
}

/** The deal is where no contract is owed: what becomes of one that is there says its own policy. */
function answerAll(
  standing: readonly Contract[],
  view: DealView,
  event: 'deleted' | 'lost' | 'goingBack',
): readonly ContractObligation[] {
  if (standing.length > 0) return standing.map((contract) => standingObligation(contract, view, event));
  const where = event === 'deleted' ? 'deleted in the CRM' : `in ${view.current?.stage ?? 'no stage'}`;
  return [nothing(dealSubject(view.current), 'contract.not-due', `no contract is due: the deal is ${where}`)];
}

function owe(view: DealView, known: Known): readonly ContractObligation[] {
  const { config, facts, visits, current } = view;
  const { contracts, standing, cancelling } = known;
  const selected = facts === undefined ? undefined : selectPolicy(config, facts);
  const policy = selected !== undefined && 'policy' in selected ? selected.policy : undefined;
  const owing = owingOf(visits, policy);
  if (owing === undefined) {
    return [nothing(dealSubject(current), 'contract.not-due', 'no contract is due: the deal never was in procurement')];
  }
  const mine = contracts.filter((contract) => visitHas(owing.visit, contract.forEntry));
  const latest = mine.at(-1);
  const subject = `contract/for/${owing.visit.id}`;
  if (standing.length > 1) return twoActive(standing, view);
  const [other] = standing.filter((contract) => contract !== latest);

  if (latest !== undefined && latest === standing[0]) {
    return [
      {
        do: 'advance',
        subject: subjectOf(latest),
        n: latest.n,
        reason: { code: 'contract.under-way', sentence: words(latest, view) },
      },
    ];
  }
  if (cancelling) {
    return [
      nothing(
        subject,
        'contract.waits-for-void',
        'no new contract until the provider confirms that the one before is void',
      ),
    ];
  }
  if (other !== undefined) return [reEntryObligation(other, owing, view)];
  if (latest !== undefined) {
    const ended = endedObligation(latest, mine.length, subject, view);
    if (ended !== 'renew') return [ended];
  } else {
    const signed = contracts.findLast((contract) => contract.state === 'completed');
    if (signed !== undefined) return [reEntryObligation(signed, owing, view)];
  }
  return [createOrWhyNot(view, owing, latest, known.nextNumber, selected)];
}

function createOrWhyNot(
  view: DealView,
  owing: Owing,
  before: Contract | undefined,
  n: number,
  selected: ReturnType<typeof selectPolicy> | undefined,
): ContractObligation {
  const { visit, how } = owing;
  const subject = `contract/for/${visit.id}`;
  const leading = view.deal.leading.connectionId;
  const blocked = before === undefined ? entryBlocks(view, visit, [leading]) : undefined;
  if (blocked !== undefined) return blockedObligation(blocked, subject);
  const waiting = before === undefined ? waitsForLink(view, visit) : undefined;
  if (waiting !== undefined) {
    const { remedy, untilMs, ...reason } = waiting;
    return { do: 'hold', subject, reason: { ...reason, sentence: `no contract: ${reason.sentence}` }, remedy, untilMs };
  }
  if (selected === undefined || 'hold' in selected) {
    const { remedy, ...reason } = selected?.hold ?? readBlocks(view) ?? unreadable;
    return { do: 'hold', subject, reason: { ...reason, sentence: `no contract: ${reason.sentence}` }, remedy };
  }
  const { policy } = selected;
  const esignBlocked = before === undefined ? entryBlocks(view, visit, [policy.esignConnectionId]) : undefined;
  if (esignBlocked !== undefined) return blockedObligation(esignBlocked, subject);
  const entered = `${visit.stage} on ${view.day(visit.enteredAtMs)}`;
  if (how === 'passed' && policy.passedThrough === 'ask') {
    const sentence = `no contract: the deal came into ${entered} without a contract; policy ask`;
    const remedy = `move the deal through procurement in the CRM if policy "${policy.name}" shall send a contract`;
    return { do: 'hold', subject, reason: { code: 'contract.passed-through', sentence }, remedy };
  }
  const because = before === undefined ? `the deal entered ${entered}` : words(before, view);
  const reason = {
    code: before === undefined ? 'contract.due' : 'contract.renewed',
    sentence: `contract ${n} is due: ${because}; policy "${policy.name}"`,
    facts: { n, policy: policy.name, enteredAtMs: visit.enteredAtMs },
  };
  return { do: 'create', subject, n, forEntry: visit.id, policy, reason };
}

const unreadable = {
  code: 'crm.deal-gone',
  sentence: 'the CRM no longer has the deal',
  remedy: 'restore the deal in the CRM',
};

function blockedObligation(blocked: NonNullable<ReturnType<typeof entryBlocks>>, subject: string): ContractObligation {
  if (blocked.do === 'nothing') {
    return {
      do: 'nothing',
      subject,
      reason: { ...blocked.reason, sentence: `no contract: ${blocked.reason.sentence}` },
    };
  }
  const { remedy, ...reason } = blocked.reason;
  return { do: 'hold', subject, reason: { ...reason, sentence: `no contract: ${reason.sentence}` }, remedy };
}

/** Acting on a record that the CRM contradicts right now would send or void by mistake: it waits for the history. */
function guarded(
  obligations: readonly ContractObligation[],
  view: DealView,
  standing: readonly Contract[],
): readonly ContractObligation[] {
  const blocked = view.presence === 'deleted' ? undefined : readBlocks(view);
  if (blocked === undefined) return obligations;
  const { remedy, ...reason } = blocked;
  return obligations.map((obligation): ContractObligation => {
    switch (obligation.do) {
      case 'create':
        return { do: 'hold', subject: obligation.subject, reason, remedy };
      case 'advance':
      case 'void': {
        const { subject, n } = obligation;
        const contract = standing.find((one) => one.n === n);
        // Who is out for signature goes on; only a void would do something to it.
        if (obligation.do === 'advance' && contract !== undefined && isLive(contract)) return obligation;
        return { do: 'hold', subject, n, reason, remedy };
      }
      default:
        return obligation;
    }
  });
}

function twoActive(standing: readonly Contract[], view: DealView): readonly ContractObligation[] {
  const sentence = `more than one contract is active: ${standing.map((contract) => words(contract, view)).join('; ')}`;
  return standing.map((contract) => ({
    do: 'hold',
    subject: subjectOf(contract),
    n: contract.n,
    reason: { code: 'contract.two-active', sentence },
    remedy: 'void the one that is not wanted',
  }));
}

function nothing(subject: string, code: string, sentence: string): ContractObligation {
  return { do: 'nothing', subject, reason: { code, sentence } };
}

function subjectOf(contract: Contract): string {
  return `contract/${contract.n}`;
}

function dealSubject(current: Visit | undefined): string {
  return `contract/for/${current?.id ?? 'none'}`;
}

function words(contract: Contract, view: DealView): string {
  return contractInWords(contract, view.config.calendar.timeZone);
}
