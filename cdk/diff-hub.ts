import { diffArguments } from './cdk-arguments.ts';
import { dataInDanger } from './check-data.ts';
import { findPlace } from './check-place.ts';
import type { DeployDeps } from './deploy-hub.ts';

/**
 * Shows what a deployment would change, and says first what it would refuse. Answers the exit code: 1 when it would be
 * refused. Throws an Error when account, configuration or bundles are not right.
 */
export async function diffHub(deps: DeployDeps): Promise<number> {
  const { place, problems } = await findPlace(deps.aws, deps.variables);
  if (place === undefined) throw new Error(problems.join('\n'));
  const { deployment } = await deps.readDeployment();
  const broken = await deps.build();
  if (broken.length > 0) throw new Error(broken.join('\n'));
  const { folder, dataStack, dataTemplate } = deps.synthesize(deployment);
  const danger = dataInDanger(await deps.aws.template(dataStack, place.region), dataTemplate);
  for (const each of danger) deps.say(`Would be refused: ${each}`);
  const code = await deps.cdk(diffArguments({ ...place, folder }));
  return code === 0 && danger.length > 0 ? 1 : code;
}
