import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createSecretsClient } from '../platform/aws/secrets-client.ts';
import { callersEnvironment, type DeploymentOptions, problemAt } from './aws-environment.ts';
import type { SecretPlace } from './setup-secret.ts';

/** The secrets of a deployment, read with the caller's own rights; CliProblem for what a person can mend at AWS. */
export function createSecretsInAws(options: DeploymentOptions): (secretName: string) => SecretPlace {
  const client = createSecretsClient(callersEnvironment(options));
  return (secretName) => ({
    shown: `the secret ${secretName}`,
    async read() {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: secretName }))).SecretString ?? '';
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return '';
        throw problemAt(error, options) ?? error;
      }
    },
    whole: (json) => json,
  });
}
