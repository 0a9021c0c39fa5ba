import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './dynamo-item.ts';
import { listingOf } from './dynamo-item.ts';
import { TABLE_SCHEMA } from './table-schema.ts';

/** What one call cost; the bench adds these up. */
export interface ConsumedUnits {
  readonly operation: 'get' | 'create' | 'replace' | 'put' | 'remove' | 'query' | 'queryListing';
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Part of `writeUnits` that the listing index took. */
  readonly listingWriteUnits: number;
}

/**
 * Writes that a change causes in the keys-only listing: none when its row stays the same, one to add or remove it,
 * two to move it ("Using Global Secondary Indexes in DynamoDB", considerations on write throughput).
 */
export function listingWrites(before: Attributes | undefined, after: Attributes | undefined): number {
  const old = before === undefined ? undefined : listingOf(before);
  const next = after === undefined ? undefined : listingOf(after);
  if (old === undefined || next === undefined) return old === next ? 0 : 1;
  return old.pk === next.pk && old.sk === next.sk ? 0 : 2;
}

/** The embedded table reports no index writes, DynamoDB does: its own number wins when there is one. */
export function writeUnitsOf(
  capacity: ConsumedCapacity | undefined,
  before: Attributes | undefined,
  after: Attributes | undefined,
): { writeUnits: number; listingWriteUnits: number } {
  const reported = capacity?.GlobalSecondaryIndexes?.[TABLE_SCHEMA.listing.indexName]?.CapacityUnits;
  const listingWriteUnits = reported ?? listingWrites(before, after);
  const tableUnits = capacity?.Table?.CapacityUnits ?? capacity?.CapacityUnits ?? 0;
  return { writeUnits: tableUnits + listingWriteUnits, listingWriteUnits };
}
