import type { Contract } from './contract.ts';
import type { Deal } from './deal.ts';
import { effectiveMode, isOverRehearsal } from './mode.ts';
import type { Plan, Task } from './plan.ts';
import type { HubConfig } from './policies.ts';
import { counted } from './wording.ts';

/**
 * Names of the CRM fields that the hub owns, in our own spelling: what is set up in a CRM before the hub comes, and what
 * an adapter turns into the names of its CRM.
 */
export const OWNED_FIELDS = [
  'stagepost_contract_status',
  'stagepost_contract_envelope',
  'stagepost_contract_sent_at',
  'stagepost_contract_signed_at',
  'stagepost_onboarding_status',
] as const;

export type OwnedField = (typeof OWNED_FIELDS)[number];

/**
 * Values of the CRM fields that the hub owns. An empty one clears what an earlier contract left; fields of which
 * nothing is known yet are left out. Once the connections are live, what a rehearsal wrote is cleared. Times are
 * ISO 8601 in UTC.
 *
 * @param input.contracts by number, ascending
 */
export function fieldsOf(input: {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly plans: readonly Plan[];
  readonly tasks: readonly Task[];
  readonly config: HubConfig;
}): Readonly<Partial<Record<OwnedField, string>>> {
  const contract = input.contracts.findLast((each) => !isOverRehearsal(each, input.deal, input.config));
  const onboarding = onboardingStatus(input);
  return {
    ...(input.contracts.length === 0
      ? {}
      : {
          stagepost_contract_status: contract?.state ?? '',
          stagepost_contract_envelope: contract?.envelopeId ?? '',
          stagepost_contract_sent_at: iso(contract?.sentAtMs),
          stagepost_contract_signed_at: contract?.state === 'completed' ? iso(contract.endedAtMs) : '',
        }),
    ...(onboarding === undefined ? {} : { stagepost_onboarding_status: onboarding }),
  };
}

function iso(atMs: number | undefined): string {
  return atMs === undefined ? '' : new Date(atMs).toISOString();
}

/** The onboarding plans are those of the plays of implementation. */
function onboardingStatus(input: {
  readonly deal: Deal;
  readonly plans: readonly Plan[];
  readonly tasks: readonly Task[];
  readonly config: HubConfig;
}): string | undefined {
  const plays = input.config.plays.filter((play) => play.stage === 'implementation').map((play) => play.name);
  const all = input.plans.filter((plan) => plays.includes(plan.play));
  const isLive = effectiveMode(input.config, input.deal) === 'live';
  const plans = all.filter((plan) => !(isLive && plan.mode === 'rehearse'));
  if (plans.length === 0) return all.length === 0 ? undefined : '';
  const keys = plans.map((plan) => plan.key);
  const total = plans.reduce((sum, plan) => sum + plan.taskKeys.length, 0);
  const done = input.tasks.filter((task) => keys.includes(task.planKey) && task.state === 'done').length;
  const progress = done >= total ? `${counted(total, 'task')} created` : `${done} of ${counted(total, 'task')} created`;
  return plans.every((plan) => plan.state === 'paused') ? `paused, ${progress}` : progress;
}
