import type { AwsCli } from './aws-cli.ts';
import type { CustomDomain, Deployment } from './deployment.ts';
import { messageOf } from './message-of.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
}

const HOW_TO_SIGN_IN = 'Sign in first (`aws sso login`, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret).';

/** Where the caller's own environment leads to; a sentence for everything that is missing there. */
export async function findPlace(
  aws: Pick<AwsCli, 'account' | 'region'>,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly place: Place | undefined; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const named = [variables.AWS_REGION, variables.AWS_DEFAULT_REGION].find((each) => each !== undefined && each !== '');
  const region = named ?? (await aws.region());
  if (region === undefined) {
    problems.push('There is no region: set AWS_REGION, e.g. eu-central-1, or give the profile one.');
  }
  let account: string | undefined;
  try {
    account = await aws.account(region);
  } catch (error) {
    problems.push(`The AWS account cannot be told: ${messageOf(error)} ${HOW_TO_SIGN_IN}`);
  }
  const place = account === undefined || region === undefined ? undefined : { account, region };
  return { place, problems };
}

/** What keeps a deployment from working although its configuration is right: nothing at AWS reaches this machine. */
export function checkConnections({ connections }: Deployment): readonly string[] {
  if (connections.length === 0) return ['There is no connection: add one under "connections" in the configuration.'];
  const local = connections.flatMap(({ id, onThisMachine }) =>
    onThisMachine === undefined
      ? []
      : [
          `The connection ${id} leads to ${onThisMachine}, a simulator on this machine. Give it the settings of a real account, or name another file in STAGEPOST_CONFIG.`,
        ],
  );
  return [...local, ...sharedSecrets(connections)];
}

/** A secret holds the keys of one account; the second resource of its name would fail half way. */
function sharedSecrets(connections: Deployment['connections']): readonly string[] {
  return [...new Set(connections.map(({ secret }) => secret))].flatMap((secret) => {
    const ids = connections.filter((each) => each.secret === secret).map(({ id }) => id);
    return ids.length === 1
      ? []
      : [
          `The connections ${ids.join(', ')} name the same secret ${secret}. Give each a secret of its own ("secret:").`,
        ];
  });
}

/** The domain, its certificate, and the address that the hub tells to providers have to fit together. */
export async function checkDomain(
  { domain, configuredUrl }: Pick<Deployment, 'domain' | 'configuredUrl'>,
  place: Place | undefined,
  aws: Pick<AwsCli, 'certificate'>,
): Promise<readonly string[]> {
  if (domain === undefined) return [];
  const url = `https://${domain.name}`;
  const problems =
    configuredUrl === url ? [] : [`Write "publicUrl: ${url}" into the configuration: contracts name that address.`];
  if (place === undefined) return problems;
  return [...problems, ...(await checkCertificate(domain, place, aws))];
}

async function checkCertificate(
  { name, certificateArn }: CustomDomain,
  { region }: Place,
  aws: Pick<AwsCli, 'certificate'>,
): Promise<readonly string[]> {
  const [, , , certificateRegion] = certificateArn.split(':');
  if (certificateRegion !== region) {
    return [`The certificate of ${name} is in ${certificateRegion}; it has to be in ${region}, where the hub is.`];
  }
  try {
    const { status, names } = await aws.certificate(certificateArn, region);
    const problems = status === 'ISSUED' ? [] : [`The certificate of ${name} is not issued yet (${status}).`];
    const wild = `*.${name.slice(name.indexOf('.') + 1)}`;
    if (!names.includes(name) && !names.includes(wild)) {
      problems.push(`The certificate is not for ${name} but for ${names.join(', ')}.`);
    }
    return problems;
  } catch (error) {
    return [`The certificate of ${name} cannot be looked at: ${messageOf(error)}`];
  }
}
