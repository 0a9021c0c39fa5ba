import { TABLE_SCHEMA } from '../../store/table-schema.ts';
import { type AwsAnswer, type AwsEndpoint, jsonAnswer, jsonError, jsonOf, operationOf } from './aws-call.ts';
import {
  type DynaliteStore,
  dynaliteDb,
  dynaliteValidations,
  loadDynaliteAction,
  type TableRecord,
} from './dynalite-parts.ts';

const OPERATIONS = {
  GetItem: 'getItem',
  PutItem: 'putItem',
  DeleteItem: 'deleteItem',
  Query: 'query',
  Scan: 'scan',
  DescribeTable: 'describeTable',
} as const;

export interface DynamoEngine {
  readonly endpoint: AwsEndpoint;
  close(): Promise<void>;
}

function tableRecord(tableName: string, nowMs: number): TableRecord {
  const { partitionKey, sortKey, listing } = TABLE_SCHEMA;
  const schema = (hash: string, range: string): TableRecord['KeySchema'] => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  return {
    TableName: tableName,
    KeySchema: schema(partitionKey, sortKey),
    AttributeDefinitions: [partitionKey, sortKey, listing.partitionKey, listing.sortKey].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: listing.indexName,
        KeySchema: schema(listing.partitionKey, listing.sortKey),
        Projection: { ProjectionType: listing.projection },
        IndexStatus: 'ACTIVE',
      },
    ],
    TableStatus: 'ACTIVE',
    CreationDateTime: nowMs / 1000,
    ItemCount: 0,
    TableSizeBytes: 0,
  };
}

/**
 * dynalite writes an index row before its item, in two steps: a process that was killed in between leaves rows without
 * items or items without rows. The rows are computed from the items again and the differences written.
 */
async function rebuildListing(store: DynaliteStore, table: TableRecord): Promise<void> {
  const under = (prefix: string) => store.db.iterator({ gte: prefix, lt: `${prefix}\xff` });
  const indexPrefix = `index-global~${table.TableName}~${TABLE_SCHEMA.listing.indexName}~`;
  const wanted = new Map<string, unknown>();
  for await (const [, item] of under(`item-${table.TableName}~`)) {
    const { puts } = dynaliteDb.getIndexActions(table.GlobalSecondaryIndexes, undefined, item, table);
    for (const put of puts) wanted.set(indexPrefix + put.key, put.item);
  }
  const surplus: string[] = [];
  for await (const [key] of under(indexPrefix)) {
    if (!wanted.delete(key)) surplus.push(key);
  }
  await store.db.batch([
    ...surplus.map((key) => ({ type: 'del' as const, key })),
    ...[...wanted].map(([key, value]) => ({ type: 'put' as const, key, value })),
  ]);
}

function failureOf(error: unknown): AwsAnswer {
  const body: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'body') : undefined;
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
  if (typeof status === 'number' && body !== undefined) return jsonAnswer(status, body);
  return jsonError(500, 'InternalServerError', error instanceof Error ? error.message : 'The table failed.');
}

/**
 * DynamoDB in this process: dynalite's operations on LevelDB, without its HTTP server.
 * @param folder undefined: in memory. Rejects with LevelDB's error when another process has the folder open.
 */
export async function openDynamoEngine(
  folder: string | undefined,
  tableName: string,
  nowMs: number,
): Promise<DynamoEngine> {
  const store = dynaliteDb.create(folder === undefined ? {} : { path: folder });
  await store.db.open();
  const table = tableRecord(tableName, nowMs);
  await new Promise<void>((resolve, reject) => {
    store.tableDb.put(tableName, table, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
  await rebuildListing(store, table);
  const actions = new Map(Object.entries(OPERATIONS).map(([name, file]) => [name, loadDynaliteAction(file)]));

  return {
    async endpoint(request) {
      const operation = operationOf(request);
      const action = actions.get(operation);
      if (action === undefined) {
        return jsonError(400, 'UnknownOperationException', `This cloud has no ${operation}.`);
      }
      try {
        const data = dynaliteValidations.checkTypes(await jsonOf(request), action.types);
        dynaliteValidations.checkValidations(data, action.types, action.custom, store);
        const result = await new Promise((resolve, reject) => {
          action.run(store, data, (error, value) => (error ? reject(error) : resolve(value)));
        });
        return jsonAnswer(200, result);
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => store.db.close(),
  };
}
