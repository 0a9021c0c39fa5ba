import type { DealContact, DealFacts, DealLineItem, DealOwner } from '../../../domain/deal-facts.ts';
import type { OpportunityRow } from '../payloads.ts';
import { PIPELINE_ID } from './pipelines.ts';

export interface DealParts {
  readonly row: OpportunityRow;
  /** Values of the fields that were asked for, by the name under which they were. */
  readonly properties: Readonly<Record<string, string>>;
  /** Of the org, where its records have none of their own. */
  readonly currency: string | undefined;
  /** Every record type is a pipeline. */
  readonly recordTypes: boolean;
  readonly url: string | undefined;
}

/** Puts a deal together from what Salesforce told of it, in the order in which Salesforce told it. */
export function dealFactsOf(parts: DealParts): DealFacts {
  const { row } = parts;
  return {
    recordId: row.Id,
    name: row.Name ?? `Opportunity ${row.Id}`,
    amount: row.Amount,
    currency: row.CurrencyIsoCode ?? parts.currency,
    closeDate: row.CloseDate,
    pipelineId: (parts.recordTypes ? row.RecordTypeId : undefined) ?? PIPELINE_ID,
    stageId: row.StageName ?? '',
    owner: ownerOf(row),
    company: companyOf(row),
    contacts: contactsOf(row),
    lineItems: row.OpportunityLineItems.map(lineItemOf),
    properties: parts.properties,
    linkedRecordId: undefined,
    // Salesforce merges accounts, contacts, leads and cases, but no opportunities.
    mergedRecordIds: [],
    url: parts.url,
  };
}

function ownerOf({ OwnerId: id, Owner: owner }: OpportunityRow): DealOwner | undefined {
  if (typeof id !== 'string') return undefined;
  return {
    id,
    name: owner?.Name ?? owner?.Email ?? id,
    email: owner?.Email,
    active: owner?.IsActive ?? false,
  };
}

function companyOf({ AccountId: id, Account: account }: OpportunityRow): { id: string; name: string } | undefined {
  return typeof id === 'string' ? { id, name: account?.Name ?? `Account ${id}` } : undefined;
}

/** A contact may have several roles, each with a row of its own. */
function contactsOf(row: OpportunityRow): DealContact[] {
  const contacts = new Map<string, DealContact>();
  for (const { ContactId: id, Contact: contact, Role: role, IsPrimary: isPrimary } of row.OpportunityContactRoles) {
    if (typeof id !== 'string') continue;
    const before = contacts.get(id);
    contacts.set(id, {
      id,
      name: contact?.Name ?? contact?.Email ?? `Contact ${id}`,
      email: contact?.Email,
      labels: [...new Set([...(before?.labels ?? []), ...(role === undefined ? [] : [role])])],
      isPrimary: isPrimary || before?.isPrimary === true,
    });
  }
  return [...contacts.values()];
}

function lineItemOf(item: OpportunityRow['OpportunityLineItems'][number]): DealLineItem {
  return {
    id: item.Id,
    name: item.Product2?.Name ?? item.Name ?? `Line item ${item.Id}`,
    quantity: item.Quantity,
    price: item.UnitPrice,
  };
}
