import type { CrmPort } from '../crm/crm-port.ts';
import type { Deal } from '../domain/deal.ts';
import type { DealFacts } from '../domain/deal-facts.ts';
import type { Condition, HubConfig } from '../domain/policies.ts';
import { leadingConnection } from './connections.ts';
import type { CrmParts } from './parts.ts';
import { linkedRecord } from './twins/link-signal.ts';

const PROPERTY_SOURCE = /deal\.property\.([A-Za-z0-9_]+)/g;

function conditionProperties(condition: Condition | undefined): string[] {
  return Object.keys(condition?.properties ?? {});
}

/** CRM properties that the configuration mentions anywhere: conditions, fields, owner rules, texts. */
export function wantedProperties(config: HubConfig): readonly string[] {
  const texts = [
    ...config.contracts.flatMap((policy) => [
      policy.subject,
      policy.message,
      ...policy.fields.map((field) => field.from),
    ]),
    ...config.plays.flatMap((play) => play.tasks.flatMap((task) => [task.title, task.body])),
  ];
  const names = [
    ...texts.flatMap((text) => [...text.matchAll(PROPERTY_SOURCE)].map((match) => match[1] ?? '')),
    ...config.contracts.flatMap((policy) => [
      ...conditionProperties(policy.when),
      ...policy.documents.flatMap((document) => conditionProperties(document.when)),
    ]),
    ...config.plays.flatMap((play) => [
      ...conditionProperties(play.when),
      ...play.tasks.flatMap((task) => [
        ...conditionProperties(task.when),
        ...task.owner.flatMap((rule) => ('property' in rule ? [rule.property] : [])),
      ]),
    ]),
  ];
  return [...new Set(names)].filter((name) => name !== '').sort();
}

/** The deal as its leading CRM has it now, its link in the form of the other CRM's ids; undefined when the CRM no longer has it. */
export async function readFacts(
  deal: Deal,
  config: HubConfig,
  parts: CrmParts,
): Promise<{ readonly crm: CrmPort; readonly facts: DealFacts | undefined }> {
  const crm = parts.crm(leadingConnection(config, deal));
  const result = await crm.readDeal(deal.leading.recordId, wantedProperties(config));
  if (!result.found) return { crm, facts: undefined };
  const linkedRecordId = linkedRecord(deal.leading.connectionId, result.deal, config, parts)?.recordId;
  return { crm, facts: { ...result.deal, linkedRecordId } };
}
