import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { createTemplates, idOf, resourcesOf } from './templates.ts';

const topology = createTopology(['crm-one', 'crm-two']);
const { app } = createTemplates({ topology });
const queues = new Map(
  resourcesOf(app, 'AWS::SQS::Queue').map(([id, queue]) => [queue.Properties.QueueName, { id, ...queue }]),
);
const policies = resourcesOf(app, 'AWS::SQS::QueuePolicy');

interface Statement {
  Effect: string;
  Action: unknown;
  Principal: unknown;
  Resource: unknown;
  Condition?: unknown;
}

function statementsOf(queueId: string): Statement[] {
  return policies
    .filter(([, policy]) => JSON.stringify(policy.Properties.Queues) === JSON.stringify([{ Ref: queueId }]))
    .flatMap(([, policy]) => (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

describe('the queues', () => {
  it('are those of the topology with two CRM providers, and no others', () => {
    expect([...queues.keys()].sort()).toEqual(
      [
        'bus-dead',
        'inbox',
        'inbox-dead',
        'inbox-hints',
        'jobs-dead',
        'refresh-crm-one',
        'refresh-crm-two',
        'send-contract-crm-one',
        'send-contract-crm-two',
        'start-onboarding-crm-one',
        'start-onboarding-crm-two',
        'write-back-crm-one',
        'write-back-crm-two',
      ].map((name) => `stagepost-test-${name}`),
    );
  });

  it.each([
    ['inbox', 'inbox-dead'],
    ['inbox-hints', 'inbox-dead'],
    ['refresh-crm-one', 'jobs-dead'],
    ['refresh-crm-two', 'jobs-dead'],
    ['send-contract-crm-one', 'jobs-dead'],
    ['send-contract-crm-two', 'jobs-dead'],
    ['start-onboarding-crm-one', 'jobs-dead'],
    ['start-onboarding-crm-two', 'jobs-dead'],
    ['write-back-crm-one', 'jobs-dead'],
    ['write-back-crm-two', 'jobs-dead'],
  ])('%s gives up on a message after 60 tries, to %s', (name, deadName) => {
    const dead = queues.get(`stagepost-test-${deadName}`);
    expect(queues.get(`stagepost-test-${name}`)?.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [dead?.id, 'Arn'] },
      maxReceiveCount: 60,
    });
    expect(dead?.Properties.RedrivePolicy).toBeUndefined();
  });

  it('that take what is given up let it be taken back to whichever queue it came from', () => {
    const dead = ['inbox-dead', 'jobs-dead', 'bus-dead'];
    for (const name of dead) {
      const properties = queues.get(`stagepost-test-${name}`)?.Properties;
      expect(properties?.RedriveAllowPolicy).toEqual({ redrivePermission: 'allowAll' });
    }
  });

  it('hides a message for six times the time-out of the function that works on it', () => {
    expect(queues.get('stagepost-test-inbox')?.Properties.VisibilityTimeout).toBe(180);
    expect(queues.get('stagepost-test-send-contract-crm-two')?.Properties.VisibilityTimeout).toBe(360);
  });

  it('takes a verified request of 640 KiB, keeps everything for 14 days and encrypts it', () => {
    for (const queue of queues.values()) {
      expect(queue.Properties).toMatchObject({
        MaximumMessageSize: 1048576,
        MessageRetentionPeriod: 1209600,
        SqsManagedSseEnabled: true,
      });
    }
  });

  it('refuses anything without TLS', () => {
    for (const { id } of queues.values()) {
      expect(statementsOf(id)).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it('lets in the rule that feeds it and nobody else', () => {
    for (const rule of topology.rules) {
      const queueId = queues.get(`stagepost-test-${rule.targetQueue}`)?.id ?? '';
      const ruleId = idOf(app, 'AWS::Events::Rule', 'Name', `stagepost-test-${rule.name}`);
      expect(statementsOf(queueId).filter((statement) => statement.Effect === 'Allow')).toEqual([
        {
          Sid: 'LetRuleIn',
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } } },
        },
      ]);
    }
    expect(
      statementsOf(queues.get('stagepost-test-inbox')?.id ?? '').filter(({ Effect }) => Effect === 'Allow'),
    ).toEqual([]);
  });

  it('lets the rules, and only the rules, put what they could not deliver into the dead-letter queue of the bus', () => {
    const ruleArns = topology.rules.map((rule) => ({
      'Fn::GetAtt': [idOf(app, 'AWS::Events::Rule', 'Name', `stagepost-test-${rule.name}`), 'Arn'],
    }));
    const deadId = queues.get('stagepost-test-bus-dead')?.id ?? '';
    expect(statementsOf(deadId).filter(({ Effect }) => Effect === 'Allow')).toEqual([
      expect.objectContaining({ Condition: { ArnEquals: { 'aws:SourceArn': ruleArns } } }),
    ]);
  });
});

describe('a topology that contradicts itself', () => {
  it('is refused with the name of the missing queue', () => {
    const broken = { ...topology, deadLetterQueues: topology.deadLetterQueues.filter((name) => name !== 'inbox-dead') };
    expect(() => createTemplates({ topology: broken })).toThrow(
      'The topology has no queue "inbox-dead"; add it to src/topology.ts.',
    );
  });
});
