import type { Plan } from '../../domain/plan.ts';
import type { PlanObligation } from '../../domain/plan-obligations.ts';
import { counted } from '../../domain/wording.ts';
import { decide } from '../decisions.ts';
import { holdDecision } from '../hold-decision.ts';
import type { CrmParts } from '../parts.ts';
import { ensureTasks, openTasks } from './ensure-tasks.ts';
import { listed, type PlanView } from './plan-view.ts';

const MODE_CODES: ReadonlySet<string> = new Set(['mode.observe', 'plan.mode-changed']);

/**
 * Creates what is still missing of a plan, as far as the mode in force *now* allows: whatever the plan was made in,
 * `observe` only says what it would do, and a plan made for other people (live, rehearsal) waits for a person.
 */
export async function fulfilPlan(
  { key, subject, reason }: Extract<PlanObligation, { do: 'pause' | 'resume' | 'fulfil' }>,
  view: PlanView,
  parts: CrmParts,
): Promise<void> {
  const plan = view.plans.find((each) => each.key === key);
  if (plan === undefined) return;
  const { dealId } = plan;
  const open = await openTasks(plan, view);
  if (view.mode === 'observe') {
    if (open.length === 0) return;
    const what = `${counted(open.length, 'task')} of plan "${plan.play}"`;
    const sentence = `would create ${what}: ${listed(open)}; nothing is created in mode observe`;
    await decide(dealId, subject, { code: 'mode.observe', sentence }, parts);
    return;
  }
  const block = modeBlock(plan, open.length, view);
  if (block !== undefined) {
    const { remedy, ...blocked } = block;
    await holdDecision(dealId, { subject, reason: blocked, remedy }, view.traceId, parts);
    return;
  }
  const said = view.standing.find((decision) => decision.subject === subject);
  if (said !== undefined && (MODE_CODES.has(said.reason.code) || said.remedy !== undefined))
    await decide(dealId, subject, reason, parts);
  await ensureTasks(plan, view, parts);
}

/** A live plan that is complete has nothing to lose; a rehearsed one leaves the real customer without tasks. */
function modeBlock(plan: Plan, open: number, { mode }: PlanView) {
  if (plan.mode === mode || (open === 0 && plan.mode === 'live')) return undefined;
  const made = `plan "${plan.play}" was made in mode ${plan.mode}, and the mode is ${mode} now`;
  const sentence =
    plan.mode === 'rehearse'
      ? `${made}: its tasks are those of a rehearsal, none is created for the customer`
      : `${made}: ${counted(open, 'task')} of it ${open === 1 ? 'is' : 'are'} not created`;
  const remedy = `create the tasks that are wanted by hand, or set the mode back to ${plan.mode}`;
  return { code: 'plan.mode-changed', sentence, remedy };
}
