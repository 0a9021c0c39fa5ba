import { Match } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { createStagepostApp } from '../../cdk/stagepost-app.ts';
import { createTemplates, resourcesOf, TEST_DEPLOYMENT } from './templates.ts';

const { data } = createTemplates();

describe('the data stack', () => {
  it('refuses to be deleted', () => {
    const { data: stack } = createStagepostApp({
      deployment: TEST_DEPLOYMENT,
      codeOf: () => Code.fromInline('exports.handler = async () => undefined;'),
    });
    expect(stack.terminationProtection).toBe(true);
  });

  it('keeps the table when the stack goes, protects it from deletion and can wind it back', () => {
    data.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'stagepost-test',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('gives the table its keys, its time to live and one sparse index of keys', () => {
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'listing',
          KeySchema: [
            { AttributeName: 'lp', KeyType: 'HASH' },
            { AttributeName: 'ls', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  it('keeps the files private, encrypted, versioned and when the stack goes', () => {
    data.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  it('refuses to hand out files without TLS', () => {
    data.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('makes one secret per connection, with an empty list of keys, and keeps it', () => {
    const secrets = resourcesOf(data, 'AWS::SecretsManager::Secret');
    expect(secrets.map(([, secret]) => [secret.Properties.Name, secret.DeletionPolicy])).toEqual([
      ['stagepost/crm-main', 'Retain'],
      ['stagepost/sign-main', 'Retain'],
    ]);
    for (const [, secret] of secrets) {
      expect(secret.Properties.GenerateSecretString).toEqual({
        GenerateStringKey: 'unused',
        SecretStringTemplate: '{"signingKeys":[]}',
      });
    }
  });
});
