import type { Deal } from '../../domain/deal.ts';
import { currentStage, entriesOfDeal } from '../../domain/entries.ts';
import { effectiveMode } from '../../domain/mode.ts';
import type { Plan, Task } from '../../domain/plan.ts';
import { type PlanObligation, planObligations } from '../../domain/plan-obligations.ts';
import type { HubConfig } from '../../domain/policies.ts';
import { positionOf } from '../../domain/stages.ts';
import { decide } from '../decisions.ts';
import { holdDecision } from '../hold-decision.ts';
import type { CrmParts } from '../parts.ts';
import { readFacts } from '../read-deal.ts';
import { ensureTasks } from './ensure-tasks.ts';
import { type PlanView, tasksOf } from './plan-view.ts';

/**
 * Makes the CRM's tasks agree with what the deal owes in plans: level-triggered like contracts.
 * A plan freezes its task keys with its first write; each task then has a lease, a lookup and a creation of its own.
 */
export async function ensurePlans(dealId: string, traceId: string, parts: CrmParts): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    const { deal, contracts, plans, tasks } = await parts.store.loadDealItems(dealId);
    if (deal === undefined) {
      parts.log('warn', 'deal.unknown', { dealId, traceId });
      return;
    }
    const config = await parts.config();
    if (isComplete(deal, plans, tasks, config)) return;
    const { crm, facts } = await readFacts(deal, config, parts);
    const view: PlanView = { deal, plans, tasks, config, facts, crm };
    const nowMs = parts.clock.nowMs();
    const obligations = planObligations({ deal, contracts, plans, config, facts, nowMs });
    let created = false;
    for (const obligation of obligations) created = (await close(obligation, view, traceId, parts)) || created;
    if (!created) return;
  }
}

/**
 * Most wake-ups come when every plan is there and all of its tasks are done: then the CRM is not asked. A deal that left
 * for another stage is never "complete" here as long as a play could still start, pause or go on.
 */
function isComplete(deal: Deal, plans: readonly Plan[], tasks: readonly Task[], config: HubConfig): boolean {
  const entered = new Set(entriesOfDeal(deal).map((entry) => entry.stage));
  const due = config.plays.filter((play) => entered.has(play.stage));
  const stage = currentStage(deal);
  return due.every((play) => {
    const plan = plans.find((each) => each.play === play.name);
    if (plan === undefined || play.repeat !== 'once' || plan.state !== 'active') return false;
    // Going back may pause the plan: that is decided with a fresh read.
    const standsAfter = (positionOf(stage) ?? -1) >= (positionOf(play.stage) ?? 0);
    const done = tasks.filter((task) => task.planKey === plan.key && task.state === 'done');
    return standsAfter && done.length === plan.taskKeys.length;
  });
}

/** Closes one difference; true when there is a new plan whose tasks are due now. */
async function close(obligation: PlanObligation, view: PlanView, traceId: string, parts: CrmParts): Promise<boolean> {
  const { dealId } = view.deal;
  switch (obligation.do) {
    case 'nothing':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return false;
    case 'hold':
      await holdDecision(dealId, obligation, traceId, parts);
      return false;
    case 'create':
      return createPlan(obligation, view, parts);
    case 'pause':
    case 'resume':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return changeState(obligation.key, obligation.do === 'pause' ? 'paused' : 'active', view, parts);
    case 'fulfil':
      await ensureTasks(obligation.key, view, traceId, parts);
      return false;
  }
}

async function createPlan(
  obligation: Extract<PlanObligation, { do: 'create' }>,
  view: PlanView,
  parts: CrmParts,
): Promise<boolean> {
  const { deal, config } = view;
  const { play, key, forEntry, reason, subject } = obligation;
  const mode = effectiveMode(config, deal);
  const nowMs = parts.clock.nowMs();
  const planned = await tasksOf(play, nowMs, view);
  if (mode === 'observe') {
    const list = planned.map((task) => `${task.title} (${task.ownerName ?? 'nobody'}, ${task.dueDate})`).join(', ');
    const sentence = `would create ${planned.length} tasks: ${list}; nothing is created in mode observe`;
    await decide(deal.dealId, subject, { code: 'mode.observe', sentence }, parts);
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

async function changeState(key: string, state: Plan['state'], view: PlanView, parts: CrmParts): Promise<boolean> {
  const plan = view.plans.find((each) => each.key === key);
  if (plan === undefined || plan.state === state) return false;
  await parts.store.savePlan({ ...plan, state, updatedAtMs: parts.clock.nowMs() });
  return true;
}
