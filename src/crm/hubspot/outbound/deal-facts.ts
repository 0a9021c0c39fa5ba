import type { DealContact, DealFacts, DealLineItem, DealOwner } from '../../../domain/deal-facts.ts';
import { LINK_PROPERTY } from '../mapping.ts';
import { type Associated, type HubSpotObject, textOf } from './objects.ts';

/** Ids of the records that were merged into this one, separated by semicolons. */
export const MERGED_IDS = 'hs_merged_object_ids';

/** Read of every deal, whatever else is asked for. */
export const DEAL_PROPERTIES: readonly string[] = [
  'dealname',
  'amount',
  'deal_currency_code',
  'closedate',
  'dealstage',
  'pipeline',
  'hubspot_owner_id',
  LINK_PROPERTY,
  MERGED_IDS,
];
export const CONTACT_PROPERTIES: readonly string[] = ['firstname', 'lastname', 'email'];
export const COMPANY_PROPERTIES: readonly string[] = ['name'];
export const LINE_ITEM_PROPERTIES: readonly string[] = ['name', 'quantity', 'price'];

/** Label that HubSpot itself gives to the main company of a deal (association type 5). */
const PRIMARY_LABEL = 'Primary';

export interface DealParts {
  readonly deal: HubSpotObject;
  readonly owner: DealOwner | undefined;
  readonly companyCurrency: string | undefined;
  readonly contacts: { readonly links: readonly Associated[]; readonly objects: ReadonlyMap<string, HubSpotObject> };
  readonly companies: { readonly links: readonly Associated[]; readonly objects: ReadonlyMap<string, HubSpotObject> };
  readonly lineItems: { readonly links: readonly Associated[]; readonly objects: ReadonlyMap<string, HubSpotObject> };
  readonly url: string | undefined;
}

/** Puts a deal together from what HubSpot told of it; all of it as HubSpot has it, in a stable order. */
export function dealFactsOf(parts: DealParts): DealFacts {
  const { deal } = parts;
  const properties = Object.keys(deal.properties).flatMap((name): [string, string][] => {
    const value = textOf(deal, name);
    return value === undefined ? [] : [[name, value]];
  });
  const amount = textOf(deal, 'amount');
  return {
    recordId: deal.id,
    name: textOf(deal, 'dealname') ?? `Deal ${deal.id}`,
    amount,
    currency: textOf(deal, 'deal_currency_code') ?? parts.companyCurrency,
    closeDate: textOf(deal, 'closedate'),
    pipelineId: textOf(deal, 'pipeline') ?? '',
    stageId: textOf(deal, 'dealstage') ?? '',
    owner: parts.owner,
    company: companyOf(parts.companies),
    contacts: parts.contacts.links.flatMap((link) => contactOf(link, parts.contacts.objects.get(link.id))),
    lineItems: parts.lineItems.links.flatMap((link) => lineItemOf(parts.lineItems.objects.get(link.id))),
    properties: Object.fromEntries(properties),
    linkedRecordId: textOf(deal, LINK_PROPERTY),
    mergedRecordIds: (textOf(deal, MERGED_IDS) ?? '').split(';').filter((id) => id !== '' && id !== deal.id),
    url: parts.url,
  };
}

function companyOf({ links, objects }: DealParts['companies']): { id: string; name: string } | undefined {
  const present = links.filter(({ id }) => objects.has(id));
  const link = present.find(({ labels }) => labels.includes(PRIMARY_LABEL)) ?? present[0];
  return link === undefined
    ? undefined
    : { id: link.id, name: textOf(objects.get(link.id), 'name') ?? `Company ${link.id}` };
}

function contactOf(link: Associated, contact: HubSpotObject | undefined): DealContact[] {
  if (contact === undefined) return [];
  const email = textOf(contact, 'email');
  const parts = [textOf(contact, 'firstname'), textOf(contact, 'lastname')].filter((part) => part !== undefined);
  const name = parts.length === 0 ? (email ?? `Contact ${contact.id}`) : parts.join(' ');
  return [{ id: contact.id, name, email, labels: link.labels, isPrimary: link.labels.includes(PRIMARY_LABEL) }];
}

function lineItemOf(item: HubSpotObject | undefined): DealLineItem[] {
  if (item === undefined) return [];
  const name = textOf(item, 'name') ?? `Line item ${item.id}`;
  return [{ id: item.id, name, quantity: textOf(item, 'quantity'), price: textOf(item, 'price') }];
}
