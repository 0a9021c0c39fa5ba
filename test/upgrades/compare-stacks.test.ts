import { describe, expect, it } from 'vitest';
import type { ReleasedResource } from '../../cdk/released/release-templates.ts';
import { readRelease, releasedVersions } from '../../cdk/released/releases.ts';
import { compareStacks } from './compare-stacks.ts';
import { UPDATE_BEHAVIOUR } from './update-behaviour.ts';

const queue: ReleasedResource = {
  Type: 'AWS::SQS::Queue',
  DeletionPolicy: 'Delete',
  Properties: { QueueName: 'acme-inbox', MessageRetentionPeriod: 1_209_600, VisibilityTimeout: 180 },
};
const before = { stackName: 'acme-app', Resources: { QueueInbox: queue } };

function withQueue(properties: Record<string, unknown>) {
  return { ...before, Resources: { QueueInbox: { ...queue, Properties: { ...queue.Properties, ...properties } } } };
}

describe('a comparison of two stacks', () => {
  it.each([
    ['nothing when nothing changed', before, []],
    ['nothing of a change that is harmless', withQueue({ VisibilityTimeout: 360 }), []],
    ['nothing of what is added', { ...before, Resources: { ...before.Resources, Other: queue } }, []],
    [
      'a queue that is renamed',
      withQueue({ QueueName: 'acme-in' }),
      [
        'lost: QueueInbox (AWS::SQS::Queue) is replaced because of its QueueName, and with it the messages that wait in it',
      ],
    ],
    [
      'a queue that gets another logical id',
      { ...before, Resources: { Inbox: queue } },
      ['lost: QueueInbox (AWS::SQS::Queue) is gone, and with it the messages that wait in it'],
    ],
    [
      'a queue that forgets sooner',
      withQueue({ MessageRetentionPeriod: 60 }),
      ['changed: QueueInbox (AWS::SQS::Queue) has another MessageRetentionPeriod'],
    ],
    [
      'a property of which nobody has thought',
      withQueue({ KmsMasterKeyId: 'alias/acme' }),
      ['changed: QueueInbox (AWS::SQS::Queue) has another KmsMasterKeyId'],
    ],
    [
      'another deletion policy',
      { ...before, Resources: { QueueInbox: { ...queue, DeletionPolicy: 'Retain' } } },
      ['changed: QueueInbox (AWS::SQS::Queue) has another DeletionPolicy'],
    ],
    [
      'a stack of another name',
      { ...before, stackName: 'acme-main' },
      ['lost: the stack acme-app is called acme-main'],
    ],
  ])('tells %s', (_, after, told) => {
    expect(compareStacks(before, after).map(({ kind, sentence }) => `${kind}: ${sentence}`)).toEqual(told);
  });

  it('knows every type that a release remembers, but for the policies of buckets', () => {
    const types = releasedVersions().flatMap((version) =>
      (['data', 'app'] as const).flatMap((stack) =>
        Object.values(readRelease(version, stack, 'several').Resources).map(({ Type }) => Type),
      ),
    );
    expect([...new Set(types)].filter((type) => UPDATE_BEHAVIOUR[type] === undefined)).toEqual([
      'AWS::S3::BucketPolicy',
    ]);
  });
});
