import type { HubSpotClient } from './client.ts';

/** Object types as HubSpot's paths name them. */
export type ObjectType = 'contacts' | 'companies' | 'line_items' | 'tasks' | 'notes';

/** Something that hangs on a deal. */
export interface Associated {
  readonly id: string;
  /** Labels as people see them; an association without a label has none. */
  readonly labels: readonly string[];
}

export interface HubSpotObject {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
}

/** Largest page of the associations API, v4. */
const ASSOCIATIONS_PER_PAGE = 500;
/** Most inputs of one batch read. */
const OBJECTS_PER_BATCH = 100;

/** Everything of one type that hangs on the deal, read from the deal itself: no index that lags behind. */
export async function listAssociated(client: HubSpotClient, dealId: string, type: ObjectType): Promise<Associated[]> {
  const found: Associated[] = [];
  let after: string | undefined;
  do {
    const page = await client.associations.getPage('deals', dealId, type, after, ASSOCIATIONS_PER_PAGE);
    for (const { toObjectId, associationTypes } of page.results ?? []) {
      const labels = (associationTypes ?? []).map(({ label }) => label).filter((label) => typeof label === 'string');
      found.push({ id: String(toObjectId), labels: [...new Set(labels)] });
    }
    after = page.paging?.next?.after;
  } while (after !== undefined);
  return found;
}

/** The objects that still exist, by id; those that were deleted since are left out. */
export async function readObjects(
  client: HubSpotClient,
  type: ObjectType,
  ids: readonly string[],
  properties: readonly string[],
): Promise<Map<string, HubSpotObject>> {
  const found = new Map<string, HubSpotObject>();
  for (let start = 0; start < ids.length; start += OBJECTS_PER_BATCH) {
    const batch = await client.batches.read(type, {
      inputs: ids.slice(start, start + OBJECTS_PER_BATCH).map((id) => ({ id })),
      properties: [...properties],
      propertiesWithHistory: [],
    });
    for (const { id, properties: values, createdAt, updatedAt } of batch.results ?? []) {
      found.set(id, { id, properties: values ?? {}, createdAt, updatedAt });
    }
  }
  return found;
}

/** Undefined for what HubSpot calls empty: absent, null or the empty text. */
export function textOf(object: { readonly properties: HubSpotObject['properties'] } | undefined, name: string) {
  const value = object?.properties[name];
  return value === undefined || value === null || value === '' ? undefined : value;
}

/** HubSpot writes times as ISO 8601, in some properties as milliseconds; undefined when it is neither. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const timeMs = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(timeMs) ? timeMs : undefined;
}
