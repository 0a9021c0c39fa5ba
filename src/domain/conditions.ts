import type { DealFacts } from './deal-facts.ts';
import type { Condition, ContractPolicy, HubConfig } from './policies.ts';
import type { RemediedReason } from './reasons.ts';

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

/** The number that a CRM's decimal string means; undefined when it means none. */
export function decimalOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return DECIMAL.test(trimmed) ? Number(trimmed) : undefined;
}

/** True when all given conditions hold. What the deal does not say fulfils no condition on it. */
export function holds(condition: Condition, facts: DealFacts): boolean {
  const { pipelines, amount, currency, properties } = condition;
  if (pipelines !== undefined && !pipelines.includes(facts.pipelineId)) return false;
  if (amount !== undefined && !amountHolds(amount, decimalOf(facts.amount))) return false;
  if (currency !== undefined) {
    const given = facts.currency?.toUpperCase();
    if (!currency.some((each) => each.toUpperCase() === given)) return false;
  }
  return Object.entries(properties ?? {}).every(([name, accepted]) => {
    const value = Object.hasOwn(facts.properties, name) ? facts.properties[name] : undefined;
    return value !== undefined && accepted.includes(value);
  });
}

function amountHolds(range: NonNullable<Condition['amount']>, amount: number | undefined): boolean {
  if (range.atLeast === undefined && range.below === undefined) return true;
  if (amount === undefined) return false;
  return (range.atLeast ?? Number.NEGATIVE_INFINITY) <= amount && amount < (range.below ?? Number.POSITIVE_INFINITY);
}

/** The first contract policy, in the order of the configuration, whose conditions hold; or why there is none. */
export function selectPolicy(
  config: HubConfig,
  facts: DealFacts,
): { readonly policy: ContractPolicy } | { readonly hold: RemediedReason } {
  const policy = config.contracts.find((each) => holds(each.when, facts));
  if (policy !== undefined) return { policy };
  const amount = facts.amount === undefined ? 'no amount' : `amount ${facts.amount} ${facts.currency ?? ''}`.trim();
  const names = config.contracts.map((each) => `"${each.name}"`).join(', ');
  const tried =
    names === '' ? 'the configuration has no contract policy' : `none of the contract policies ${names} fits`;
  return {
    hold: {
      code: 'policy.none',
      sentence: `${tried}: the deal is in pipeline ${facts.pipelineId} with ${amount}`,
      remedy: 'widen the "when:" of a policy under "contracts:" in the configuration, or correct the deal in the CRM',
      facts: { pipelineId: facts.pipelineId },
    },
  };
}
