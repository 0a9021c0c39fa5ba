import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { reachedFrom } from '../architecture/imports.ts';
import { loadRepository, ROOT } from '../architecture/load-repository.ts';
import { createTemplates, idOf, resourcesOf } from './templates.ts';

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

/** A resource as an ARN to read: queues and the bus by the names that they get. */
function shown(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const value = resource as { Ref?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]] };
  if (value['Fn::Join'] !== undefined) return value['Fn::Join'][1].map(shown).join(value['Fn::Join'][0]);
  if (value['Fn::GetAtt'] === undefined) return `<${value.Ref}>`;
  const found: { Properties: Record<string, unknown> } | undefined = app.toJSON().Resources[value['Fn::GetAtt'][0]];
  const { QueueName, Name } = found?.Properties ?? {};
  return `<${String(QueueName ?? Name)}>`;
}

const HERE = '<AWS::Region>:<AWS::AccountId>';
const each = (actions: readonly string[], resources: readonly string[]): string[] =>
  resources.flatMap((resource) => actions.map((action) => `${action} ${resource}`));
const LOG = (name: string): string[] =>
  each(
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [`arn:<AWS::Partition>:logs:${HERE}:log-group:/aws/lambda/stagepost-test-${name}:*`],
  );
const queues = (names: readonly string[]): string[] => names.map((name) => `<stagepost-test-${name}>`);
const SEND = (...names: string[]): string[] => each(['sqs:SendMessage'], queues(names));
const CONSUME = (...names: string[]): string[] =>
  each(
    ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    queues(names),
  );
const TABLE = [
  ...each(
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    [`arn:<AWS::Partition>:dynamodb:${HERE}:table/stagepost-test`],
  ),
  `dynamodb:Query arn:<AWS::Partition>:dynamodb:${HERE}:table/stagepost-test/index/listing`,
];
const BUS = ['events:PutEvents <stagepost-test>'];
const BUCKET = 'arn:<AWS::Partition>:s3:::stagepost-test-files-<AWS::AccountId>-<AWS::Region>';
const FORGET = [`dynamodb:DeleteItem arn:<AWS::Partition>:dynamodb:${HERE}:table/stagepost-test`];
const MISSING_FILES = `s3:ListBucket ${BUCKET}`;
const FILES = (folder: string): string[] => [
  `s3:GetObject ${BUCKET}/${folder}/*`,
  `s3:PutObject ${BUCKET}/${folder}/*`,
  MISSING_FILES,
];
const SECRETS = ['stagepost/crm-main', 'stagepost/sign-main'].map(
  (name) => `secretsmanager:GetSecretValue arn:<AWS::Partition>:secretsmanager:${HERE}:secret:${name}-??????`,
);

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

  it.each<[string, string[]]>([
    ['webhooks', [...LOG('webhooks'), ...SEND('inbox', 'inbox-hints'), ...SECRETS]],
    [
      'record',
      [...LOG('record'), ...CONSUME('inbox', 'inbox-hints'), ...TABLE, ...FORGET, ...BUS, ...FILES('quarantine')],
    ],
    [
      'send-contract',
      [
        ...LOG('send-contract'),
        ...SEND('send-contract-crm-one', 'send-contract-crm-two', 'inbox'),
        ...CONSUME('send-contract-crm-one', 'send-contract-crm-two'),
        ...TABLE,
        ...BUS,
        ...SECRETS,
        `s3:GetObject ${BUCKET}/documents/*`,
        MISSING_FILES,
      ],
    ],
    [
      'start-onboarding',
      [
        ...LOG('start-onboarding'),
        ...SEND('start-onboarding-crm-one', 'start-onboarding-crm-two', 'inbox'),
        ...CONSUME('start-onboarding-crm-one', 'start-onboarding-crm-two'),
        ...TABLE,
        ...BUS,
        ...SECRETS,
      ],
    ],
    [
      'write-back',
      [
        ...LOG('write-back'),
        ...SEND('write-back-crm-one', 'write-back-crm-two', 'inbox'),
        ...CONSUME('write-back-crm-one', 'write-back-crm-two'),
        ...TABLE,
        ...BUS,
        ...SECRETS,
        ...FILES('contracts'),
      ],
    ],
    [
      'reconcile',
      [
        ...LOG('reconcile'),
        ...SEND(
          ...['refresh-crm-one', 'refresh-crm-two', 'send-contract-crm-one', 'send-contract-crm-two'],
          ...['start-onboarding-crm-one', 'start-onboarding-crm-two', 'write-back-crm-one', 'write-back-crm-two'],
          'inbox',
        ),
        ...CONSUME('refresh-crm-one', 'refresh-crm-two'),
        ...TABLE,
        ...BUS,
        ...SECRETS,
      ],
    ],
  ])('of %s are these, each action on each resource, and no other', (name, expected) => {
    const found = roleOf(name).flatMap((statement) => {
      expect(statement.Effect).toBe('Allow');
      const resources: unknown[] = Array.isArray(statement.Resource) ? statement.Resource : [statement.Resource];
      return resources.flatMap((resource) => many(statement.Action).map((action) => `${action} ${shown(resource)}`));
    });
    expect(found.sort()).toEqual([...expected].sort());
  });

  it('come from nowhere else: no policy is attached from outside of a role', () => {
    expect([...resourcesOf(app, 'AWS::IAM::Policy'), ...resourcesOf(app, 'AWS::IAM::ManagedPolicy')]).toEqual([]);
    expect(resourcesOf(data, 'AWS::IAM::Role')).toEqual([]);
  });

  it('let only the HTTP API call a function from outside, and only on its route', () => {
    const permissions = resourcesOf(app, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    const webhooksId = idOf(app, 'AWS::Lambda::Function', 'FunctionName', 'stagepost-test-webhooks');
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [webhooksId, 'Arn'] },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: expect.anything(),
      },
    ]);
    expect(shown(permissions[0]?.SourceArn)).toMatch(
      /^arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<HttpApi\w+>\/\*\/\*\/webhooks\/\{provider\}\/\{connectionId\}$/,
    );
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

  const repository = loadRepository();
  const reached = (entry: string): readonly string[] => [...reachedFrom(repository, entry).keys()];

  it('of what functions are made of are all allowed to some function', () => {
    const files = new Set(
      topology.functions.flatMap(({ entry }) => reached(entry)).filter((path) => repository.has(path)),
    );
    const used = new Set(
      [...files].flatMap(
        (file) => readFileSync(join(ROOT, file), 'utf8').match(/(?<=new )[A-Z]\w+Command(?=\()/g) ?? [],
      ),
    );
    expect(used.size).toBeGreaterThan(8);
    const granted = new Set(topology.functions.flatMap((fn) => actionsOf(fn.name)));
    const refused = [...used].filter((command) => !granted.has(GRANTED.get(command) ?? 'nobody'));
    expect(refused).toEqual([]);
  });

  it.each([
    ['@aws-sdk/client-dynamodb', 'table'],
    ['@aws-sdk/client-eventbridge', 'bus'],
    ['@aws-sdk/client-s3', 'files'],
    ['@aws-sdk/client-secrets-manager', 'connection-secrets'],
  ] as const)('by %s are made by no function that does without %s', (client, resource) => {
    const callers = topology.functions.filter(({ entry }) => reached(entry).includes(client)).map(({ name }) => name);
    const users = topology.functions.filter(({ uses }) => uses.includes(resource)).map(({ name }) => name);
    expect(callers).toEqual(users);
  });
});
