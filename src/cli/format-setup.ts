import { secretNameOf } from '../config/connections.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import { counted } from '../domain/wording.ts';
import { type SigningKeys, secretVariableOf } from './setup-secret.ts';
import type { Written } from './write-files.ts';

/** What `setup` did for a connection. */
export interface SetupTold {
  readonly connection: ConnectionPolicy;
  readonly secret: SigningKeys;
  readonly files: Written;
  readonly out: string;
  /** File with the secrets of the hub on this machine; undefined when it is in AWS. */
  readonly envName: string | undefined;
  readonly steps: readonly string[];
  readonly page: string;
}

/** What was written, what belongs into the secret, and what is left to do. */
export function setupForPeople({ connection, secret, files, out, envName, steps, page }: SetupTold): string {
  const kept = files.unchanged.length === 0 ? '' : ` (${files.unchanged.length} more were there already)`;
  const lines = [
    `${counted(files.written.length, 'file')} written to ${out}${kept}${files.written.length === 0 ? '' : ':'}`,
    ...files.written.map((path) => `  ${path}`),
    '',
  ];
  if (secret.missing !== undefined) {
    const isNew = secret.keys.length > 0;
    lines.push(
      isNew ? 'A signing key was made, and the files rest on it.' : 'The secret is not there yet.',
      envName === undefined
        ? `Put this into the secret ${secretNameOf(connection)} (aws secretsmanager put-secret-value, docs/deploy.md):`
        : `Put this into ${envName} (on AWS, the JSON is the value of the secret ${secretNameOf(connection)}):`,
      `  ${secret.missing}`,
      '',
    );
  }
  lines.push(`What is left, in this order; in full: ${page}`);
  lines.push(...steps.map((step, index) => `  ${index + 1}. ${step}`));
  return `${lines.join('\n')}\n`;
}

export function setupForPrograms({ connection, secret, files, out, steps, page }: SetupTold): unknown {
  return {
    connection: connection.id,
    folder: out,
    ...files,
    secret: {
      variable: secretVariableOf(connection.id),
      name: secretNameOf(connection),
      ...(secret.missing === undefined ? {} : { missing: secret.missing }),
    },
    steps,
    page,
  };
}
