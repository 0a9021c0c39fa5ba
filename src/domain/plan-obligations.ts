import { holds } from './conditions.ts';
import type { Contract, Reason } from './contract.ts';
import { contractInWords } from './contract-words.ts';
import type { Deal } from './deal.ts';
import type { DealFacts } from './deal-facts.ts';
import { type DealView, entryBlocks, readBlocks, recordBlocks, viewOf } from './deal-view.ts';
import { effectiveMode } from './mode.ts';
import type { Plan } from './plan.ts';
import type { HubConfig, Play } from './policies.ts';
import type { RemediedReason } from './reasons.ts';
import { waitsForLink } from './twins.ts';
import { sideOf, type Visit, visitHas } from './visits.ts';

/** What is owed about the plans of a deal, with the sentence that says why. */
export type PlanObligation =
  | {
      readonly do: 'create';
      readonly play: Play;
      readonly key: string;
      readonly forEntry: string;
      readonly subject: string;
      readonly reason: Reason;
    }
  /** `fulfil`: the plan is there and active; make its tasks so. */
  | {
      readonly do: 'pause' | 'resume' | 'fulfil';
      readonly key: string;
      readonly subject: string;
      readonly reason: Reason;
    }
  | {
      readonly do: 'hold' | 'nothing';
      readonly subject: string;
      readonly reason: Reason;
      readonly remedy?: string;
      /** A hold that ends by itself then. */
      readonly untilMs?: number;
    };

export interface PlanQuestion {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly plans: readonly Plan[];
  readonly config: HubConfig;
  /** A fresh read of the leading CRM; undefined when it no longer has the deal. */
  readonly facts: DealFacts | undefined;
  readonly nowMs: number;
}

/**
 * Which plans must exist, be paused or go on, and why. A play is due from its stage on, until the deal goes back before
 * it; so a worker that looks late still starts what the deal has walked past.
 */
export function planObligations(question: PlanQuestion): readonly PlanObligation[] {
  const view = viewOf(question);
  const orphans = question.plans.filter((plan) => !question.config.plays.some((play) => play.name === plan.play));
  return [
    ...question.config.plays.flatMap((play) => forPlay(play, question, view)),
    ...orphans.map((plan): PlanObligation => {
      const sentence = `play "${plan.play}" is not in the configuration any more; its tasks are left as they are`;
      return { do: 'nothing', subject: `plan/${plan.play}`, reason: { code: 'plan.play-gone', sentence } };
    }),
  ];
}

function forPlay(play: Play, question: PlanQuestion, view: DealView): readonly PlanObligation[] {
  const visit = view.visits.findLast((each) => each.stage === play.stage);
  const plan = question.plans.find(
    (each) =>
      each.play === play.name && (play.repeat === 'once' || (visit !== undefined && visitHas(visit, each.forEntry))),
  );
  if (visit === undefined && plan === undefined) return [];
  const subject = `plan/${play.name}`;
  const blocked = recordBlocks(view);
  if (blocked !== undefined) return [held(subject, blocked)];
  if (view.presence === 'deleted')
    return plan === undefined ? [] : [rest(plan, 'pause', 'the deal was deleted in the CRM')];

  const { current } = view;
  const back = current === undefined || current.stage === 'lost' || sideOf(current.stage, play.stage) === -1;
  if (back) {
    if (plan === undefined) return [];
    const sentence = `the deal ${where(view)}; play "${play.name}" says ${play.whenDealGoesBack}`;
    return [rest(plan, play.whenDealGoesBack, sentence)];
  }
  if (plan !== undefined) return [goOn(plan, play, view)];
  return visit === undefined ? [] : [start(play, visit, question, view)];
}

function where(view: DealView): string {
  const { current } = view;
  if (current === undefined) return 'has no known stage';
  const how = current.stage === 'lost' ? 'was set to' : 'went back to';
  return `${how} ${current.stage} on ${view.day(current.enteredAtMs)}`;
}

/** A plan whose deal is not where its play plays. */
function rest(plan: Plan, how: 'pause' | 'keep', why: string): PlanObligation {
  const subject = `plan/${plan.play}`;
  if (how === 'keep') {
    const reason = { code: 'plan.kept', sentence: `plan "${plan.play}" goes on: ${why}` };
    return plan.state === 'active'
      ? { do: 'fulfil', key: plan.key, subject, reason }
      : { do: 'resume', key: plan.key, subject, reason };
  }
  if (plan.state === 'paused') {
    return {
      do: 'nothing',
      subject,
      reason: { code: 'plan.paused', sentence: `plan "${plan.play}" is paused: ${why}` },
    };
  }
  return {
    do: 'pause',
    key: plan.key,
    subject,
    reason: { code: 'plan.pause', sentence: `plan "${plan.play}" is paused: ${why}` },
  };
}

function goOn(plan: Plan, play: Play, view: DealView): PlanObligation {
  const subject = `plan/${play.name}`;
  const blocked = readBlocks(view);
  if (blocked !== undefined) return held(subject, blocked);
  const stage = view.current?.stage ?? 'unknown';
  if (plan.state === 'paused') {
    const reason = { code: 'plan.resume', sentence: `plan "${play.name}" goes on: the deal is in ${stage} again` };
    return { do: 'resume', key: plan.key, subject, reason };
  }
  const reason = { code: 'plan.active', sentence: `plan "${play.name}" is active: ${plan.why.sentence}` };
  return { do: 'fulfil', key: plan.key, subject, reason };
}

function start(play: Play, visit: Visit, question: PlanQuestion, view: DealView): PlanObligation {
  const subject = `plan/${play.name}`;
  const { facts, deal } = view;
  const early = entryBlocks(view, visit, [deal.leading.connectionId]);
  if (early?.do === 'nothing') {
    return { do: 'nothing', subject, reason: { ...early.reason, sentence: `no tasks: ${early.reason.sentence}` } };
  }
  if (facts !== undefined && !holds(play.when, facts)) {
    const sentence = `no tasks: the deal does not meet the conditions of play "${play.name}"`;
    return { do: 'nothing', subject, reason: { code: 'plan.not-for-this-deal', sentence } };
  }
  if (early !== undefined) return held(subject, early.reason);
  const waiting = waitsForLink(view, visit);
  if (waiting !== undefined) {
    const { untilMs, ...reason } = waiting;
    return { ...held(subject, reason), untilMs };
  }
  const blocked = readBlocks(view);
  if (blocked !== undefined) return held(subject, blocked);
  const contracts = contractsThatCount(question);
  if (play.needsSignedContract && !contracts.some((contract) => contract.state === 'completed')) {
    return waitsForSignature(play, contracts, question);
  }
  const entered = `the deal entered ${visit.stage} on ${view.day(visit.enteredAtMs)}`;
  return {
    do: 'create',
    play,
    key: play.repeat === 'once' ? `${play.name}/once` : `${play.name}/${visit.id}`,
    forEntry: visit.id,
    subject,
    reason: {
      code: 'plan.due',
      sentence: `plan "${play.name}" is due: ${entered}`,
      facts: { play: play.name, enteredAtMs: visit.enteredAtMs },
    },
  };
}

/** Real tasks need a real signature: a rehearsed contract counts only while the CRM is rehearsed with too. */
function contractsThatCount({ contracts, config, deal }: PlanQuestion): readonly Contract[] {
  if (effectiveMode(config, deal) !== 'live') return contracts;
  return contracts.filter((contract) => contract.mode !== 'rehearse');
}

function waitsForSignature(play: Play, contracts: readonly Contract[], question: PlanQuestion): PlanObligation {
  const latest = [...contracts].sort((a, b) => a.n - b.n).at(-1);
  const stands =
    latest === undefined ? 'there is no contract yet' : contractInWords(latest, question.config.calendar.timeZone);
  const reason = {
    code: 'plan.waits-for-signature',
    sentence: `plan "${play.name}" waits for a signed contract: ${stands}`,
    remedy: 'nothing to do: it starts by itself once a contract of the deal is signed',
  };
  return held(`plan/${play.name}`, reason);
}

function held(subject: string, blocked: RemediedReason): Extract<PlanObligation, { do: 'hold' | 'nothing' }> {
  const { remedy, ...reason } = blocked;
  return { do: 'hold', subject, reason, remedy };
}
