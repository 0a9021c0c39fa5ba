import { SQSClient } from '@aws-sdk/client-sqs';
import type { Environment } from '../environment.ts';
import { awsClientOptions } from './client-options.ts';

/** For senders and workers; its time-out is too short for long polling. */
export function createSqsClient(environment: Environment): SQSClient {
  return new SQSClient(awsClientOptions(environment, 'sqs', 3_000));
}
