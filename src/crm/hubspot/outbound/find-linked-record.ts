import { LINK_PROPERTY } from '../mapping.ts';
import { type HubSpotClient, searchRequest } from './client.ts';

/** Ids have 15 characters that count; the three after them say which of those are capitals. */
const SHORT_ID = 15;

/**
 * The deal that the sync keeps the same as this opportunity: the oldest one, should there be several. Out of the search
 * index, which shows changes after some seconds (HubSpot, "Search the CRM"). Asks for the long and the short form of the
 * id, because the property may hold either; compares with regard to case, which the search does not.
 */
export async function findLinkedRecord(client: HubSpotClient, foreignRecordId: string): Promise<string | undefined> {
  const short = foreignRecordId.slice(0, SHORT_ID);
  for (const value of new Set([foreignRecordId, short])) {
    const request = searchRequest({
      filters: [{ propertyName: LINK_PROPERTY, operator: 'EQ', value }],
      sortBy: 'hs_object_id',
      properties: [LINK_PROPERTY],
      limit: 10,
    });
    const { results } = await client.search.doSearch('deals', request);
    const found = (results ?? []).find(({ properties }) => properties?.[LINK_PROPERTY]?.slice(0, SHORT_ID) === short);
    if (found !== undefined) return found.id;
  }
  return undefined;
}
