import type { Place } from './check-place.ts';
import type { Deployment } from './deployment.ts';

/** What a deployment ends with, for machines; the last line of `npm run deploy`. */
export interface DeployResult extends Place {
  readonly deployed: string;
  readonly publicUrl: string;
  readonly alarmTopic: string;
  /** Version of the configuration in force. */
  readonly configuration: number;
  readonly webhooks: readonly { readonly connection: string; readonly provider: string; readonly url: string }[];
  readonly secretsWithoutValue: readonly string[];
}

/** What the app stack answered, out of the file that the CDK wrote. Throws when the address is missing. */
export function readOutputs(
  outputs: unknown,
  stackName: string,
): { readonly publicUrl: string; readonly alarmTopic: string; readonly domainTarget?: string } {
  const stack: unknown = typeof outputs === 'object' && outputs !== null ? Reflect.get(outputs, stackName) : undefined;
  const read = (name: string): string | undefined => {
    const value: unknown = typeof stack === 'object' && stack !== null ? Reflect.get(stack, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const publicUrl = read('PublicUrl');
  if (publicUrl === undefined)
    throw new Error(`The stack ${stackName} answered no PublicUrl; look at it in the console.`);
  const domainTarget = read('DomainTarget');
  return {
    publicUrl: publicUrl.replace(/\/$/, ''),
    alarmTopic: read('AlarmTopic') ?? '',
    ...(domainTarget === undefined ? {} : { domainTarget }),
  };
}

/** What is left to do, in the order in which it is done. */
export function afterDeploy(told: {
  readonly deployment: Deployment;
  readonly place: Place;
  readonly outputs: ReturnType<typeof readOutputs>;
  readonly configuration: number;
  readonly secretsWithoutValue: readonly string[];
}): { readonly text: string; readonly result: DeployResult } {
  const { deployment, place, outputs, configuration, secretsWithoutValue } = told;
  const { publicUrl, alarmTopic, domainTarget } = outputs;
  const webhooks = deployment.connections.map(({ id, provider }) => ({
    connection: id,
    provider,
    url: `${publicUrl}/webhooks/${provider}/${id}`,
  }));
  const lines = [
    `${deployment.prefix} is deployed to account ${place.account}, ${place.region}.`,
    `Version ${configuration} of the configuration is in force within a minute.`,
  ];
  if (domainTarget !== undefined && deployment.domain !== undefined) {
    lines.push('', `Let the name ${deployment.domain.name} point to ${domainTarget} (CNAME, or an alias in Route 53).`);
  }
  if (deployment.configuredUrl !== publicUrl) {
    lines.push(
      '',
      `Write "publicUrl: ${publicUrl}" into the configuration: \`npx stagepost --aws setup\` tells that address to the CRMs.`,
    );
  }
  lines.push('', 'Where providers deliver');
  for (const { connection, provider, url } of webhooks) {
    const role = deployment.connections.find(({ id }) => id === connection)?.role;
    lines.push(`  ${url}`, `    ${role === 'crm' ? crmSteps(provider, connection) : ESIGN_STEPS}`);
  }
  lines.push('', secretsWithoutValue.length === 0 ? 'Every secret has a value.' : 'Secrets that hold no value yet');
  for (const name of secretsWithoutValue) {
    lines.push(
      `  ${name}`,
      `    aws secretsmanager put-secret-value --region ${place.region} --secret-id ${name} --secret-string file://<file with the JSON>`,
    );
  }
  if (deployment.alarms === undefined) {
    lines.push('', `Nobody hears the alarms: set STAGEPOST_ALARM_EMAIL, or subscribe to ${alarmTopic}.`);
  }
  if (deployment.alarms?.email !== undefined) {
    lines.push('', `If this is new, ${deployment.alarms.email} has mail from AWS: confirm it, or no alarm gets there.`);
  }
  lines.push('', 'What comes next, click by click: docs/deploy.md');
  const result = {
    deployed: deployment.prefix,
    ...place,
    publicUrl,
    alarmTopic,
    configuration,
    webhooks,
    secretsWithoutValue,
  };
  return { text: lines.join('\n'), result };
}

function crmSteps(provider: string, connection: string): string {
  return `npx stagepost --aws setup ${provider} --connection ${connection} writes the files that take it there`;
}

const ESIGN_STEPS =
  'goes along with every contract; in the account, make the key that signs what it sends (docs/deploy.md)';
