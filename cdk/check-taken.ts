import { deployedNames } from '../src/wiring/deployed-names.ts';
import type { AwsCli } from './aws-cli.ts';
import type { DataTemplate } from './check-data.ts';
import type { Place } from './check-place.ts';
import type { Deployment } from './deployment.ts';
import { messageOf } from './message-of.ts';

const HOW_TO_CLEAN_UP = 'docs/deploy.md, "The first deployment failed half way"';

/** What a look at the account found: what forbids a deployment, and what could not be told. */
export interface Findings {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What the data stack would make although it exists already: CloudFormation would find that out half way. Table, bucket
 * and secrets outlive their stack, and the secrets' names do not begin with the deployment's.
 *
 * @param deployed the template of the data stack; undefined when there is no such stack
 */
export async function namesTaken(
  { prefix, connections }: Pick<Deployment, 'prefix' | 'connections'>,
  place: Place,
  { dataStack, deployed }: { readonly dataStack: string; readonly deployed: DataTemplate | undefined },
  aws: Pick<AwsCli, 'exists'>,
): Promise<Findings> {
  const notes: string[] = [];
  const exists = async (kind: 'secret' | 'table' | 'bucket', name: string): Promise<boolean> => {
    try {
      return await aws.exists(kind, name, place.region);
    } catch (error) {
      // Who may deploy need not be allowed to look; CloudFormation says it later then.
      notes.push(`Whether the ${kind} ${name} exists already cannot be told: ${messageOf(error)}`);
      return false;
    }
  };
  const own = secretsIn(deployed);
  const secrets: string[] = [];
  for (const { secret } of connections) {
    if (!own.includes(secret) && (await exists('secret', secret))) secrets.push(secret);
  }
  const held: string[] = [];
  if (deployed === undefined) {
    const { table, bucket } = deployedNames(prefix);
    const files = bucket(place.account, place.region);
    if (await exists('table', table)) held.push(`the table ${table}`);
    if (await exists('bucket', files)) held.push(`the bucket ${files}`);
  }
  const problems = [
    ...(held.length === 0
      ? []
      : [
          `There is no stack ${dataStack}, but what it would make exists already: ${held.join(', ')}. Take it in with \`npx cdk import Data\`, delete it (${HOW_TO_CLEAN_UP}), or give this deployment another STAGEPOST_NAME.`,
        ]),
    ...(secrets.length === 0
      ? []
      : [
          `Secrets that exist already, outside the stack ${dataStack}: ${secrets.join(', ')}. If they are another deployment's, name others in this configuration ("secret:" in the connection). If they were left behind, take them in with \`npx cdk import Data\` or delete them (${HOW_TO_CLEAN_UP}).`,
        ]),
  ];
  return { problems, notes };
}

function secretsIn(template: DataTemplate | undefined): readonly unknown[] {
  return Object.values(template?.Resources ?? {})
    .filter(({ Type }) => Type === 'AWS::SecretsManager::Secret')
    .map(({ Properties }) => Properties?.Name);
}
