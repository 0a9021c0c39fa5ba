import type { Deal } from '../../domain/deal.ts';
import type { CoreParts } from '../parts.ts';

/** Whether the deal went into this one, at once or by way of others. */
export async function wentInto(goneId: string, dealId: string, parts: CoreParts): Promise<boolean> {
  let id: string | undefined = goneId;
  for (let hop = 0; hop < 5 && id !== undefined; hop += 1) {
    id = (await parts.store.loadDeal(id))?.mergedInto;
    if (id === dealId) return true;
  }
  return false;
}

/**
 * Ids of the deals that went into this one. None of them is named anywhere, but whoever goes into another deal leaves its
 * records there, and a deal has the name of the record that began it.
 */
export async function dealsWithin({ dealId, lanes }: Deal, parts: CoreParts): Promise<readonly string[]> {
  const names = new Set(lanes.map(({ connectionId, recordId }) => `${connectionId}.${recordId}`));
  names.delete(dealId);
  const found = await Promise.all([...names].map((name) => wentInto(name, dealId, parts)));
  return [...names].filter((_, at) => found[at] === true);
}
