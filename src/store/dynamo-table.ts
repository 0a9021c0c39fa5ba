import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../platform/clock.ts';
import { isConditionFailure, toStoreError } from './dynamo-errors.ts';
import { type Attributes, fromAttributes, keyAttributes, listingOf, textOf, toAttributes } from './dynamo-item.ts';
import { keyCondition } from './dynamo-query.ts';
import { type ConsumedUnits, writeUnitsOf } from './dynamo-units.ts';
import { assertStorable, itemBytes, writeUnits } from './item-size.ts';
import type { RangeOptions } from './key-range.ts';
import type { Item, Key, Table, WriteOutcome } from './table.ts';
import { TABLE_SCHEMA } from './table-schema.ts';

export interface DynamoTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Decides what has expired; DynamoDB's own deletion lags by days. */
  readonly clock: Clock;
  /** Called after every call with what it cost. */
  readonly onUnits?: (units: ConsumedUnits) => void;
}

/**
 * The table in DynamoDB. A conditional write whose answer was lost is repeated by the client and then reads as
 * `conflict`: whoever gets a conflict reads the item again before deciding anything.
 */
export function createDynamoTable({ client, tableName, clock, onUnits }: DynamoTableOptions): Table {
  const counted = onUnits !== undefined;
  const capacity = counted ? ({ ReturnConsumedCapacity: 'INDEXES' } as const) : {};

  function alive(attributes: Attributes): boolean {
    const ttl = textOf(attributes, 'ttl');
    return ttl === undefined || Number(ttl) * 1000 > clock.nowMs();
  }

  async function write(
    operation: 'create' | 'replace' | 'put',
    item: Item,
    condition: Partial<PutItemCommandInput>,
  ): Promise<WriteOutcome> {
    const json = JSON.stringify(item.data);
    assertStorable(item, json);
    const attributes = toAttributes(item, json);
    try {
      const answer = await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: attributes,
          ...condition,
          ...capacity,
          // The old item costs nothing and shows whether the listing row moved.
          ...(counted ? { ReturnValues: 'ALL_OLD' as const } : {}),
        }),
      );
      onUnits?.({ operation, readUnits: 0, ...writeUnitsOf(answer.ConsumedCapacity, answer.Attributes, attributes) });
      return 'written';
    } catch (error) {
      if (!isConditionFailure(error)) throw toStoreError(error, item, true);
      const units = writeUnits(itemBytes(item, json));
      onUnits?.({ operation, readUnits: 0, writeUnits: units, listingWriteUnits: 0 });
      return 'conflict';
    }
  }

  async function read(
    operation: 'query' | 'queryListing',
    input: Partial<QueryCommandInput> | undefined,
    options: RangeOptions,
    accept: (attributes: Attributes) => boolean,
  ): Promise<Attributes[]> {
    const found: Attributes[] = [];
    if (input === undefined) return found;
    const limit = options.limit ?? Number.POSITIVE_INFINITY;
    let start: Attributes | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...input,
          ScanIndexForward: options.descending !== true,
          // The row that equals `after` may be among them, so one more is asked for.
          ...(options.limit === undefined ? {} : { Limit: options.limit + (options.after === undefined ? 0 : 1) }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          ...capacity,
        }),
      );
      found.push(...(page.Items ?? []).filter(accept));
      start = page.LastEvaluatedKey;
      onUnits?.({
        operation,
        readUnits: page.ConsumedCapacity?.CapacityUnits ?? 0,
        writeUnits: 0,
        listingWriteUnits: 0,
      });
    } while (start !== undefined && found.length < limit);
    return found.slice(0, limit);
  }

  return {
    async get<T>(key: Key) {
      try {
        const command = { TableName: tableName, Key: keyAttributes(key), ConsistentRead: true, ...capacity };
        const answer = await client.send(new GetItemCommand(command));
        const readUnits = answer.ConsumedCapacity?.CapacityUnits ?? 0;
        onUnits?.({ operation: 'get', readUnits, writeUnits: 0, listingWriteUnits: 0 });
        return answer.Item === undefined || !alive(answer.Item) ? undefined : fromAttributes<T>(answer.Item);
      } catch (error) {
        throw toStoreError(error, key, false);
      }
    },
    create: (item) =>
      write('create', item, {
        ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
        ExpressionAttributeNames: { '#ttl': TABLE_SCHEMA.timeToLive },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.nowMs() / 1000)) } },
      }),
    replace: (item, expectedVersion) =>
      write('replace', item, {
        ConditionExpression: 'ver = :expected',
        ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
      }),
    async put(item) {
      await write('put', item, {});
    },
    async remove(key, expectedVersion) {
      try {
        const answer = await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: keyAttributes(key),
            ConditionExpression: 'ver = :expected',
            ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
            ...capacity,
            ...(counted ? { ReturnValues: 'ALL_OLD' as const } : {}),
          }),
        );
        const units = writeUnitsOf(answer.ConsumedCapacity, answer.Attributes, undefined);
        onUnits?.({ operation: 'remove', readUnits: 0, ...units });
        return 'written';
      } catch (error) {
        if (!isConditionFailure(error)) throw toStoreError(error, key, true);
        onUnits?.({ operation: 'remove', readUnits: 0, writeUnits: 1, listingWriteUnits: 0 });
        return 'conflict';
      }
    },
    async query<T>(pk: string, options: RangeOptions = {}) {
      try {
        const condition = keyCondition({ partition: 'pk', sort: 'sk' }, pk, options);
        const input = condition === undefined ? undefined : { ...condition, ConsistentRead: true };
        const accept = (row: Attributes) => alive(row) && textOf(row, 'sk') !== options.after;
        return (await read('query', input, options, accept)).map((row) => fromAttributes<T>(row));
      } catch (error) {
        throw toStoreError(error, { pk, sk: '' }, false);
      }
    },
    async queryListing(listingPk, options = {}) {
      try {
        const condition = keyCondition({ partition: 'lp', sort: 'ls' }, listingPk, options);
        const input = condition === undefined ? undefined : { ...condition, IndexName: TABLE_SCHEMA.listing.indexName };
        const accept = (row: Attributes) => textOf(row, 'ls') !== options.after;
        return (await read('queryListing', input, options, accept)).flatMap((row) => {
          const listing = listingOf(row);
          return listing === undefined ? [] : [{ pk: textOf(row, 'pk') ?? '', sk: textOf(row, 'sk') ?? '', listing }];
        });
      } catch (error) {
        throw toStoreError(error, { pk: listingPk, sk: '' }, false);
      }
    },
  };
}
