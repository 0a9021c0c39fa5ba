import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { currentStage } from '../../src/domain/entries.ts';
import { toRequestHandler } from '../../src/local/cloud/aws-call.ts';
import { openDynamoEngine } from '../../src/local/cloud/dynamo-engine.ts';
import { createDynamoClient } from '../../src/platform/aws/dynamo-client.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { createDynamoTable } from '../../src/store/dynamo-table.ts';
import { createHubStore } from '../../src/store/hub-store.ts';
import { fromWire, type RawItem, toWire, type WireItem } from './wire-item.ts';

const TABLE = 'stagepost';

/** A table of DynamoDB's own engine, into which items are put as another version wrote them, and today's store on it. */
export async function openRawTable(clock: Clock) {
  const engine = await openDynamoEngine(undefined, TABLE, clock.nowMs());
  const client = createDynamoClient({
    variables: {},
    clock,
    awsRequestHandler: () => toRequestHandler(engine.endpoint),
  });
  const table = createDynamoTable({ client, tableName: TABLE, clock });
  return {
    table,
    store: createHubStore({ table, stageOf: currentStage }),
    async put(items: readonly RawItem[]): Promise<void> {
      for (const item of items)
        await client.send(new PutItemCommand({ TableName: TABLE, Item: toWire(item) as never }));
    },
    /** Everything as it lies there, by key. */
    async all(): Promise<readonly RawItem[]> {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
      const keyOf = ({ pk, sk }: RawItem) => `${pk} ${sk}`;
      return Items.map((item) => fromWire(item as unknown as WireItem)).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    },
    close: () => engine.close(),
  };
}

export type RawTable = Awaited<ReturnType<typeof openRawTable>>;
