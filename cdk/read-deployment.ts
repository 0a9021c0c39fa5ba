import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partnerEventSourcesOf, secretNameOf } from '../src/config/connections.ts';
import { formatProblems } from '../src/config/format-problems.ts';
import { loadConfigFile } from '../src/config/load-config.ts';
import type { Deployment } from './deployment.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The deployment that the environment asks for: `STAGEPOST_NAME` (default `stagepost`) and the configuration file
 * `STAGEPOST_CONFIG` (default `stagepost.config.yaml`), of which the connections and the public address are used.
 * Throws all problems of the file as text for people.
 */
export async function readDeployment(environment: Readonly<Record<string, string | undefined>>): Promise<Deployment> {
  const file = resolve(ROOT, environment.STAGEPOST_CONFIG ?? 'stagepost.config.yaml');
  const result = await loadConfigFile(file);
  if (!result.ok) {
    const named = result.problems.map((problem) => ({ ...problem, file: relative(ROOT, file) }));
    throw new Error(formatProblems(named));
  }
  return {
    prefix: environment.STAGEPOST_NAME ?? 'stagepost',
    publicUrl: reachableUrl(result.config.publicUrl),
    connections: result.config.connections.map((connection) => ({
      id: connection.id,
      provider: connection.provider,
      secret: secretNameOf(connection),
    })),
    partnerEventSources: partnerEventSourcesOf(result.config.connections),
  };
}

/** The sample configuration is for one machine; nobody outside can call that, so the HTTP API's own address is taken. */
function reachableUrl(publicUrl: string): string | undefined {
  return new URL(publicUrl).protocol === 'https:' ? publicUrl : undefined;
}
