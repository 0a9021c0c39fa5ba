import { contractInputs } from '../../domain/contract-inputs.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import type { ContractPolicy, Mode } from '../../domain/policies.ts';

/** What would be sent to whom, in one clause; used where nothing is sent. */
export function describeInputs(policy: ContractPolicy, view: { facts: DealFacts | undefined }, mode: Mode): string {
  if (view.facts === undefined) return 'the CRM no longer has the deal';
  const result = contractInputs(policy, view.facts, { mode });
  if (!result.ok) return `it would be held: ${result.holds.map((hold) => hold.sentence).join('; ')}`;
  const people = [...result.inputs.recipients]
    .sort((a, b) => a.routingOrder - b.routingOrder)
    .map((recipient) => `${recipient.name} (${recipient.role})`);
  return `"${result.inputs.subject}" to ${people.join(', then ')}`;
}
