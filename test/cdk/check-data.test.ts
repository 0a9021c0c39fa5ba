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
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    GlobalSecondaryIndexes: [index('listing', 'lp')],
  },
};
const BUCKET = {
  Type: 'AWS::S3::Bucket',
  ...KEPT,
  Properties: {
    BucketName: { 'Fn::Join': ['', ['acme-files-', { Ref: 'AWS::AccountId' }]] },
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: [
        { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
        { Id: 'bodies', Status: 'Enabled', Prefix: 'bodies/', ExpirationInDays: 30 },
      ],
    },
  },
};
const SECRET = {
  Type: 'AWS::SecretsManager::Secret',
  ...KEPT,
  Properties: { Name: 'stagepost/crm-main', GenerateSecretString: { SecretStringTemplate: '{"signingKeys":[]}' } },
};
const POLICY = { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Files' } } };
const KEY = { Type: 'AWS::KMS::Key', ...KEPT, Properties: {} };

const resources = { Table: TABLE, Files: BUCKET, Policy: POLICY, SecretCrm: SECRET, Key: KEY };
const deployed: DataTemplate = { Resources: resources };

function index(name: string, partitionKey: string, projection = 'KEYS_ONLY') {
  return {
    IndexName: name,
    KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
    Projection: { ProjectionType: projection },
  };
}

function withTable(properties: Record<string, unknown>, rest: Record<string, unknown> = {}): DataTemplate {
  return {
    Resources: { ...resources, Table: { ...TABLE, ...rest, Properties: { ...TABLE.Properties, ...properties } } },
  };
}

function withFiles(properties: Record<string, unknown>): DataTemplate {
  return { Resources: { ...resources, Files: { ...BUCKET, Properties: { ...BUCKET.Properties, ...properties } } } };
}

/** The rules of the bucket as it is, and these. */
function withRules(...rules: Record<string, unknown>[]): DataTemplate {
  return withFiles({
    LifecycleConfiguration: { Rules: [...BUCKET.Properties.LifecycleConfiguration.Rules, ...rules] },
  });
}

function withSecret(properties: Record<string, unknown>): DataTemplate {
  return {
    Resources: { ...resources, SecretCrm: { ...SECRET, Properties: { ...SECRET.Properties, ...properties } } },
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
    [
      'when an index is added',
      deployed,
      withTable({ GlobalSecondaryIndexes: [index('listing', 'lp'), index('other', 'op')] }),
    ],
    [
      'when the table keeps its items longer, and can be brought back further',
      withTable({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      }),
      withTable({ TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: false } }),
    ],
    [
      'when files are kept longer than they were',
      deployed,
      withFiles({
        LifecycleConfiguration: {
          Rules: [{ Id: 'bodies', Status: 'Enabled', Prefix: 'bodies/', ExpirationInDays: 60 }],
        },
      }),
    ],
    [
      'when a rule deletes what another one deletes as early',
      deployed,
      withRules({ Id: 'old', Status: 'Enabled', Prefix: 'bodies/old/', ExpirationInDays: 30 }),
    ],
    [
      'when a rule is there that does nothing, or tidies up uploads that were never finished',
      deployed,
      withRules(
        { Id: 'off', Status: 'Disabled', ExpirationInDays: 1 },
        { Id: 'tidy', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      ),
    ],
    ['when a secret is described otherwise', deployed, withSecret({ Description: 'keys' })],
    [
      'when what exists is kept by the newer of the two policies',
      deployed,
      withTable({}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    ],
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
      'when the table could not be brought back to a point in time any more',
      withTable({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }),
      'The table acme would lose PointInTimeRecoveryEnabled, which keeps it.',
    ],
    [
      'when it could be brought back less far',
      withTable({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      }),
      'The table acme could be brought back to the last 7 days only, not 35.',
    ],
    [
      'when the table would expire its items by another attribute',
      withTable({ TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }),
      'The table acme would delete items by the attribute expires, not ttl: others would go, at other times.',
    ],
    [
      'when an index goes',
      withTable({ GlobalSecondaryIndexes: [] }),
      'The table acme would lose the index listing. Take it away one release after the last code that asks it, and say so: npm run deploy -- --let-go acme/listing',
    ],
    [
      'when an index gets another key',
      withTable({ GlobalSecondaryIndexes: [index('listing', 'other')] }),
      'The table acme would have another index listing in place of the one that is there; lists would be empty while it is built. Give the new index a name of its own.',
    ],
    [
      'when an index would hold more than it does',
      withTable({ GlobalSecondaryIndexes: [index('listing', 'lp', 'ALL')] }),
      'The table acme would have another index listing in place of the one that is there; lists would be empty while it is built. Give the new index a name of its own.',
    ],
    [
      'when two indexes are added at once',
      withTable({ GlobalSecondaryIndexes: [index('listing', 'lp'), index('one', 'a'), index('two', 'b')] }),
      'The table acme would have 2 indexes made or taken away at once (one, two); CloudFormation does one at a time. Spread them over releases.',
    ],
    [
      'when the table would become one of another kind',
      { Resources: { ...resources, Table: { ...TABLE, Type: 'AWS::DynamoDB::GlobalTable' } } },
      'The table acme would be taken out of the stack. Put it back into cdk/data-stack.ts.',
    ],
    [
      'when replaced files would not be kept any more',
      withFiles({ VersioningConfiguration: { Status: 'Suspended' } }),
      'The bucket Files would lose VersioningConfiguration, which keeps it.',
    ],
    [
      'when a rule would delete files that are kept now',
      withRules({ Id: 'tidy', Status: 'Enabled', ExpirationInDays: 365 }),
      'The bucket Files would delete files under "" 365 days after they were written, which it keeps now. If that is meant: npm run deploy -- --let-go Files/tidy',
    ],
    [
      'when a rule would delete files sooner',
      withRules({ Status: 'Enabled', Prefix: 'bodies/', ExpirationInDays: 7 }),
      'The bucket Files would delete files under "bodies/" 7 days after they were written, which it keeps now. If that is meant: npm run deploy -- --let-go Files/bodies/',
    ],
    [
      'when a rule would delete files on a day',
      withRules({ Id: 'end', Status: 'Enabled', Prefix: 'bodies/', ExpirationDate: '2027-01-01T00:00:00Z' }),
      'The bucket Files would delete files under "bodies/" from 2027-01-01T00:00:00Z on, which it keeps now. If that is meant: npm run deploy -- --let-go Files/end',
    ],
    [
      'when a rule would delete replaced files sooner',
      withRules({ Id: 'older', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 10 } }),
      'The bucket Files would delete older versions of files under "" 10 days after they were replaced, which it keeps now. If that is meant: npm run deploy -- --let-go Files/older',
    ],
    [
      'when a rule that was about some files would be about all of them',
      withRules({ Id: 'wide', Status: 'Enabled', Prefix: 'bod', ExpirationInDays: 30 }),
      'The bucket Files would delete files under "bod" 30 days after they were written, which it keeps now. If that is meant: npm run deploy -- --let-go Files/wide',
    ],
    [
      'when a secret would be filled anew, over the keys that a person put in',
      withSecret({ GenerateSecretString: { SecretStringTemplate: '{"signingKeys":[],"version":2}' } }),
      'The secret stagepost/crm-main would get a new value over the keys that somebody put in: another GenerateSecretString.',
    ],
    [
      'when a secret gets another name',
      withSecret({ Name: 'acme/crm-main' }),
      'The secret stagepost/crm-main would be replaced by an empty one: another Name.',
    ],
    [
      'when something goes that was to be kept, whatever it is',
      without('Key'),
      'The resource Key would be taken out of the stack. Put it back into cdk/data-stack.ts.',
    ],
    [
      'when the bucket would be deleted if it were replaced',
      { Resources: { ...resources, Files: { ...BUCKET, UpdateReplacePolicy: 'Delete' } } },
      'The bucket Files would lose UpdateReplacePolicy, which keeps it.',
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
      withFiles({ BucketName: 'acme-files' }),
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
    expect(dataInDanger(deployed, { Resources: {} })).toHaveLength(4);
  });

  it('with both reasons when an index gets another name', () => {
    expect(dataInDanger(deployed, withTable({ GlobalSecondaryIndexes: [index('lists', 'lp')] }))).toEqual([
      'The table acme would lose the index listing. Take it away one release after the last code that asks it, and say so: npm run deploy -- --let-go acme/listing',
      'The table acme would have 2 indexes made or taken away at once (listing, lists); CloudFormation does one at a time. Spread them over releases.',
    ]);
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

describe('an index or a file that may go', () => {
  it('is let go by its name', () => {
    expect(dataInDanger(deployed, withTable({ GlobalSecondaryIndexes: [] }), ['acme/listing'])).toEqual([]);
    const tidy = withRules({ Id: 'tidy', Status: 'Enabled', ExpirationInDays: 365 });
    expect(dataInDanger(deployed, tidy, ['Files/tidy'])).toEqual([]);
  });

  it('lets nothing else go with it', () => {
    const both = withRules(
      { Id: 'tidy', Status: 'Enabled', ExpirationInDays: 365 },
      { Id: 'soon', Status: 'Enabled', Prefix: 'signed/', ExpirationInDays: 1 },
    );
    expect(dataInDanger(deployed, both, ['Files/tidy'])).toHaveLength(1);
    expect(dataInDanger(deployed, withTable({ GlobalSecondaryIndexes: [] }), ['acme'])).toHaveLength(1);
  });

  it('cannot excuse two changes of indexes at once', () => {
    const renamed = withTable({ GlobalSecondaryIndexes: [index('lists', 'lp')] });
    expect(dataInDanger(deployed, renamed, ['acme/listing'])).toHaveLength(1);
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
