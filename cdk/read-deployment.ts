import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigProblem } from '../src/config/config-problem.ts';
import { partnerEventSourcesOf, secretNameOf } from '../src/config/connections.ts';
import { formatProblems } from '../src/config/format-problems.ts';
import { loadConfigFile } from '../src/config/load-config.ts';
import type { ConfigDraft } from '../src/config/to-hub-config.ts';
import type { ConnectionPolicy } from '../src/domain/policies.ts';
import type { CustomDomain, DeployedConnection, Deployment } from './deployment.ts';
import { readSettings } from './read-settings.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What goes to AWS: the templates' part, and the configuration that is applied to the table afterwards. */
export interface DeploymentToMake {
  readonly deployment: Deployment;
  readonly draft: ConfigDraft;
  /** Where the documents lie that the configuration names. */
  readonly folder: string;
}

/**
 * The deployment that the environment asks for: the variables that `readSettings` reads and the configuration file
 * `STAGEPOST_CONFIG` (default `stagepost.config.yaml`).
 * Throws all problems of variables and file as one text for people, an AggregateError that has each of them too.
 */
export async function readDeployment(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DeploymentToMake> {
  const { settings, problems: found } = readSettings(environment);
  const problems = [...found];
  const file = resolve(ROOT, environment.STAGEPOST_CONFIG ?? 'stagepost.config.yaml');
  const result = await loadConfigFile(file);
  if (!result.ok) {
    const named = result.problems.map((problem) => ({ ...problem, file: relative(ROOT, file) }));
    throw allOf([...problems, ...named.map(onlyTheProblem)], [...problems, formatProblems(named)]);
  }
  const { config } = result;
  const address = addressOf(config.publicUrl, settings.domain);
  if (address.problem !== undefined) problems.push(address.problem);
  if (problems.length > 0) throw allOf(problems, problems);
  const deployment = {
    ...settings,
    publicUrl: address.publicUrl,
    configuredUrl: config.publicUrl.replace(/\/$/, ''),
    connections: config.connections.map(deployedConnection),
    partnerEventSources: partnerEventSourcesOf(config.connections),
  };
  return { deployment, draft: config, folder: dirname(file) };
}

function allOf(problems: readonly string[], text: readonly string[]): AggregateError {
  return new AggregateError(
    problems.map((each) => new Error(each)),
    text.join('\n'),
  );
}

/** Without the line that counts, which comes once for all of them. */
function onlyTheProblem(problem: ConfigProblem): string {
  return formatProblems([problem]).replace(/\n\n1 problem; [^\n]*\n$/, '');
}

/** What AWS gives to an HTTP API; its first label changes whenever the API is made anew ("HTTP APIs", AWS documentation). */
const API_ADDRESS = /^[a-z0-9-]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * The sample configuration is for one machine; nobody outside can call that, so the domain's or the HTTP API's own
 * address is taken. So it is when the file has an address of API Gateway: that of an API which was destroyed would be a
 * dead one, and AWS knows the right one. Signatures cover the address, so two different ones cannot both be right.
 */
function addressOf(
  configured: string,
  domain: CustomDomain | undefined,
): { readonly publicUrl: string | undefined; readonly problem?: string } {
  const url = new URL(configured);
  const publicUrl = url.protocol === 'https:' ? configured.replace(/\/$/, '') : undefined;
  if (domain === undefined) return { publicUrl: API_ADDRESS.test(url.hostname) ? undefined : publicUrl };
  const own = `https://${domain.name}`;
  if (publicUrl === undefined || publicUrl === own) return { publicUrl: own };
  const problem = `STAGEPOST_DOMAIN says ${own}, the configuration says "publicUrl: ${configured}"; make them the same, providers sign the address that they call.`;
  return { publicUrl, problem };
}

function deployedConnection(connection: ConnectionPolicy): DeployedConnection {
  const { id, provider, role } = connection;
  const here = Object.values(connection.settings).find(isOnThisMachine);
  return {
    id,
    provider,
    role,
    secret: secretNameOf(connection),
    ...(here === undefined ? {} : { onThisMachine: here }),
  };
}

function isOnThisMachine(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    URL.canParse(value) &&
    ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(value).hostname)
  );
}
