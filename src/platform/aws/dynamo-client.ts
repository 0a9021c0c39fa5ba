import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Environment } from '../environment.ts';
import { awsClientOptions } from './client-options.ts';

export function createDynamoClient(environment: Environment): DynamoDBClient {
  return new DynamoDBClient(awsClientOptions(environment, 'dynamodb', 3_000));
}
