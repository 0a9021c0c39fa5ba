import { createEventBridgeBus } from '../bus/eventbridge-bus.ts';
import { createConfigSource } from '../config/config-source.ts';
import { currentStage } from '../domain/entries.ts';
import type { CoreParts, LeaseParts } from '../flows/parts.ts';
import { createDynamoClient } from '../platform/aws/dynamo-client.ts';
import { createEventBridgeClient } from '../platform/aws/eventbridge-client.ts';
import { createSqsClient } from '../platform/aws/sqs-client.ts';
import type { Environment } from '../platform/environment.ts';
import { createIds } from '../platform/ids.ts';
import { createJsonLog } from '../platform/log.ts';
import type { Queue } from '../queue/queue.ts';
import { createSqsQueue } from '../queue/sqs-queue.ts';
import { createDynamoTable } from '../store/dynamo-table.ts';
import { createHubStore } from '../store/hub-store.ts';
import { EVENT_SOURCE, queueUrlVariable, VARIABLES } from '../topology.ts';
import { required } from './variables.ts';

/** Builds what every queue-driven function needs, from the environment alone. */
export function createCoreParts(environment: Environment, functionName: string): CoreParts {
  const { clock } = environment;
  const table = createDynamoTable({
    client: createDynamoClient(environment),
    tableName: required(environment, VARIABLES.table),
    clock,
  });
  const store = createHubStore({ table, stageOf: currentStage });
  const source = createConfigSource(store, clock);
  return {
    store,
    clock,
    bus: createEventBridgeBus({
      client: createEventBridgeClient(environment),
      busName: required(environment, VARIABLES.bus),
      source: EVENT_SOURCE,
    }),
    log: environment.log ?? createJsonLog((line) => console.log(line), functionName),
    newId: createIds(clock, Math.random),
    config: () => source.latest(),
  };
}

/** The same for functions that take leases. */
export function createLeaseParts(environment: Environment, functionName: string): LeaseParts {
  return {
    ...createCoreParts(environment, functionName),
    functionTimeoutMs: Number(required(environment, VARIABLES.functionTimeout)) * 1000,
    ...(environment.epoch === undefined ? {} : { epoch: environment.epoch }),
  };
}

/** The queue of this name. */
export function queueNamed(environment: Environment, name: string): Queue {
  return createSqsQueue({
    client: createSqsClient(environment),
    queueUrl: required(environment, queueUrlVariable(name)),
  });
}
