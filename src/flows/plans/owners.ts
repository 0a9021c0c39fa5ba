import type { CrmPort } from '../../crm/crm-port.ts';
import type { DealFacts, DealOwner } from '../../domain/deal-facts.ts';
import type { OwnerRule, Play } from '../../domain/policies.ts';

/** Asks the CRM for everybody whom the play's owner rules may name, once each; the answer is a plain look-up. */
export async function prepareOwners(
  play: Play,
  facts: DealFacts,
  crm: CrmPort,
): Promise<(rule: OwnerRule) => DealOwner | undefined> {
  const rules = play.tasks.flatMap((task) => task.owner);
  const byEmail = new Map<string, DealOwner | undefined>();
  const byId = new Map<string, DealOwner | undefined>();
  for (const rule of rules) {
    if ('email' in rule && !byEmail.has(rule.email)) byEmail.set(rule.email, await crm.findOwnerByEmail(rule.email));
    if ('property' in rule) {
      const id = facts.properties[rule.property];
      if (id !== undefined && !byId.has(id)) byId.set(id, await crm.findOwnerById(id));
    }
  }
  return (rule) => {
    if ('dealOwner' in rule) return facts.owner;
    if ('email' in rule) return byEmail.get(rule.email);
    const id = facts.properties[rule.property];
    return id === undefined ? undefined : byId.get(id);
  };
}
