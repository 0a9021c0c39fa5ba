import { expect, it } from 'vitest';
import { deployedNames } from '../../src/wiring/deployed-names.ts';
import { createTemplates, resourcesOf } from './templates.ts';

it('a deployment is found under the names under which it is deployed', () => {
  const { app, data } = createTemplates();
  const names = deployedNames('stagepost-test');
  const table = resourcesOf(data, 'AWS::DynamoDB::Table')[0]?.[1].Properties;
  const queues = resourcesOf(app, 'AWS::SQS::Queue').map(([, { Properties }]) => Properties.QueueName);
  expect([names.table, table?.TableName]).toEqual(['stagepost-test', 'stagepost-test']);
  expect(names.queue('inbox')).toBe('stagepost-test-inbox');
  expect(queues).toContain('stagepost-test-inbox');
  expect(names.bucket('111122223333', 'eu-central-1')).toBe('stagepost-test-files-111122223333-eu-central-1');
  const bucket = resourcesOf(data, 'AWS::S3::Bucket')[0]?.[1].Properties;
  expect(bucket?.BucketName).toEqual({
    'Fn::Join': ['', ['stagepost-test-files-', { Ref: 'AWS::AccountId' }, '-', { Ref: 'AWS::Region' }]],
  });
});
