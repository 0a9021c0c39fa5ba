import { describe, expect, it } from 'vitest';
import { createAwsCli, type RunAws } from '../../cdk/aws-cli.ts';

type Answer = Awaited<ReturnType<RunAws>>;

const REGION = 'eu-central-1';
const said = (value: unknown): Answer => ({ code: 0, stdout: JSON.stringify(value), stderr: '' });
const failed = (stderr: string): Answer => ({ code: 254, stdout: '', stderr });

function scripted(answer: Answer): { readonly aws: ReturnType<typeof createAwsCli>; readonly calls: string[] } {
  const calls: string[] = [];
  const run: RunAws = async (args) => {
    calls.push(args.join(' '));
    return answer;
  };
  return { aws: createAwsCli(run), calls };
}

describe('the account', () => {
  it('is asked for with the credentials of the caller', async () => {
    const { aws, calls } = scripted(said({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ada' }));
    expect(await aws.account()).toBe('111122223333');
    expect(calls).toEqual(['sts get-caller-identity --output json']);
  });

  it('is unknown for the reason that AWS gives', async () => {
    const { aws } = scripted(failed('\nThe SSO session has expired.\n'));
    await expect(aws.account()).rejects.toThrow(/^The SSO session has expired\.$/);
  });

  it('is unknown without the AWS CLI', async () => {
    await expect(scripted(undefined).aws.account()).rejects.toThrow('The AWS CLI is not installed');
  });
});

describe('the region', () => {
  it.each<[Answer, string | undefined]>([
    [{ code: 0, stdout: 'eu-north-1\n', stderr: '' }, 'eu-north-1'],
    [{ code: 1, stdout: '', stderr: '' }, undefined],
    [undefined, undefined],
  ])('of the profile: %j is %s', async (answer, region) => {
    expect(await scripted(answer).aws.region()).toBe(region);
  });
});

describe('the bootstrap', () => {
  it('has the version that templates look for', async () => {
    const { aws, calls } = scripted(said({ Parameter: { Value: '28' } }));
    expect(await aws.bootstrapVersion(REGION)).toBe(28);
    expect(calls).toEqual([
      'ssm get-parameter --name /cdk-bootstrap/hnb659fds/version --region eu-central-1 --output json',
    ]);
  });

  it('is missing when there is no such parameter, and unknown when it may not be read', async () => {
    expect(
      await scripted(failed('An error occurred (ParameterNotFound) when calling GetParameter')).aws.bootstrapVersion(
        REGION,
      ),
    ).toBeUndefined();
    await expect(
      scripted(failed('An error occurred (AccessDeniedException)')).aws.bootstrapVersion(REGION),
    ).rejects.toThrow('AccessDeniedException');
  });
});

describe('the deployed template', () => {
  const template = { Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } };

  it.each<[string, unknown]>([
    ['as JSON', template],
    ['as text', JSON.stringify(template)],
    ['as YAML', 'Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n'],
  ])('is read %s', async (_, body) => {
    const { aws, calls } = scripted(said({ TemplateBody: body }));
    expect(await aws.template('acme-data', REGION)).toEqual(template);
    expect(calls).toEqual([
      'cloudformation get-template --stack-name acme-data --template-stage Original --region eu-central-1 --output json',
    ]);
  });

  it('is none when there is no stack', async () => {
    const answer = failed('An error occurred (ValidationError): Stack with id acme-data does not exist');
    expect(await scripted(answer).aws.template('acme-data', REGION)).toBeUndefined();
  });

  // Whoever may not read it must not be taken for the first one to deploy.
  it.each(['An error occurred (AccessDenied) when calling GetTemplate', 'Could not connect to the endpoint URL', ''])(
    'is not taken for none when it cannot be read: "%s"',
    async (stderr) => {
      await expect(scripted(failed(stderr)).aws.template('acme-data', REGION)).rejects.toThrow(
        stderr === '' ? 'aws cloudformation get-template failed' : stderr,
      );
    },
  );
});

describe('a certificate', () => {
  it('has a status and names', async () => {
    const { aws } = scripted(
      said({ Certificate: { Status: 'ISSUED', SubjectAlternativeNames: ['example.com', '*.example.com'] } }),
    );
    expect(await aws.certificate('arn', REGION)).toEqual({ status: 'ISSUED', names: ['example.com', '*.example.com'] });
  });
});

describe('a secret', () => {
  it.each<[string, object, boolean]>([
    ['holds nothing as CloudFormation made it', { a: ['AWSCURRENT'] }, false],
    ['has a value after somebody put one in', { a: ['AWSPREVIOUS'], b: ['AWSCURRENT'] }, true],
  ])('%s', async (_, VersionIdsToStages, has) => {
    const { aws, calls } = scripted(said({ Name: 'stagepost/crm-main', VersionIdsToStages }));
    expect(await aws.secretHasValue('stagepost/crm-main', REGION)).toBe(has);
    expect(calls).toEqual([
      'secretsmanager describe-secret --secret-id stagepost/crm-main --region eu-central-1 --output json',
    ]);
  });
});
