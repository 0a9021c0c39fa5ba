import { notReachable, type SetupInput } from '../../provider-setup.ts';
import { isLoopbackUrl } from '../instance-url.ts';
import { type SalesforceSettings, salesforceSettings } from '../settings.ts';

/** As in the schema of the secret. */
const SHORTEST_KEY = 16;

/** All that the files are made of. */
export interface OrgToSetUp {
  readonly settings: SalesforceSettings;
  readonly signingKey: string;
  readonly integrationUser: string;
  /** Undefined where no event relay is wanted. */
  readonly aws: { readonly account: string; readonly region: string } | undefined;
}

interface Refusal {
  readonly ok: false;
  readonly problem: string;
  readonly remedy: string;
}

/** Refuses what an org would refuse on deployment, or could never work with. */
export function checkInput(input: SetupInput): { readonly ok: true; readonly org: OrgToSetUp } | Refusal {
  const settings = salesforceSettings.settings.parse(input.settings);
  const [signingKey = ''] = input.signingKeys;
  const { 'aws-account': account, 'aws-region': region, 'integration-user': named } = input.options;
  const integrationUser = named ?? settings.username;
  const unreachable = isLoopbackUrl(settings.instanceUrl) ? undefined : unreachableFor(input.publicUrl);
  if (unreachable !== undefined) return unreachable;
  if (signingKey.length < SHORTEST_KEY) {
    return refused(
      `The newest signing key is shorter than ${SHORTEST_KEY} characters.`,
      'Take the whole "signingKeys" out of the secret and run this again: a good one is made.',
    );
  }
  if (integrationUser === undefined) {
    return refused(
      'The Outbound Message is sent in the name of a user of the org, and nobody said which.',
      'Add --integration-user <username of the integration user>, or "username" to the settings of the connection.',
    );
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(integrationUser)) {
    return refused(
      `"${integrationUser}" is not a Salesforce username.`,
      'Usernames look like an e-mail address; see Setup, Users.',
    );
  }
  const org = { settings, signingKey, integrationUser };
  if (account === undefined && region === undefined) return { ok: true, org: { ...org, aws: undefined } };
  if (account === undefined || region === undefined) {
    return refused('An event relay needs both the AWS account and its region.', 'Give --aws-account and --aws-region.');
  }
  if (!/^\d{12}$/.test(account)) return refused(`"${account}" is not an AWS account.`, 'It has twelve digits.');
  return /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)
    ? { ok: true, org: { ...org, aws: { account, region } } }
    : refused(`"${region}" is not an AWS region.`, 'Write e.g. eu-central-1.');
}

/** Salesforce calls port 443, and 1024 and above (Salesforce Help, "Permitted ports for outbound messages"). */
function unreachableFor(publicUrl: string): Refusal | undefined {
  const remedy =
    'Salesforce calls https on port 443, or on 1024 and above. Put such an address into the configuration.';
  const problem = notReachable(publicUrl);
  if (problem !== undefined) return refused(`${problem}.`, remedy);
  const { port } = new URL(publicUrl);
  return port === '' || Number(port) >= 1024
    ? undefined
    : refused(`publicUrl is ${publicUrl}, on port ${port}.`, remedy);
}

function refused(problem: string, remedy: string): Refusal {
  return { ok: false, problem, remedy };
}
