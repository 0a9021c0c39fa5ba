import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoClient } from '../platform/aws/dynamo-client.ts';
import { createDynamoTable } from './dynamo-table.ts';
import type { ConsumedUnits } from './dynamo-units.ts';

const clock = { nowMs: () => 1_800_000_000_000 };

/** A client whose every request is answered with this. */
function clientAnswering(statusCode: number, body: object, onRequest?: (body: Record<string, unknown>) => void) {
  return createDynamoClient({
    variables: {},
    clock,
    awsRequestHandler: () => ({
      async handle(request: { body: Uint8Array }) {
        onRequest?.(JSON.parse(new TextDecoder().decode(request.body)));
        const bytes = new TextEncoder().encode(JSON.stringify(body));
        return { response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: bytes } };
      },
    }),
  });
}

const tableOver = (client: DynamoDBClient, onUnits?: (units: ConsumedUnits) => void) =>
  createDynamoTable({ client, tableName: 't', clock, ...(onUnits === undefined ? {} : { onUnits }) });

const key = { pk: 'DEAL#1', sk: 'STATE' };
const item = { ...key, version: 1, data: {} };

describe('the table in DynamoDB', () => {
  it.each([
    [400, 'ProvisionedThroughputExceededException', 'no', 1_000],
    [400, 'ThrottlingException', 'no', 1_000],
    [500, 'InternalServerError', 'unknown', 1_000],
    [503, 'ServiceUnavailable', 'unknown', 1_000],
    [400, 'ResourceNotFoundException', 'no', 30_000],
    [400, 'AccessDeniedException', 'no', 30_000],
  ])('turns %i %s into store.unavailable, done: %s', async (status, name, done, afterMs) => {
    const table = tableOver(clientAnswering(status, { __type: `com.amazonaws.dynamodb#${name}`, message: 'm' }));
    await expect(table.create(item)).rejects.toMatchObject({
      name: 'HubError',
      code: 'store.unavailable',
      retry: { afterMs },
      done,
      context: { pk: 'DEAL#1', cause: name },
    });
  });

  it('knows that a failed read has changed nothing', async () => {
    const table = tableOver(clientAnswering(500, { __type: 'InternalServerError' }));
    await expect(table.get(key)).rejects.toMatchObject({ code: 'store.unavailable', done: 'no' });
    await expect(table.query('DEAL#1')).rejects.toMatchObject({ code: 'store.unavailable', done: 'no' });
    await expect(table.queryListing('L')).rejects.toMatchObject({ code: 'store.unavailable', done: 'no' });
  });

  it('takes a connection that breaks as unavailable, done: unknown', async () => {
    const client = createDynamoClient({
      variables: {},
      clock,
      awsRequestHandler: () => ({
        handle: () => Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })),
      }),
    });
    await expect(tableOver(client).put(item)).rejects.toMatchObject({
      code: 'store.unavailable',
      done: 'unknown',
      context: { cause: 'ECONNRESET' },
    });
  });

  it('takes the size that DynamoDB refuses as store.item-too-large', async () => {
    const message = 'Item size has exceeded the maximum allowed size';
    const table = tableOver(clientAnswering(400, { __type: 'ValidationException', message }));
    await expect(table.put(item)).rejects.toMatchObject({ code: 'store.item-too-large', retry: 'never' });
  });

  it('does not repeat what DynamoDB calls invalid', async () => {
    const table = tableOver(clientAnswering(400, { __type: 'ValidationException', message: 'empty key' }));
    await expect(table.put(item)).rejects.toMatchObject({ code: 'store.refused', retry: 'never' });
  });

  it('reads strongly consistently, except listings', async () => {
    const requests: Record<string, unknown>[] = [];
    const table = tableOver(clientAnswering(200, { Items: [] }, (request) => requests.push(request)));
    await table.get(key);
    await table.query('DEAL#1');
    await table.queryListing('L');
    expect(requests.map((request) => [request['ConsistentRead'] ?? false, request['IndexName'] ?? 'table'])).toEqual([
      [true, 'table'],
      [true, 'table'],
      [false, 'listing'],
    ]);
  });

  it('asks for no more rows than wanted', async () => {
    const limits: unknown[] = [];
    const table = tableOver(clientAnswering(200, { Items: [] }, (request) => limits.push(request['Limit'])));
    await table.query('DEAL#1', { limit: 1, descending: true });
    await table.query('DEAL#1');
    expect(limits).toEqual([1, undefined]);
  });

  it('refuses an item in a format from the future and says what to do', async () => {
    const stored = { pk: { S: 'DEAL#1' }, sk: { S: 'STATE' }, v: { N: '2' }, ver: { N: '1' }, d: { S: '{}' } };
    const table = tableOver(clientAnswering(200, { Item: stored }));
    await expect(table.get(key)).rejects.toMatchObject({ code: 'store.format-unknown', retry: 'never' });
  });

  it.each(['0', '1'])('reads an item in format %s', async (format) => {
    const stored = { pk: { S: 'DEAL#1' }, sk: { S: 'STATE' }, v: { N: format }, ver: { N: '4' }, d: { S: '{"a":1}' } };
    const table = tableOver(clientAnswering(200, { Item: stored }));
    expect(await table.get(key)).toEqual({ pk: 'DEAL#1', sk: 'STATE', version: 4, data: { a: 1 } });
  });
});

describe('the units of a call', () => {
  it('are what DynamoDB reports, its index included once', async () => {
    const units: ConsumedUnits[] = [];
    const capacity = {
      CapacityUnits: 4,
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { listing: { CapacityUnits: 2 } },
    };
    await tableOver(clientAnswering(200, { ConsumedCapacity: capacity }), (each) => units.push(each)).put(item);
    expect(units).toEqual([{ operation: 'put', readUnits: 0, writeUnits: 4, listingWriteUnits: 2 }]);
  });

  it.each([
    ['a new row', undefined, { pk: 'L', sk: '1' }, 1],
    ['a row that stays', ['L', '1'], { pk: 'L', sk: '1' }, 0],
    ['a row that moves', ['L', '1'], { pk: 'L', sk: '2' }, 2],
    ['a row that goes', ['L', '1'], undefined, 1],
    ['no row at all', undefined, undefined, 0],
  ] as const)('count %s in the listing where nobody reports it', async (_name, before, listing, expected) => {
    const units: ConsumedUnits[] = [];
    const answer = {
      ConsumedCapacity: { CapacityUnits: 1, Table: { CapacityUnits: 1 } },
      Attributes: { pk: { S: 'a' }, ...(before === undefined ? {} : { lp: { S: before[0] }, ls: { S: before[1] } }) },
    };
    const table = tableOver(clientAnswering(200, answer), (each) => units.push(each));
    await table.put({ ...item, ...(listing === undefined ? {} : { listing }) });
    expect(units[0]).toMatchObject({ writeUnits: 1 + expected, listingWriteUnits: expected });
  });

  it('count a failed condition as the write that it is billed as', async () => {
    const units: ConsumedUnits[] = [];
    const table = tableOver(clientAnswering(400, { __type: 'ConditionalCheckFailedException' }), (each) =>
      units.push(each),
    );
    expect(await table.replace({ ...item, data: 'x'.repeat(1_500) }, 1)).toBe('conflict');
    expect(units).toEqual([{ operation: 'replace', readUnits: 0, writeUnits: 2, listingWriteUnits: 0 }]);
  });
});
