/**
 * The shape of the one table: attribute names are short because every byte of them is stored and billed with every item.
 * The embedded cloud and the CDK app both create the table from this.
 */
export const TABLE_SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds; DynamoDB deletes days later, so readers check it too. */
  timeToLive: 'ttl',
  listing: { indexName: 'listing', partitionKey: 'lp', sortKey: 'ls', projection: 'KEYS_ONLY' },
} as const;

/** Format of the attributes around the data; readers take this one and the one before. */
export const ITEM_FORMAT = 1;

/** DynamoDB's limit for one item, names and values together ("Quotas in Amazon DynamoDB", item size). */
export const MAX_ITEM_BYTES = 400 * 1024;
