import { isHubError } from '../../../domain/errors.ts';
import type { ReadDealResult } from '../../crm-port.ts';
import { type HubSpotClient, searchRequest } from './client.ts';
import {
  COMPANY_PROPERTIES,
  CONTACT_PROPERTIES,
  DEAL_PROPERTIES,
  dealFactsOf,
  LINE_ITEM_PROPERTIES,
  MERGED_IDS,
} from './deal-facts.ts';
import {
  type Associated,
  type HubSpotObject,
  listAssociated,
  type ObjectType,
  readObjects,
  textOf,
} from './objects.ts';
import { findOwnerById } from './owners.ts';

export interface ReadDealParts {
  readonly client: HubSpotClient;
  readonly companyCurrency: () => Promise<string | undefined>;
  readonly urlOf: (recordId: string) => string | undefined;
}

/**
 * The deal with its owner, company, labelled contacts and line items, all read by id: fresh, not out of an index.
 * What is not there any more is told apart: merged into another deal, in the recycle bin, or never known.
 */
export async function readDeal(
  parts: ReadDealParts,
  recordId: string,
  properties: readonly string[],
): Promise<ReadDealResult> {
  const { client } = parts;
  const wanted = [...new Set([...DEAL_PROPERTIES, ...properties])];
  const deal = await readOne(client, recordId, wanted, false);
  if (deal === undefined) return await whereIsIt(client, recordId);
  // HubSpot answers for a merged deal with the one that lives on (HubSpot changelog, "Deals now support merging").
  if (deal.id !== recordId) return { found: false, why: 'merged', intoRecordId: deal.id };

  const ownerId = textOf(deal, 'hubspot_owner_id');
  const [contacts, companies, lineItems, owner, companyCurrency] = await Promise.all([
    readLinked(client, recordId, 'contacts', CONTACT_PROPERTIES),
    readLinked(client, recordId, 'companies', COMPANY_PROPERTIES),
    readLinked(client, recordId, 'line_items', LINE_ITEM_PROPERTIES),
    ownerId === undefined ? undefined : findOwnerById(client, ownerId),
    textOf(deal, 'deal_currency_code') === undefined ? parts.companyCurrency() : undefined,
  ]);
  const facts = dealFactsOf({
    deal,
    owner,
    companyCurrency,
    contacts,
    companies,
    lineItems,
    url: parts.urlOf(recordId),
  });
  return { found: true, deal: facts };
}

async function whereIsIt(client: HubSpotClient, recordId: string): Promise<ReadDealResult> {
  const winnerId = await findWinner(client, recordId);
  if (winnerId !== undefined) return { found: false, why: 'merged', intoRecordId: winnerId };
  const binned = await readOne(client, recordId, [], true);
  return { found: false, why: binned === undefined ? 'unknown' : 'deleted' };
}

/**
 * Should HubSpot not answer for a merged deal with its winner: a winner lists the ids that went into it. Whether that
 * list can be searched in every account is not documented, so a refusal means no more than that nothing was found.
 */
async function findWinner(client: HubSpotClient, recordId: string): Promise<string | undefined> {
  const request = searchRequest({
    filters: [{ propertyName: MERGED_IDS, operator: 'CONTAINS_TOKEN', value: recordId }],
    properties: [MERGED_IDS],
    limit: 10,
  });
  try {
    const { results } = await client.search.doSearch('deals', request);
    return (results ?? []).find((deal) => (textOf(deal, MERGED_IDS) ?? '').split(';').includes(recordId))?.id;
  } catch (error) {
    if (isHubError(error, 'crm.refused')) return undefined;
    throw error;
  }
}

/** Undefined when HubSpot has no such deal, or, for `archived`, none in its recycle bin. */
async function readOne(
  client: HubSpotClient,
  recordId: string,
  properties: string[],
  archived: boolean,
): Promise<HubSpotObject | undefined> {
  try {
    const deal = await client.objects.getById('deals', recordId, properties, undefined, undefined, archived);
    return { id: deal.id, properties: deal.properties ?? {}, createdAt: deal.createdAt, updatedAt: deal.updatedAt };
  } catch (error) {
    if (isHubError(error, 'crm.not-found')) return undefined;
    throw error;
  }
}

async function readLinked(
  client: HubSpotClient,
  recordId: string,
  type: ObjectType,
  properties: readonly string[],
): Promise<{ links: Associated[]; objects: Map<string, HubSpotObject> }> {
  const links = await listAssociated(client, recordId, type);
  const ids = links.map(({ id }) => id);
  return { links, objects: await readObjects(client, type, ids, properties) };
}
