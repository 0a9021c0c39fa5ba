import type { Deal } from '../../domain/deal.ts';
import { currentStage, entriesOfDeal, entryHas } from '../../domain/entries.ts';
import { isHubError } from '../../domain/errors.ts';
import { effectiveMode } from '../../domain/mode.ts';
import type { Decision, Plan } from '../../domain/plan.ts';
import { type PlanObligation, planObligations } from '../../domain/plan-obligations.ts';
import type { HubConfig } from '../../domain/policies.ts';
import { positionOf } from '../../domain/stages.ts';
import type { DealItems } from '../../store/deal-items.ts';
import { leadingConnection } from '../connections.ts';
import { decide } from '../decisions.ts';
import { holdDecision } from '../hold-decision.ts';
import type { CrmParts } from '../parts.ts';
import { readFacts } from '../read-deal.ts';
import { claimDeal } from '../twins/claim-deal.ts';
import { planElsewhere } from '../twins/elsewhere.ts';
import { waitsUntil } from '../twins/waits-until.ts';
import { announcementOf, announcePlans } from './announce-plans.ts';
import { fulfilPlan } from './fulfil-plan.ts';
import { listed, type PlanView, tasksOf } from './plan-view.ts';
import { isTold, tellWhatIsFinal } from './tell-what-is-final.ts';

const ROUNDS = 4;

/**
 * Makes the CRM's tasks agree with what the deal owes in plans: level-triggered like contracts. A plan freezes its task
 * keys with its first write; each task then has a lease, a lookup and a creation of its own. Throws retryable HubErrors
 * when it has to be called again.
 */
export async function ensurePlans(dealId: string, traceId: string, parts: CrmParts): Promise<void> {
  await tellWhatIsFinal(dealId, 'crm/plans', parts, () => settlePlans(dealId, traceId, parts));
}

async function settlePlans(dealId: string, traceId: string, parts: CrmParts): Promise<readonly Decision[]> {
  let standing: readonly Decision[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const items = await parts.store.loadDealItems(dealId);
    const { deal, contracts, plans } = items;
    if (deal === undefined) {
      parts.log('warn', 'deal.unknown', { dealId, traceId });
      return [];
    }
    if (round === 0) standing = items.standing;
    const config = await parts.config();
    if (isComplete(items, config)) return standing;
    const mode = effectiveMode(config, deal);
    // A deal that is a part of another one decides nothing, whatever the CRM says.
    const read =
      deal.mergedInto === undefined
        ? await readFacts(deal, config, parts)
        : { crm: parts.crm(leadingConnection(config, deal)), facts: undefined };
    const view: PlanView = { ...items, deal, config, mode, traceId, ...read };
    const nowMs = parts.clock.nowMs();
    const obligations = planObligations({ deal, contracts, plans, config, facts: view.facts, nowMs });
    if (!(await closeAll(obligations, view, parts))) return standing;
  }
  await announcePlans(dealId, traceId, parts);
  return standing;
}

/** Closes every difference; what came of it is said even when a task has to be tried again. True when a plan is new. */
async function closeAll(obligations: readonly PlanObligation[], view: PlanView, parts: CrmParts): Promise<boolean> {
  let isAnyNew = false;
  try {
    for (const obligation of obligations) isAnyNew = (await close(obligation, view, parts)) || isAnyNew;
  } catch (error) {
    if (isHubError(error)) await announcePlans(view.deal.dealId, view.traceId, parts);
    throw error;
  }
  // Another round begins with these plans, and ends with saying what became of them.
  if (!isAnyNew) await announcePlans(view.deal.dealId, view.traceId, parts);
  return isAnyNew;
}

/**
 * Most wake-ups come when every plan is there, all of its tasks are done, and that was said: then the CRM is not asked.
 * A deal that left for another stage is never "complete" here as long as a play could still start, pause or go on.
 */
function isComplete({ deal, plans, tasks, standing }: DealItems, config: HubConfig): boolean {
  if (deal === undefined || isTold(standing, 'crm/plans')) return false;
  const entered = new Set(entriesOfDeal(deal).map((entry) => entry.stage));
  const due = config.plays.filter((play) => entered.has(play.stage));
  const stage = currentStage(deal);
  const isOverRehearsal = effectiveMode(config, deal) === 'live' && plans.some((plan) => plan.mode === 'rehearse');
  if (isOverRehearsal) return false;
  return due.every((play) => {
    const plan = plans.find((each) => each.play === play.name);
    // What held it once has to be taken back.
    if (standing.some(({ subject, remedy }) => subject === `plan/${play.name}` && remedy !== undefined)) return false;
    if (plan === undefined || play.repeat !== 'once' || plan.state !== 'active') return false;
    // Going back may pause the plan: that is decided with a fresh read.
    const standsAfter = (positionOf(stage) ?? -1) >= (positionOf(play.stage) ?? 0);
    const done = tasks.filter((task) => task.planKey === plan.key && task.state === 'done');
    return standsAfter && done.length === plan.taskKeys.length && plan.announced === announcementOf(plan, tasks);
  });
}

/** Closes one difference; true when there is a new plan whose tasks are due now. */
async function close(obligation: PlanObligation, view: PlanView, parts: CrmParts): Promise<boolean> {
  const { dealId } = view.deal;
  switch (obligation.do) {
    case 'nothing':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return false;
    case 'hold':
      await holdDecision(dealId, obligation, view.traceId, parts);
      if (obligation.untilMs !== undefined) {
        throw waitsUntil(dealId, obligation.untilMs, obligation.reason.sentence, parts);
      }
      return false;
    case 'create':
      return createPlan(obligation, view, parts);
    case 'pause':
    case 'resume':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return changeState(obligation.key, obligation.do === 'pause' ? 'paused' : 'active', view, parts);
    case 'fulfil':
      await fulfilPlan(obligation, view, parts);
      return false;
  }
}

async function createPlan(
  obligation: Extract<PlanObligation, { do: 'create' }>,
  view: PlanView,
  parts: CrmParts,
): Promise<boolean> {
  const { deal, config, mode } = view;
  const { play, key, forEntry, reason, subject } = obligation;
  const nowMs = parts.clock.nowMs();
  const planned = await tasksOf(play, nowMs, view);
  if (mode === 'observe') {
    const sentence = `would create ${planned.length} tasks: ${listed(planned)}; nothing is created in mode observe`;
    await decide(deal.dealId, subject, { code: 'mode.observe', sentence }, parts);
    return false;
  }
  const others = await claimDeal(view, parts);
  const sinceMs = play.repeat === 'once' ? 0 : enteredAtMs(deal, forEntry);
  const elsewhere = planElsewhere(others, play.name, sinceMs);
  if (elsewhere !== undefined) {
    await holdDecision(deal.dealId, { subject, ...elsewhere }, view.traceId, parts);
    return false;
  }
  await decide(deal.dealId, subject, reason, parts);
  await parts.store.createPlan({
    v: 1,
    dealId: deal.dealId,
    key,
    version: 0,
    play: play.name,
    forEntry,
    connectionId: deal.leading.connectionId,
    configVersion: config.version,
    mode,
    state: 'active',
    taskKeys: planned.map((task) => task.taskKey),
    why: reason,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  });
  return true;
}

function enteredAtMs(deal: Deal, forEntry: string): number {
  return entriesOfDeal(deal).find((entry) => entryHas(entry, forEntry))?.enteredAtMs ?? 0;
}

async function changeState(key: string, state: Plan['state'], view: PlanView, parts: CrmParts): Promise<boolean> {
  const plan = view.plans.find((each) => each.key === key);
  if (plan === undefined || plan.state === state) return false;
  await parts.store.savePlan({ ...plan, state, updatedAtMs: parts.clock.nowMs() });
  return true;
}
