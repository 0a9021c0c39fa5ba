import { deployedNames } from '../src/wiring/deployed-names.ts';
import type { Assembly } from './assembly.ts';
import { destroyArguments } from './cdk-arguments.ts';
import { findPlace } from './check-place.ts';
import type { DeployDeps } from './deploy-hub.ts';
import type { DeployOptions } from './deploy-options.ts';
import { readSettings } from './read-settings.ts';

/** Takes the app stack away and says what stays. Answers the CDK's exit code; throws an Error when it cannot begin. */
export async function destroyHub(
  options: DeployOptions,
  deps: Pick<DeployDeps, 'aws' | 'variables' | 'hasTerminal' | 'cdk' | 'say'> & {
    readonly synthesizeNames: (prefix: string) => Assembly;
  },
): Promise<number> {
  const { place, problems: found } = await findPlace(deps.aws, deps.variables);
  const { settings, problems: wrong } = readSettings(deps.variables);
  const { prefix } = settings;
  const problems = [...found, ...wrong.filter((each) => each.startsWith('STAGEPOST_NAME'))];
  if (!options.yes && !deps.hasTerminal) problems.push('There is nobody to ask: add --yes (npm run destroy -- --yes).');
  if (problems.length > 0 || place === undefined) {
    throw new Error(`Nothing was removed.\n${problems.map((each) => `- ${each}`).join('\n')}`);
  }
  const { folder, appStack, dataStack } = deps.synthesizeNames(prefix);
  deps.say(
    `Removing ${appStack} from account ${place.account}, ${place.region}. Messages that still wait in its queues go with it; what they told is found by reconcile when the hub is deployed again.`,
  );
  const code = await deps.cdk(destroyArguments({ ...place, folder, yes: options.yes }));
  if (code === 0) deps.say(whatStays(prefix, dataStack, place.account, place.region));
  return code;
}

/** The data, and how to remove it by hand: on purpose no command does that. */
function whatStays(prefix: string, dataStack: string, account: string, region: string): string {
  const bucket = deployedNames(prefix).bucket(account, region);
  return [
    `The data stays: the table ${prefix}, the bucket ${bucket} and the secrets, in the stack ${dataStack}. \`npm run deploy\` works on with it.`,
    'To remove it for good, by hand and in this order:',
    `  aws cloudformation update-termination-protection --region ${region} --no-enable-termination-protection --stack-name ${dataStack}`,
    `  aws cloudformation delete-stack --region ${region} --stack-name ${dataStack}`,
    `  aws dynamodb update-table --region ${region} --table-name ${prefix} --no-deletion-protection-enabled`,
    `  aws dynamodb delete-table --region ${region} --table-name ${prefix}`,
    `  empty the bucket ${bucket} with all versions (console of S3, "Empty"), then: aws s3 rb s3://${bucket}`,
    `  aws secretsmanager delete-secret --region ${region} --secret-id <each secret of a connection>`,
  ].join('\n');
}
