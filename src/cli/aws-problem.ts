import { CliProblem } from './cli-problem.ts';

/** Where a command looked for the hub. */
export interface AwsPlace {
  /** Name of the deployment. */
  readonly name: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
}

const SIGNED_OUT = /\bSSO\b|aws sso login|token (?:is |has )?expired/i;
/** What AWS says of credentials that it does not take ("Common errors", AWS API references). */
const NOT_TAKEN = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException']);
const NO_QUEUE = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);
const NO_NETWORK = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'TimeoutError']);

/**
 * What an AWS client's failure means to a person at a terminal, with what to do. Undefined when it means nothing
 * particular there; the failure may be the cause of a cause.
 */
export function awsProblem(error: unknown, place: AwsPlace): CliProblem | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const problem = meaningOf(each, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function meaningOf(error: Error, { name, region, profile }: AwsPlace): CliProblem | undefined {
  const code: unknown = Reflect.get(error, 'code');
  const is = (names: ReadonlySet<string>) => names.has(error.name) || (typeof code === 'string' && names.has(code));
  const where = region === undefined ? '' : ` in ${region}`;
  const login = `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') {
    return SIGNED_OUT.test(error.message)
      ? new CliProblem('Your sign-in to AWS has run out.', `Sign in again: ${login}`)
      : new CliProblem(
          profile === undefined
            ? 'There are no credentials for AWS.'
            : `The AWS profile "${profile}" gives no credentials.`,
          `Sign in (${login}), or name a profile: AWS_PROFILE=<profile> npx stagepost ...`,
        );
  }
  if (error.message === 'Region is missing') {
    return new CliProblem(
      'It is not said in which AWS region the hub is.',
      'Name it: AWS_REGION=eu-central-1 npx stagepost ..., or give the profile a region.',
    );
  }
  if (is(NOT_TAKEN)) {
    return new CliProblem(
      `AWS does not take these credentials (${error.name}): they have run out, or are not right.`,
      `Sign in again (${login}), or name another profile: AWS_PROFILE=<profile> npx stagepost ...`,
    );
  }
  if (is(DENIED)) {
    const [, right] = /not authorized to perform: (\S+)/.exec(error.message) ?? [];
    const [, on] = /on resource: (\S+)/.exec(error.message) ?? [];
    const what = right === undefined ? 'do this' : `do ${right}${on === undefined ? '' : ` on ${on}`}`;
    return new CliProblem(
      `These credentials may not ${what}.`,
      'Have that right given to you, or use another profile; docs/looking-into-it.md lists what is needed.',
    );
  }
  const elsewhere = 'Name another deployment with --name <name> or STAGEPOST_NAME, another region with AWS_REGION.';
  if (error.name === 'ResourceNotFoundException') {
    return new CliProblem(`There is no hub called "${name}"${where}: it has no table there.`, elsewhere);
  }
  if (is(NO_QUEUE)) {
    return new CliProblem(`The hub "${name}"${where} has no such queue; is all of it deployed?`, elsewhere);
  }
  if (error.name === 'NoSuchBucket') {
    return new CliProblem(`The hub "${name}"${where} has no bucket for its files; is all of it deployed?`, elsewhere);
  }
  if (is(NO_NETWORK)) {
    return new CliProblem(`AWS does not answer${where}.`, 'Look whether the region is right and the network is up.');
  }
  return undefined;
}
