import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aws } from './aws.ts';

/** Puts a value into a secret as docs/deploy.md tells: from a file, which is removed. */
export async function putSecret(name: string, value: unknown, folder: string): Promise<void> {
  const file = join(folder, 'secret.json');
  await writeFile(file, JSON.stringify(value), { mode: 0o600 });
  try {
    await aws('secretsmanager', 'put-secret-value', '--secret-id', name, '--secret-string', `file://${file}`);
  } finally {
    await rm(file);
  }
}
