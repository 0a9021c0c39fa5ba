import { afterDeploy, type DeployResult, readOutputs } from './after-deploy.ts';
import type { AwsCli } from './aws-cli.ts';
import { bootstrapArguments, deployArguments } from './cdk-arguments.ts';
import { type DataTemplate, dataInDanger } from './check-data.ts';
import { checkConnections, checkDomain, findPlace, type Place } from './check-place.ts';
import type { DeployOptions } from './deploy-options.ts';
import type { Deployment } from './deployment.ts';

export interface Assembly {
  /** Folder of the cloud assembly. */
  readonly folder: string;
  readonly dataStack: string;
  readonly appStack: string;
  readonly dataTemplate: DataTemplate;
}

/** Everything that touches something outside. */
export interface DeployDeps {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether there is somebody whom the CDK can ask. */
  readonly hasTerminal: boolean;
  readonly aws: AwsCli;
  readDeployment(): Promise<Deployment>;
  /** Bundles the functions; answers what is wrong with them. */
  build(): Promise<readonly string[]>;
  synthesize(deployment: Deployment): Assembly;
  /** Runs the CDK command line; answers its exit code. */
  cdk(args: readonly string[]): Promise<number>;
  readonly outputsFile: string;
  readJson(file: string): Promise<unknown>;
  say(text: string): void;
}

/** The oldest bootstrap stack that templates of this CDK can use ("Bootstrapping", AWS CDK documentation). */
const BOOTSTRAP_VERSION = 6;

/**
 * Checks, builds, compares, bootstraps, deploys and tells what is left to do. Before the first thing is created all that
 * can be known to be wrong is thrown as one Error; so is a deployment that would replace or delete what holds data.
 */
export async function deployHub(options: DeployOptions, deps: DeployDeps): Promise<DeployResult> {
  const { deployment, place } = await check(options, deps);
  const { prefix } = deployment;
  const { account, region } = place;
  deps.say(`${prefix} goes to account ${account}, ${region}: building`);
  const broken = await deps.build();
  if (broken.length > 0) throw notDeployed(broken);
  const assembly = deps.synthesize(deployment);
  await refuseDanger(assembly, region, options.letGo, deps);

  const cdkPlace = { account, region, folder: assembly.folder };
  const version = await deps.aws.bootstrapVersion(region);
  if (version === undefined || version < BOOTSTRAP_VERSION) {
    deps.say(`Preparing ${account}/${region} for the CDK (stack CDKToolkit), once`);
    await cdk('bootstrap', bootstrapArguments(cdkPlace));
  }
  const { outputsFile } = deps;
  await cdk('deploy', deployArguments({ ...cdkPlace, outputsFile, yes: options.yes }));

  const outputs = readOutputs(await deps.readJson(outputsFile), assembly.appStack);
  const secretsWithoutValue = await withoutValue(deployment, region, deps);
  const { text, result } = afterDeploy({ deployment, place, outputs, secretsWithoutValue });
  deps.say(text);
  return result;

  async function cdk(command: string, args: readonly string[]): Promise<void> {
    const code = await deps.cdk(args);
    if (code !== 0) throw new Error(`cdk ${command} failed; what it said stands above.`);
  }
}

async function check(
  options: DeployOptions,
  deps: DeployDeps,
): Promise<{ readonly deployment: Deployment; readonly place: Place }> {
  const { place, problems: found } = await findPlace(deps.aws, deps.variables);
  const problems = [...found];
  if (!options.yes && !deps.hasTerminal) {
    problems.push('There is nobody to ask about permissions: add --yes (npm run deploy -- --yes).');
  }
  let deployment: Deployment | undefined;
  try {
    deployment = await deps.readDeployment();
    problems.push(...checkConnections(deployment), ...(await checkDomain(deployment, place, deps.aws)));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  if (problems.length > 0 || deployment === undefined || place === undefined) throw notDeployed(problems);
  return { deployment, place };
}

/** Compares with what is deployed; throws when something that holds data is in danger. */
export async function refuseDanger(
  { dataStack, dataTemplate }: Assembly,
  region: string,
  letGo: readonly string[],
  { aws }: Pick<DeployDeps, 'aws'>,
): Promise<void> {
  const danger = dataInDanger(await aws.template(dataStack, region), dataTemplate, letGo);
  if (danger.length > 0) throw notDeployed(danger);
}

async function withoutValue(deployment: Deployment, region: string, deps: DeployDeps): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { secret } of deployment.connections) {
    try {
      if (!(await deps.aws.secretHasValue(secret, region))) names.push(secret);
    } catch (error) {
      // The hub is deployed; who may deploy need not be allowed to look at secrets.
      deps.say(
        `Whether ${secret} has a value cannot be told: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return names;
}

function notDeployed(problems: readonly string[]): Error {
  return new Error(`Nothing was created or changed.\n${problems.map((each) => `- ${each}`).join('\n')}`);
}
