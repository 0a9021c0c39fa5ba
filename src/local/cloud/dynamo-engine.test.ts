import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDynamoClient } from '../../platform/aws/dynamo-client.ts';
import { createDynamoTable } from '../../store/dynamo-table.ts';
import { toRequestHandler } from './aws-call.ts';
import { dynaliteDb } from './dynalite-parts.ts';
import { type DynamoEngine, openDynamoEngine } from './dynamo-engine.ts';

const clock = { nowMs: () => 1_800_000_000_000 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-dynamo-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function tableOf(engine: DynamoEngine) {
  const awsRequestHandler = () => toRequestHandler(engine.endpoint);
  return createDynamoTable({
    client: createDynamoClient({ variables: {}, clock, awsRequestHandler }),
    tableName: 'stagepost',
    clock,
  });
}

it('mends a listing that lost a row and kept a wrong one', async () => {
  const first = await openDynamoEngine(folder, 'stagepost', 0);
  for (const n of ['1', '2', '3']) {
    await tableOf(first).create({ pk: `D#${n}`, sk: 'STATE', version: 1, data: {}, listing: { pk: 'L', sk: n } });
  }
  await first.close();

  // What a kill between the two steps of a write leaves behind.
  const { db } = dynaliteDb.create({ path: folder });
  await db.open();
  const rows: [string, unknown][] = [];
  for await (const row of db.iterator({ gte: 'index-global~', lt: 'index-global~\xff' })) rows.push(row);
  expect(rows).toHaveLength(3);
  const [lost, kept] = rows;
  await db.batch([
    { type: 'del', key: lost?.[0] ?? '' },
    {
      type: 'put',
      key: `${kept?.[0]}ff`,
      value: { lp: { S: 'L' }, ls: { S: '9' }, pk: { S: 'D#9' }, sk: { S: 'STATE' } },
    },
  ]);
  await db.close();

  const second = await openDynamoEngine(folder, 'stagepost', 0);
  expect((await tableOf(second).queryListing('L')).map(({ pk }) => pk)).toEqual(['D#1', 'D#2', 'D#3']);
  await second.close();
});

it('answers an operation that it does not have with a name that the client knows', async () => {
  const engine = await openDynamoEngine(undefined, 'stagepost', 0);
  const answer = await engine.endpoint({
    method: 'POST',
    path: '/',
    headers: { 'X-Amz-Target': 'DynamoDB_20120810.TransactWriteItems' },
    body: '{}',
  });
  expect([answer.statusCode, JSON.parse(String(answer.body)).__type]).toEqual([400, 'UnknownOperationException']);
  await engine.close();
});
