import { randomBytes } from 'node:crypto';
import type { Environment } from '../platform/environment.ts';
import { type CommandLine, readArguments } from './arguments.ts';
import { CliProblem } from './cli-problem.ts';
import { checkConfig, replay, retry, showDeal, showDeals, showDeliveries, showQuarantine } from './commands.ts';
import { showConnections } from './connections.ts';
import { approve, remap, voidContract } from './decide.ts';
import { HELP } from './help.ts';
import { createHubClient } from './hub-client.ts';
import type { CommandDeps, Outcome } from './outcome.ts';
import { type SetupDeps, setUp } from './setup.ts';
import { showTrace } from './show-trace.ts';
import { deploymentOf } from './which-hub.ts';

/** What surrounds the command: the terminal, the environment, the network. */
export interface CliDeps {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly userName: () => string;
  readonly timeZone: string;
  readonly width: number;
  readonly folder: string;
  /** Answers in place of AWS; only tests have one. */
  readonly awsRequestHandler?: Environment['awsRequestHandler'];
  /** For new signing keys; the system's cryptographic source unless a test says otherwise. */
  readonly randomBytes?: (size: number) => Uint8Array;
}

/** Runs one command of `stagepost` and gives the process's exit code. Whatever a person can mend is told in words. */
export async function runCli(args: readonly string[], deps: CliDeps): Promise<number> {
  try {
    const line = readArguments(args);
    const outcome =
      line.command === 'setup'
        ? await setUp(line, await setupDeps(line, deps))
        : await run(line, await commandDeps(line, deps));
    deps.write(outcome.text);
    return outcome.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    deps.writeError(`${error.message}\n${error.remedy === '' ? '' : `${error.remedy}\n`}`);
    return 1;
  }
}

function run(line: CommandLine, deps: CommandDeps): Promise<Outcome> {
  switch (line.command) {
    case 'connections':
      return showConnections(line, deps);
    case 'deals':
      return showDeals(line, deps);
    case 'deal':
      return showDeal(line, deps);
    case 'deliveries':
      return showDeliveries(line, deps);
    case 'trace':
      return showTrace(line, deps);
    case 'quarantine':
      return showQuarantine(line, deps);
    case 'approve':
      return approve(line, deps);
    case 'void':
      return voidContract(line, deps);
    case 'remap':
      return remap(line, deps);
    case 'retry':
      return retry(line, deps);
    case 'replay':
      return replay(line, deps);
    case 'config check':
      return checkConfig(line, deps);
    default:
      return Promise.resolve({ text: HELP, ok: true });
  }
}

async function commandDeps(line: CommandLine, deps: CliDeps): Promise<CommandDeps> {
  const actor = line.as ?? deps.userName();
  return {
    hub: createHubClient({ actor, ...(await hubOf(line, deps)) }),
    page: { timeZone: deps.timeZone, width: deps.width },
    folder: deps.folder,
  };
}

async function setupDeps(line: CommandLine, deps: CliDeps): Promise<SetupDeps> {
  const { folder, variables, randomBytes: bytes = randomBytes, awsRequestHandler } = deps;
  const common = { folder, variables, randomBytes: bytes };
  const name = deploymentOf(line, variables);
  if (name === undefined) return common;
  const { createSecretsInAws } = await import('./secrets-in-aws.ts');
  const handler = awsRequestHandler === undefined ? {} : { awsRequestHandler };
  return { ...common, secretInAws: createSecretsInAws({ name, variables, ...handler }) };
}

/** Commands that ask no hub get none that would have to be found first. */
const NEEDS_NO_HUB: ReadonlySet<string> = new Set(['config check', 'help']);

async function hubOf(
  line: CommandLine,
  deps: CliDeps,
): Promise<{ readonly baseUrl: string; readonly fetch: typeof fetch }> {
  const name = deploymentOf(line, deps.variables);
  if (name === undefined || NEEDS_NO_HUB.has(line.command)) {
    return { baseUrl: hubAddress(deps.variables), fetch: deps.fetch };
  }
  // Loading the AWS clients takes longer than a local command as a whole.
  const { openDeployedHub } = await import('./deployed-hub.ts');
  const { variables, awsRequestHandler } = deps;
  const handler = awsRequestHandler === undefined ? {} : { awsRequestHandler };
  return { baseUrl: 'http://localhost', fetch: openDeployedHub({ name, variables, ...handler }) };
}

function hubAddress(variables: CliDeps['variables']): string {
  const given = variables.STAGEPOST_URL;
  if (given === undefined || given === '') return `http://127.0.0.1:${variables.STAGEPOST_PORT ?? '4200'}`;
  if (URL.canParse(given)) return new URL(given).origin;
  throw new CliProblem(`STAGEPOST_URL is "${given}", which is no address.`, 'Write e.g. http://127.0.0.1:4200');
}
