import { type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoClient } from '../../../src/platform/aws/dynamo-client.ts';
import { createEventBridgeClient } from '../../../src/platform/aws/eventbridge-client.ts';
import { createSqsClient } from '../../../src/platform/aws/sqs-client.ts';
import type { Environment } from '../../../src/platform/environment.ts';
import type { AwsCall } from './aws-tap.ts';

/** The clients of the hub, and nothing else of it. */
interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly bus: EventBridgeClient;
  readonly queues: SQSClient;
}

function send({ dynamo, bus, queues }: Clients, { operation, input }: AwsCall): Promise<unknown> {
  // The inputs went through the same clients before; their shapes are the commands' own.
  const same = input as never;
  if (operation === 'PutItem') return dynamo.send(new PutItemCommand(same));
  if (operation === 'GetItem') return dynamo.send(new GetItemCommand(same));
  if (operation === 'Query') return dynamo.send(new QueryCommand(same));
  if (operation === 'PutEvents') return bus.send(new PutEventsCommand(same));
  if (operation === 'SendMessage') return queues.send(new SendMessageCommand(same));
  return Promise.resolve();
}

/** Makes calls again that were listened to, bare: the same clients, the same inputs, nothing in between. */
export function createReplay(environment: Environment): (call: AwsCall) => Promise<void> {
  const clients: Clients = {
    dynamo: createDynamoClient(environment),
    bus: createEventBridgeClient(environment),
    queues: createSqsClient(environment),
  };
  return async (call) => {
    try {
      await send(clients, call);
    } catch (error) {
      // It was refused the first time too: a lost race for an item is part of the way.
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    }
  };
}
