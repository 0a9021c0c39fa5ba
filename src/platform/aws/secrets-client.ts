import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment } from '../environment.ts';
import { awsClientOptions } from './client-options.ts';

export function createSecretsClient(environment: Environment): SecretsManagerClient {
  return new SecretsManagerClient(awsClientOptions(environment, 'secretsmanager', 3_000));
}
