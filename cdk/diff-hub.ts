import { diffArguments } from './cdk-arguments.ts';
import { compareWithDeployed } from './check-deployed.ts';
import { findPlace } from './check-place.ts';
import type { DeployDeps } from './deploy-hub.ts';
import type { DeployOptions } from './deploy-options.ts';

/**
 * Shows what a deployment would change, and says first what it would refuse. Answers the exit code: 1 when it would be
 * refused. Throws an Error when account, configuration or bundles are not right.
 */
export async function diffHub({ letGo }: Pick<DeployOptions, 'letGo'>, deps: DeployDeps): Promise<number> {
  const { place, problems } = await findPlace(deps.aws, deps.variables);
  if (place === undefined) throw new Error(problems.join('\n'));
  const { deployment } = await deps.readDeployment();
  const broken = await deps.build();
  if (broken.length > 0) throw new Error(broken.join('\n'));
  const assembly = deps.synthesize(deployment);
  const found = await compareWithDeployed(assembly, { deployment, place, letGo }, deps.aws);
  for (const note of found.notes) deps.say(note);
  for (const each of found.problems) deps.say(`Would be refused: ${each}`);
  const code = await deps.cdk(diffArguments({ ...place, folder: assembly.folder }));
  return code === 0 && found.problems.length > 0 ? 1 : code;
}
