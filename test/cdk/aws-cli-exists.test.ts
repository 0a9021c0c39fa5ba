import { describe, expect, it } from 'vitest';
import { createAwsCli, type RunAws } from '../../cdk/aws-cli.ts';

type Answer = Awaited<ReturnType<RunAws>>;

const REGION = 'eu-central-1';

function scripted(answer: Answer): { readonly aws: ReturnType<typeof createAwsCli>; readonly calls: string[] } {
  const calls: string[] = [];
  const run: RunAws = async (args) => {
    calls.push(args.join(' '));
    return answer;
  };
  return { aws: createAwsCli(run), calls };
}

const NO_SECRET =
  "An error occurred (ResourceNotFoundException) when calling the DescribeSecret operation: Secrets Manager can't find the specified secret.";
const NO_TABLE =
  'An error occurred (ResourceNotFoundException) when calling the DescribeTable operation: Requested resource not found';
const NO_BUCKET = 'An error occurred (404) when calling the HeadBucket operation: Not Found';

describe('whether a name is taken', () => {
  it.each([
    ['secret', 'secretsmanager describe-secret --secret-id acme --region eu-central-1 --output json', NO_SECRET],
    ['table', 'dynamodb describe-table --table-name acme --region eu-central-1 --output json', NO_TABLE],
    ['bucket', 's3api head-bucket --bucket acme --region eu-central-1 --output json', NO_BUCKET],
  ] as const)('is asked for a %s', async (kind, command, absent) => {
    const there = scripted({ code: 0, stdout: '{"Name":"acme"}', stderr: '' });
    expect(await there.aws.exists(kind, 'acme', REGION)).toBe(true);
    expect(there.calls).toEqual([command]);
    expect(await scripted({ code: 254, stdout: '', stderr: absent }).aws.exists(kind, 'acme', REGION)).toBe(false);
  });

  it('is told by a command that answers nothing', async () => {
    expect(await scripted({ code: 0, stdout: '', stderr: '' }).aws.exists('bucket', 'acme', REGION)).toBe(true);
  });

  it('is not told when it may not be asked', async () => {
    const answer = { code: 254, stdout: '', stderr: 'An error occurred (403) when calling the HeadBucket operation' };
    await expect(scripted(answer).aws.exists('bucket', 'acme', REGION)).rejects.toThrow('(403)');
  });
});

describe('the state of a stack', () => {
  it('is what CloudFormation calls it', async () => {
    const { aws, calls } = scripted({
      code: 0,
      stdout: '{"Stacks":[{"StackStatus":"ROLLBACK_COMPLETE"}]}',
      stderr: '',
    });
    expect(await aws.stackStatus('acme-data', REGION)).toBe('ROLLBACK_COMPLETE');
    expect(calls).toEqual([
      'cloudformation describe-stacks --stack-name acme-data --region eu-central-1 --output json',
    ]);
  });

  it('is none when there is no stack, and unknown when it may not be asked', async () => {
    const failed = (stderr: string) => scripted({ code: 254, stdout: '', stderr }).aws;
    const absent = 'An error occurred (ValidationError): Stack with id acme-data does not exist';
    expect(await failed(absent).stackStatus('acme-data', REGION)).toBeUndefined();
    await expect(failed('AccessDenied').stackStatus('acme-data', REGION)).rejects.toThrow('AccessDenied');
  });
});
