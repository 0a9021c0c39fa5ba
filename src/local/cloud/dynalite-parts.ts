import { createRequire } from 'node:module';

type Callback<T> = (error: unknown, result?: T) => void;

interface LevelLike {
  open(): Promise<void>;
  close(): Promise<void>;
  iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
  batch(
    operations: readonly ({ type: 'put'; key: string; value: unknown } | { type: 'del'; key: string })[],
  ): Promise<void>;
}

/** The parts of dynalite's store that this cloud touches. */
export interface DynaliteStore {
  readonly db: LevelLike;
  readonly tableDb: { put(key: string, value: unknown, done: Callback<void>): void };
}

export interface TableRecord {
  readonly TableName: string;
  readonly KeySchema: readonly { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  readonly AttributeDefinitions: readonly { AttributeName: string; AttributeType: 'S' }[];
  readonly GlobalSecondaryIndexes: readonly {
    readonly IndexName: string;
    readonly KeySchema: TableRecord['KeySchema'];
    readonly Projection: { ProjectionType: string };
    readonly IndexStatus: 'ACTIVE';
  }[];
  readonly TableStatus: 'ACTIVE';
  readonly CreationDateTime: number;
  readonly ItemCount: number;
  readonly TableSizeBytes: number;
}

interface DynaliteDb {
  create(options: { path?: string }): DynaliteStore;
  getIndexActions(
    indexes: TableRecord['GlobalSecondaryIndexes'],
    existing: unknown,
    item: unknown,
    table: TableRecord,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[] };
}

interface Validations {
  checkTypes(data: unknown, types: unknown): Record<string, unknown>;
  checkValidations(data: unknown, types: unknown, custom: unknown, store: DynaliteStore): void;
}

export type DynaliteAction = (store: DynaliteStore, data: unknown, done: Callback<unknown>) => void;

// dynalite has no types, and its server wants a socket; its parts are plain modules that need none.
const require = createRequire(import.meta.url);

export const dynaliteDb: DynaliteDb = require('dynalite/db');
export const dynaliteValidations: Validations = require('dynalite/validations');

/** Loads the code of one operation, e.g. `putItem`. */
export function loadDynaliteAction(
  operation: 'getItem' | 'putItem' | 'deleteItem' | 'query' | 'scan' | 'describeTable',
): {
  readonly run: DynaliteAction;
  readonly types: unknown;
  readonly custom: unknown;
} {
  const validation = require(`dynalite/validations/${operation}`);
  return { run: require(`dynalite/actions/${operation}`), types: validation.types, custom: validation.custom };
}
