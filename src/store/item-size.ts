import { HubError } from '../domain/errors.ts';
import type { Item, Key } from './table.ts';
import { MAX_ITEM_BYTES } from './table-schema.ts';

/** Names of the attributes and the numbers in them; close enough, and on the safe side. */
const OVERHEAD_BYTES = 60;

/** Bytes of an item as DynamoDB counts them: names and values, not the wire format. */
export function itemBytes(item: Pick<Item, 'pk' | 'sk' | 'listing'>, json: string): number {
  const texts = [item.pk, item.sk, json, item.listing?.pk ?? '', item.listing?.sk ?? ''];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), OVERHEAD_BYTES);
}

/** A write unit covers 1 KB; a failed condition costs the same ("DynamoDB read and write operations"). */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

export function tooLarge(key: Key, cause?: unknown): HubError {
  return new HubError(
    'store.item-too-large',
    `The item ${key.pk} / ${key.sk} is larger than 400 KB and was not stored; keep large content as a file and store its key.`,
    { retry: 'never', cause, context: { pk: key.pk, sk: key.sk } },
  );
}

/** Throws HubError `store.item-too-large` before the table would. */
export function assertStorable(item: Item, json: string): void {
  if (itemBytes(item, json) > MAX_ITEM_BYTES) throw tooLarge(item);
}
