import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Environment } from '../environment.ts';
import { awsClientOptions } from './client-options.ts';

export function createEventBridgeClient(environment: Environment): EventBridgeClient {
  return new EventBridgeClient(awsClientOptions(environment, 'eventbridge', 3_000));
}
