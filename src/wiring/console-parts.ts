import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { ActionParts } from '../actions/action-parts.ts';
import { createConfigSource } from '../config/config-source.ts';
import { currentStage } from '../domain/entries.ts';
import type { Files } from '../files/files.ts';
import { createS3Files } from '../files/s3-files.ts';
import { createDynamoClient } from '../platform/aws/dynamo-client.ts';
import { createS3Client } from '../platform/aws/s3-client.ts';
import { createSqsClient } from '../platform/aws/sqs-client.ts';
import type { Environment } from '../platform/environment.ts';
import { createIds, systemRandom } from '../platform/ids.ts';
import type { Queue } from '../queue/queue.ts';
import { createSqsQueue } from '../queue/sqs-queue.ts';
import { createDynamoTable } from '../store/dynamo-table.ts';
import { createHubStore } from '../store/hub-store.ts';
import { INBOX_QUEUE } from '../topology.ts';
import type { DeployedNames } from './deployed-names.ts';

/**
 * What a person's actions need of a deployed hub, found by names alone and reached with the caller's own rights: no
 * function's environment is at hand. Nothing is asked before it is needed, so that whoever only looks needs no right to
 * a queue or a file.
 */
export function createConsoleParts(environment: Environment, names: DeployedNames): ActionParts {
  const { clock } = environment;
  const client = createDynamoClient(environment);
  const sqs = createSqsClient(environment);
  const store = createHubStore({
    table: createDynamoTable({ client, tableName: names.table, clock }),
    stageOf: currentStage,
  });

  async function urlOf(queue: string): Promise<string> {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: names.queue(queue) }))).QueueUrl ?? '';
  }

  /** The account stands in the address of every queue; asking for it by itself would take a client more. */
  async function bucketFiles(): Promise<Files> {
    const account = new URL(await urlOf(INBOX_QUEUE)).pathname.split('/')[1] ?? '';
    return createS3Files({
      client: createS3Client(environment),
      bucket: names.bucket(account, await sqs.config.region()),
    });
  }

  return {
    store,
    clock,
    config: createConfigSource(store, clock).latest,
    newId: createIds(clock, systemRandom),
    queueNamed(name): Queue {
      const queue = async () => createSqsQueue({ client: sqs, queueUrl: await urlOf(name) });
      return {
        send: async (body, options) => (await queue()).send(body, options),
        changeVisibility: async (handle, seconds) => (await queue()).changeVisibility(handle, seconds),
      };
    },
    files: {
      put: async (key, bytes, contentType) => (await bucketFiles()).put(key, bytes, contentType),
      get: async (key) => (await bucketFiles()).get(key),
    },
  };
}
