import { describe, expect, it } from 'vitest';
import { type DataTemplate, dataInDanger } from '../../cdk/check-data.ts';
import { createTemplates, TEST_DEPLOYMENT } from './templates.ts';

const KEPT = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;

const TABLE = {
  Type: 'AWS::DynamoDB::Table',
  ...KEPT,
  Properties: {
    TableName: 'acme',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    DeletionProtectionEnabled: true,
    GlobalSecondaryIndexes: [{ IndexName: 'listing' }],
  },
};
const BUCKET = {
  Type: 'AWS::S3::Bucket',
  ...KEPT,
  Properties: { BucketName: { 'Fn::Join': ['', ['acme-files-', { Ref: 'AWS::AccountId' }]] } },
};
const SECRET = { Type: 'AWS::SecretsManager::Secret', ...KEPT, Properties: { Name: 'stagepost/crm-main' } };
const POLICY = { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Files' } } };

const resources = { Table: TABLE, Files: BUCKET, Policy: POLICY, SecretCrm: SECRET };
const deployed: DataTemplate = { Resources: resources };

function withTable(properties: Record<string, unknown>, rest: Record<string, unknown> = {}): DataTemplate {
  return {
    Resources: { ...resources, Table: { ...TABLE, ...rest, Properties: { ...TABLE.Properties, ...properties } } },
  };
}

function without(...ids: (keyof typeof resources)[]): DataTemplate {
  const kept = Object.entries(resources).filter(([id]) => !ids.some((each) => each === id));
  return { Resources: Object.fromEntries(kept) };
}

describe('the data is not in danger', () => {
  it.each<[string, DataTemplate | undefined, DataTemplate]>([
    ['on the first deployment', undefined, deployed],
    ['when nothing changes', deployed, deployed],
    ['when an index is added', deployed, withTable({ GlobalSecondaryIndexes: [{ IndexName: 'other' }] })],
    [
      'when an attribute is added for an index',
      deployed,
      withTable({
        AttributeDefinitions: [...TABLE.Properties.AttributeDefinitions, { AttributeName: 'lp', AttributeType: 'S' }],
      }),
    ],
    ['when something goes that holds nothing', deployed, without('Policy')],
    ['when a connection is added', without('SecretCrm'), deployed],
  ])('%s', (_, now, next) => {
    expect(dataInDanger(now, next)).toEqual([]);
  });

  it('by the template of this repository, deployed over itself', () => {
    const template = createTemplates().data.toJSON();
    expect(dataInDanger(template, template)).toEqual([]);
  });
});

describe('a deployment is refused', () => {
  it.each<[string, DataTemplate, string]>([
    [
      'when the table gets another key',
      withTable({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }),
      'The table acme would be replaced by an empty one: another KeySchema.',
    ],
    [
      'when the table gets another name',
      withTable({ TableName: 'acme-two' }),
      'The table acme would be replaced by an empty one: another TableName.',
    ],
    [
      'when an attribute of its key gets another type',
      withTable({
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'N' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
      }),
      'The table acme would be replaced by an empty one: another type of the attribute pk.',
    ],
    [
      'when the table would go with its stack',
      withTable({}, { DeletionPolicy: 'Delete' }),
      'The table acme would lose DeletionPolicy, which keeps it.',
    ],
    [
      'when the table could be deleted by hand again',
      withTable({ DeletionProtectionEnabled: false }),
      'The table acme would lose DeletionProtectionEnabled, which keeps it.',
    ],
    [
      'when the table goes',
      without('Table'),
      'The table acme would be taken out of the stack. Put it back into cdk/data-stack.ts.',
    ],
    [
      'when the bucket goes',
      without('Files'),
      'The bucket Files would be taken out of the stack. Put it back into cdk/data-stack.ts.',
    ],
    [
      'when the bucket gets another name',
      { Resources: { ...resources, Files: { ...BUCKET, Properties: { BucketName: 'acme-files' } } } },
      'The bucket Files would be replaced by an empty one: another BucketName.',
    ],
    [
      'when the table gets another logical id',
      { Resources: { ...without('Table').Resources, Deals: TABLE } },
      'The table acme would get the logical id Deals (it is Table): CloudFormation would make a new one beside it. Give it its old id back.',
    ],
    [
      'when something else takes the logical id',
      { Resources: { ...resources, Table: POLICY } },
      'The table acme would be taken out of the stack. Put it back into cdk/data-stack.ts.',
    ],
    [
      'when a secret belongs to no connection any more',
      without('SecretCrm'),
      'The secret stagepost/crm-main belongs to no connection any more. Keep the connection in the configuration (mode: observe), or say that it may be left behind: npm run deploy -- --let-go stagepost/crm-main',
    ],
  ])('%s', (_, next, sentence) => {
    expect(dataInDanger(deployed, next)).toEqual([sentence]);
  });

  it('with every reason at once', () => {
    expect(dataInDanger(deployed, { Resources: {} })).toHaveLength(3);
  });

  it('when another name of the deployment would replace everything that this repository keeps', () => {
    const now = createTemplates().data.toJSON();
    const next = createTemplates({ deployment: { ...TEST_DEPLOYMENT, prefix: 'stagepost-two' } }).data.toJSON();
    expect(dataInDanger(now, next)).toEqual([
      'The table stagepost-test would be replaced by an empty one: another TableName.',
      expect.stringMatching(/^The bucket Files\w+ would be replaced by an empty one: another BucketName\.$/),
    ]);
  });
});

describe('a secret that may be left behind', () => {
  it('is let go by its name', () => {
    expect(dataInDanger(deployed, without('SecretCrm'), ['stagepost/crm-main'])).toEqual([]);
  });

  it('does not let go anything else', () => {
    expect(dataInDanger(deployed, without('SecretCrm'), ['stagepost/other'])).toHaveLength(1);
    expect(dataInDanger(deployed, without('Table'), ['acme'])).toHaveLength(1);
  });
});
