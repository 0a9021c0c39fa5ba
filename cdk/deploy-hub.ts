import { afterDeploy, type DeployResult, readOutputs } from './after-deploy.ts';
import type { Assembly } from './assembly.ts';
import type { AwsCli } from './aws-cli.ts';
import { bootstrapArguments, deployArguments } from './cdk-arguments.ts';
import { checkAccounts } from './check-accounts.ts';
import { compareWithDeployed } from './check-deployed.ts';
import { checkConnections, checkDomain, findPlace, type Place } from './check-place.ts';
import type { DeployOptions } from './deploy-options.ts';
import type { DeployedHub } from './deployed-hub.ts';
import type { Deployment } from './deployment.ts';
import { messageOf, problemsOf } from './message-of.ts';
import type { DeploymentToMake } from './read-deployment.ts';

/** Everything that touches something outside. */
export interface DeployDeps {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether there is somebody whom the CDK can ask. */
  readonly hasTerminal: boolean;
  readonly aws: AwsCli;
  /** The table and the bucket, once they are there. */
  readonly hub: DeployedHub;
  readDeployment(): Promise<DeploymentToMake>;
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
 * Checks, builds, compares, bootstraps, deploys, applies the configuration and tells what is left to do. Before the first
 * thing is created all that can be known to be wrong is thrown as one Error; so is a deployment that would replace or
 * delete what holds data or find its names taken, one in which a variable is missing that was set before, and one in
 * which a connection would mean another account than before.
 */
export async function deployHub(options: DeployOptions, deps: DeployDeps): Promise<DeployResult> {
  const { deployment, draft, folder, place } = await check(options, deps);
  const { prefix } = deployment;
  const { account, region } = place;
  deps.say(`${prefix} goes to account ${account}, ${region}: building`);
  const broken = await deps.build();
  if (broken.length > 0) throw notDeployed(broken);
  const assembly = deps.synthesize(deployment);
  const { problems, notes } = await compareWithDeployed(
    assembly,
    { deployment, place, letGo: options.letGo },
    deps.aws,
  );
  for (const note of notes) deps.say(note);
  if (problems.length > 0) throw notDeployed(problems);

  const cdkPlace = { account, region, folder: assembly.folder };
  const version = await deps.aws.bootstrapVersion(region);
  if (version === undefined || version < BOOTSTRAP_VERSION) {
    deps.say(`Preparing ${account}/${region} for the CDK (stack CDKToolkit), once`);
    await cdk('bootstrap', bootstrapArguments(cdkPlace));
  }
  const { outputsFile } = deps;
  await cdk('deploy', deployArguments({ ...cdkPlace, outputsFile, yes: options.yes }));

  const outputs = readOutputs(await deps.readJson(outputsFile), assembly.appStack);
  const configuration = await apply(outputs.publicUrl);
  const secretsWithoutValue = await withoutValue(deployment, region, deps);
  const { text, result } = afterDeploy({ deployment, place, outputs, configuration, secretsWithoutValue });
  deps.say(text);
  return result;

  async function cdk(command: string, args: readonly string[]): Promise<void> {
    const code = await deps.cdk(args);
    if (code !== 0) throw new Error(`cdk ${command} failed; what it said stands above.`);
  }

  /** After the code, which reads older configurations too; the other way round the old code would read a newer one. */
  async function apply(publicUrl: string): Promise<number> {
    try {
      // Contracts name the address that providers really call, which the file of a first deployment cannot know.
      return await deps.hub.apply({ ...draft, publicUrl }, folder, prefix, place);
    } catch (error) {
      throw new Error(
        `${prefix} is deployed, but its configuration is not applied: ${messageOf(error)}\nRun the same command again; until then what was in force stays in force, and without any the deliveries wait.`,
      );
    }
  }
}

async function check(options: DeployOptions, deps: DeployDeps): Promise<DeploymentToMake & { readonly place: Place }> {
  const { place, problems: found } = await findPlace(deps.aws, deps.variables);
  const problems = [...found];
  if (!options.yes && !deps.hasTerminal) {
    problems.push('There is nobody to ask about permissions: add --yes (npm run deploy -- --yes).');
  }
  let toMake: DeploymentToMake | undefined;
  try {
    toMake = await deps.readDeployment();
    const { deployment } = toMake;
    problems.push(...checkConnections(deployment), ...(await checkDomain(deployment, place, deps.aws)));
    if (place !== undefined) problems.push(...(await checkAccounts(toMake, place, deps.hub)));
  } catch (error) {
    problems.push(...problemsOf(error));
  }
  if (problems.length > 0 || toMake === undefined || place === undefined) throw notDeployed(problems);
  return { ...toMake, place };
}

async function withoutValue(deployment: Deployment, region: string, deps: DeployDeps): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { secret } of deployment.connections) {
    try {
      if (!(await deps.aws.secretHasValue(secret, region))) names.push(secret);
    } catch (error) {
      // The hub is deployed; who may deploy need not be allowed to look at secrets.
      deps.say(`Whether ${secret} has a value cannot be told: ${messageOf(error)}`);
    }
  }
  return names;
}

function notDeployed(problems: readonly string[]): Error {
  return new Error(`Nothing was created or changed.\n${problems.map((each) => `- ${indented(each)}`).join('\n')}`);
}

/** Under its dash, so that the next dash is the next problem. */
function indented(problem: string): string {
  return problem.trimEnd().replaceAll(/\n(?=.)/g, '\n  ');
}
