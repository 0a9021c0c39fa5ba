import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { createTemplates, resourcesOf } from './templates.ts';

const topology = createTopology(['crm-one', 'crm-two']);
const { app, data } = createTemplates({ topology });

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

function roleOf(name: string): Statement[] {
  const found = resourcesOf(app, 'AWS::IAM::Role').find(
    ([, role]) => role.Properties.Description === `Stagepost: what the function ${name} may do`,
  );
  const policies = (found?.[1].Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap((policy) => policy.PolicyDocument.Statement);
}

const many = (value: string | string[]): string[] => (typeof value === 'string' ? [value] : value);
const actionsOf = (name: string): string[] =>
  roleOf(name)
    .flatMap(({ Action }) => many(Action))
    .sort();

/** Every value of a key called Resource, wherever it is. */
function resourceValues(value: unknown, found: unknown[] = []): unknown[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Resource') found.push(...(Array.isArray(inner) ? inner : [inner]));
    resourceValues(inner, found);
  }
  return found;
}

const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const CONSUME = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const TABLE = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'];
const FILES = ['s3:GetObject', 's3:ListBucket', 's3:PutObject'];

describe('permissions', () => {
  it('never speak of all resources, in either stack', () => {
    const values = [...resourceValues(app.toJSON()), ...resourceValues(data.toJSON())];
    expect(values.length).toBeGreaterThan(40);
    expect(values).not.toContain('*');
  });

  it('are inline statements of one role per function, without managed policies', () => {
    const roles = resourcesOf(app, 'AWS::IAM::Role');
    expect(roles).toHaveLength(7);
    for (const [, role] of roles) expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    const usedRoles = resourcesOf(app, 'AWS::Lambda::Function').map(([, fn]) => JSON.stringify(fn.Properties.Role));
    expect(new Set(usedRoles).size).toBe(6);
  });

  it.each([
    ['webhooks', [...LOG, 'secretsmanager:GetSecretValue', 'sqs:SendMessage']],
    ['record', [...TABLE, 'events:PutEvents', ...LOG, ...FILES, ...CONSUME]],
    [
      'start-onboarding',
      [...TABLE, 'events:PutEvents', ...LOG, 'secretsmanager:GetSecretValue', ...CONSUME, 'sqs:SendMessage'],
    ],
    [
      'send-contract',
      [...TABLE, 'events:PutEvents', ...LOG, ...FILES, 'secretsmanager:GetSecretValue', ...CONSUME, 'sqs:SendMessage'],
    ],
  ])('of %s are what it needs and nothing else', (name, expected) => {
    expect(actionsOf(name)).toEqual([...expected].sort());
  });

  it('let the webhooks function send to the two inboxes only', () => {
    const send = roleOf('webhooks').find(({ Sid }) => Sid === 'SendToQueues');
    const arnOf = (name: string) => {
      const named = resourcesOf(app, 'AWS::SQS::Queue').find(([, queue]) => queue.Properties.QueueName === name);
      return { 'Fn::GetAtt': [named?.[0], 'Arn'] };
    };
    expect(send?.Resource).toEqual([arnOf('stagepost-test-inbox'), arnOf('stagepost-test-inbox-hints')]);
  });

  it('name each secret, so that a secret of somebody else cannot be read', () => {
    const read = roleOf('webhooks').find(({ Sid }) => Sid === 'ReadSecrets');
    const text = JSON.stringify(read?.Resource);
    expect(text).toContain(':secret:stagepost/crm-main-??????"');
    expect(text).toContain(':secret:stagepost/sign-main-??????"');
    expect(read?.Resource).toHaveLength(2);
  });

  it('let the scheduler wake reconcile and nothing else', () => {
    const roles = resourcesOf(app, 'AWS::IAM::Role').filter(([, role]) =>
      JSON.stringify(role.Properties.AssumeRolePolicyDocument).includes('scheduler.amazonaws.com'),
    );
    expect(roles).toHaveLength(1);
    const reconcileId = resourcesOf(app, 'AWS::Lambda::Function').find(
      ([, fn]) => fn.Properties.FunctionName === 'stagepost-test-reconcile',
    )?.[0];
    expect(roles[0]?.[1].Properties.Policies).toMatchObject([
      {
        PolicyDocument: {
          Statement: [{ Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [reconcileId, 'Arn'] } }],
        },
      },
    ]);
  });
});

describe('the AWS calls in the sources', () => {
  /** Permission for each command of the SDK that production code may use; what is missing here is granted to nobody. */
  const GRANTED = new Map([
    ['GetItemCommand', 'dynamodb:GetItem'],
    ['PutItemCommand', 'dynamodb:PutItem'],
    ['DeleteItemCommand', 'dynamodb:DeleteItem'],
    ['QueryCommand', 'dynamodb:Query'],
    ['SendMessageCommand', 'sqs:SendMessage'],
    ['ChangeMessageVisibilityCommand', 'sqs:ChangeMessageVisibility'],
    ['PutEventsCommand', 'events:PutEvents'],
    ['GetObjectCommand', 's3:GetObject'],
    ['PutObjectCommand', 's3:PutObject'],
    ['GetSecretValueCommand', 'secretsmanager:GetSecretValue'],
  ]);

  it('are all allowed to some function', () => {
    const source = fileURLToPath(new URL('../../src', import.meta.url));
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('local/'));
    const used = new Set(
      files.flatMap((file) => readFileSync(`${source}/${file}`, 'utf8').match(/(?<=new )[A-Z]\w+Command(?=\()/g) ?? []),
    );
    const granted = new Set(topology.functions.flatMap((fn) => actionsOf(fn.name)));
    const refused = [...used].filter((command) => !granted.has(GRANTED.get(command) ?? 'nobody'));
    expect(refused).toEqual([]);
  });
});
