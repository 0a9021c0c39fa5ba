import { parse } from 'yaml';
import type { DataTemplate } from './check-data.ts';

/** What a command of the AWS CLI answered; undefined when there is no AWS CLI. */
export type RunAws = (
  args: readonly string[],
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string } | undefined>;

export interface Certificate {
  /** e.g. `ISSUED` */
  readonly status: string;
  /** Names it is good for; a leading `*.` stands for one label. */
  readonly names: readonly string[];
}

/** What a deployment asks the account, with the caller's own profile or variables. It changes nothing there. */
export interface AwsCli {
  /** @param region where it is known: version 1 of the AWS CLI does not read AWS_REGION, and asks nobody without a region */
  account(region?: string): Promise<string>;
  /** The region of the profile; undefined when it has none. */
  region(): Promise<string | undefined>;
  /** Version of the CDK's own stack; undefined when account and region were never prepared. */
  bootstrapVersion(region: string): Promise<number | undefined>;
  /** The template that is deployed; undefined when there is no such stack. */
  template(stack: string, region: string): Promise<DataTemplate | undefined>;
  /** e.g. `UPDATE_COMPLETE`; undefined when there is no such stack. */
  stackStatus(stack: string, region: string): Promise<string | undefined>;
  /** Whether something of that name is there, whoever made it. A secret counts until it is deleted for good. */
  exists(kind: 'secret' | 'table' | 'bucket', name: string, region: string): Promise<boolean>;
  certificate(arn: string, region: string): Promise<Certificate>;
  /** Whether somebody has put a value into the secret since it was made. The value itself is not read. */
  secretHasValue(name: string, region: string): Promise<boolean>;
}

/** How to ask whether a thing exists, and part of the message that means that it does not. */
const LOOK = {
  secret: [['secretsmanager', 'describe-secret', '--secret-id'], 'ResourceNotFoundException'],
  table: [['dynamodb', 'describe-table', '--table-name'], 'ResourceNotFoundException'],
  bucket: [['s3api', 'head-bucket', '--bucket'], '(404)'],
} as const;

/** Every CDK application of version 2 looks for the version under this name before it deploys. */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** Every method throws an Error whose message is AWS's own sentence, or says that the AWS CLI is missing. */
export function createAwsCli(run: RunAws): AwsCli {
  /** @param absent part of the message that means "there is none" */
  async function ask(args: readonly string[], absent?: string): Promise<unknown> {
    const answer = await run([...args, '--output', 'json']);
    if (answer === undefined) throw new Error('The AWS CLI is not installed, or not on the PATH: `aws --version`.');
    // Some commands answer nothing when all is well, such as head-bucket of older versions.
    if (answer.code === 0) return answer.stdout.trim() === '' ? {} : JSON.parse(answer.stdout);
    const message = answer.stderr.trim();
    if (absent !== undefined && message.includes(absent)) return undefined;
    throw new Error(message === '' ? `aws ${args[0]} ${args[1]} failed` : message);
  }

  return {
    async account(region) {
      const where = region === undefined ? [] : ['--region', region];
      return textOf(await ask(['sts', 'get-caller-identity', ...where]), 'Account');
    },
    async region() {
      const answer = await run(['configure', 'get', 'region']);
      const region = answer?.code === 0 ? answer.stdout.trim() : '';
      return region === '' ? undefined : region;
    },
    async bootstrapVersion(region) {
      const answer = await ask(
        ['ssm', 'get-parameter', '--name', BOOTSTRAP_PARAMETER, '--region', region],
        'ParameterNotFound',
      );
      return answer === undefined ? undefined : Number(textOf(fieldOf(answer, 'Parameter'), 'Value'));
    },
    async template(stack, region) {
      const answer = await ask(
        ['cloudformation', 'get-template', '--stack-name', stack, '--template-stage', 'Original', '--region', region],
        'does not exist',
      );
      if (answer === undefined) return undefined;
      const body = fieldOf(answer, 'TemplateBody');
      // As text when it was uploaded as YAML, which JSON is a part of.
      const template: unknown = typeof body === 'string' ? parse(body) : body;
      if (typeof template !== 'object' || template === null) throw new Error(`the template of ${stack} cannot be read`);
      return template;
    },
    async stackStatus(stack, region) {
      const answer = await ask(
        ['cloudformation', 'describe-stacks', '--stack-name', stack, '--region', region],
        'does not exist',
      );
      if (answer === undefined) return undefined;
      const stacks = fieldOf(answer, 'Stacks');
      return textOf(Array.isArray(stacks) ? stacks[0] : undefined, 'StackStatus');
    },
    async exists(kind, name, region) {
      const [command, absent] = LOOK[kind];
      return (await ask([...command, name, '--region', region], absent)) !== undefined;
    },
    async certificate(arn, region) {
      const answer = await ask(['acm', 'describe-certificate', '--certificate-arn', arn, '--region', region]);
      const certificate = fieldOf(answer, 'Certificate');
      const names = fieldOf(certificate, 'SubjectAlternativeNames');
      return { status: textOf(certificate, 'Status'), names: Array.isArray(names) ? names.map(String) : [] };
    },
    async secretHasValue(name, region) {
      const answer = await ask(['secretsmanager', 'describe-secret', '--secret-id', name, '--region', region]);
      const versions = Object.values(fieldOf(answer, 'VersionIdsToStages') ?? {});
      // CloudFormation makes the first version; whoever puts a value in makes another, and the first gets this label.
      return versions.flat().includes('AWSPREVIOUS');
    },
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  if (typeof text !== 'string' || text === '') throw new Error(`AWS answered without "${name}".`);
  return text;
}
