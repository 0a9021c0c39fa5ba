import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { secretNameOf } from '../config/connections.ts';
import { providerSettings } from '../config/provider-settings.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import { StartProblem } from './start-problem.ts';

/** Variable of `.env` that holds the secret of a connection, as JSON. */
export function secretVariable(connectionId: string): string {
  return `STAGEPOST_SECRET_${connectionId.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Secrets of the real connections, out of `.env`. Read by `npm start` alone: what plays by itself never calls this.
 * StartProblem lists every variable that is missing or wrong, never its value.
 */
export async function readRealSecrets(
  connections: readonly ConnectionPolicy[],
  envFile: string,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(envFile, 'utf8').catch(() => '');
  const variables = parseEnv(text);
  const secrets: Record<string, unknown> = {};
  const problems: string[] = [];
  const [{ id: first } = { id: 'crm-main' }] = connections;
  for (const connection of connections) {
    const name = secretVariable(connection.id);
    const problem = check(connection, variables[name]);
    if (problem.secret === undefined) problems.push(`${name}: ${problem.wrong}`);
    else secrets[secretNameOf(connection)] = problem.secret;
  }
  if (problems.length === 0) return secrets;
  throw new StartProblem(
    `Secrets of real connections are missing or wrong:\n  ${problems.join('\n  ')}`,
    `Put each into ${envFile} as one line of JSON: ${secretVariable(first)}='{"signingKeys":["..."], ...}'. What belongs into it stands in docs/connecting-<provider>.md and in the README, "Where keys go".`,
  );
}

function check(connection: ConnectionPolicy, text: string | undefined): { secret?: unknown; wrong?: string } {
  if (text === undefined || text === '') return { wrong: 'is not set' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { wrong: 'is not JSON' };
  }
  const settings = providerSettings.find((each) => each.provider === connection.provider);
  const result = settings?.secret.safeParse(value);
  if (result?.success === true) return { secret: value };
  // Only where and what, never the value.
  const issues = result?.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`) ?? [];
  return { wrong: issues.join('; ') || 'names an unknown provider' };
}
