import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { secretNameOf } from '../config/connections.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { formatProblems } from '../config/format-problems.ts';
import { loadConfigFile } from '../config/load-config.ts';
import { type ProviderSettings, providerSettings } from '../config/provider-settings.ts';
import type { ConfigDraft } from '../config/to-hub-config.ts';
import type { ProviderSetup, SetupOptions } from '../crm/provider-setup.ts';
import { providerSetups } from '../crm/setups.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import type { CommandLine } from './arguments.ts';
import { CliProblem } from './cli-problem.ts';
import { setupForPeople, setupForPrograms } from './format-setup.ts';
import { json, type Outcome, said } from './outcome.ts';
import { readSigningKeys, type SecretPlace, secretInFile } from './setup-secret.ts';
import { writeFiles } from './write-files.ts';

export interface SetupDeps {
  /** Where the command was called; names of files are seen from here. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Where the secret of a connection lies when the hub is in AWS; undefined: in the file on this machine. */
  readonly secretInAws?: (secretName: string) => SecretPlace;
  /** Those of this deployment unless a test says otherwise. */
  readonly providers?: readonly ProviderSettings[];
}

/**
 * Writes what an admin deploys at a provider, and says what is left to do; needs no running hub. Throws CliProblem, and
 * has written nothing, for an unknown provider or connection, a configuration with mistakes, an address that the
 * provider cannot call, or a file in the way.
 */
export async function setUp(line: CommandLine, deps: SetupDeps): Promise<Outcome> {
  const setup = setupOf(line.operands[0]);
  refuseForeignOptions(setup, line.setup);
  const configFile = line.config ?? configFileOf(deps.variables);
  const config = await readConfig(configFile, deps);
  const connection = connectionOf(config, setup.provider, line.connection, configFile);
  const envName = line.env ?? '.env';
  const secret = await readSigningKeys(
    {
      place: deps.secretInAws?.(secretNameOf(connection)) ?? secretInFile(connection.id, resolve(deps.folder, envName)),
      givenKey: setup.givenSigningKey,
      example: setup.secretExample,
    },
    deps.randomBytes,
  );
  const result = setup.prepare({
    connectionId: connection.id,
    settings: connection.settings,
    publicUrl: config.publicUrl.replace(/\/$/, ''),
    signingKeys: secret.keys,
    options: line.setup,
  });
  if (!result.ok) throw new CliProblem(result.problem, result.remedy);
  const out = line.out ?? join('stagepost-setup', connection.id);
  const files = await writeFiles(resolve(deps.folder, out), result.files, line.force);
  const where = deps.secretInAws === undefined ? envName : undefined;
  const told = { connection, secret, files, out, envName: where, steps: result.steps, page: setup.page };
  return line.json ? json(setupForPrograms(told)) : said(setupForPeople(told));
}

function setupOf(provider: string | undefined): ProviderSetup {
  const known = providerSetups.map((each) => each.provider);
  const found = providerSetups.find((each) => each.provider === provider);
  if (found !== undefined) return found;
  if (provider === undefined) {
    throw new CliProblem(
      `"setup" needs the name of a provider: ${known.join(', ')}.`,
      'Write: npx stagepost setup <provider>',
    );
  }
  const near = didYouMean(provider, known);
  const hint = near === undefined ? '' : `Did you mean "${near}"? `;
  throw new CliProblem(`"${provider}" cannot be set up.`, `${hint}Known are: ${known.join(', ')}`);
}

function refuseForeignOptions(setup: ProviderSetup, options: SetupOptions): void {
  const foreign = Object.keys(options).find((name) => !setup.options.some((known) => known === name));
  if (foreign === undefined) return;
  const known = setup.options.map((name) => `--${name}`).join(', ');
  throw new CliProblem(
    `--${foreign} means nothing for ${setup.provider}.`,
    known === '' ? 'Leave it out.' : `Known are: ${known}`,
  );
}

function configFileOf({ STAGEPOST_CONFIG: named }: SetupDeps['variables']): string {
  return named === undefined || named === '' ? 'stagepost.config.yaml' : named;
}

async function readConfig(name: string, deps: SetupDeps): Promise<ConfigDraft> {
  const { folder, providers = providerSettings } = deps;
  const result = await loadConfigFile(resolve(folder, name), { readBytes: (path) => readFile(path), providers });
  if (result.ok) return result.config;
  const problems = formatProblems(result.problems.map((each) => ({ ...each, file: name })));
  throw new CliProblem(problems.trimEnd(), 'Correct the file, or name another one: --config <file>');
}

function connectionOf(
  config: ConfigDraft,
  provider: string,
  wanted: string | undefined,
  configFile: string,
): ConnectionPolicy {
  const candidates = config.connections.filter((each) => each.provider === provider);
  const ids = candidates.map(({ id }) => id).join(', ');
  if (candidates.length === 0) {
    throw new CliProblem(
      `${configFile} has no connection with "provider: ${provider}".`,
      'Add one under "connections", or name another file: --config <file>',
    );
  }
  if (wanted === undefined && candidates.length > 1) {
    throw new CliProblem(`${configFile} has several connections to ${provider}: ${ids}.`, 'Add --connection <id>');
  }
  const found = wanted === undefined ? candidates[0] : candidates.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  throw new CliProblem(`${configFile} has no connection "${wanted}" to ${provider}.`, `It has: ${ids}`);
}
