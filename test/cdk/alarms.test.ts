import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { createTemplates, idOf, resourcesOf, TEST_DEPLOYMENT } from './templates.ts';

const topology = createTopology(['crm-one', 'crm-two']);
const { app } = createTemplates({ topology });
const topicId = resourcesOf(app, 'AWS::SNS::Topic')[0]?.[0];
const listening = createTemplates({
  deployment: {
    ...TEST_DEPLOYMENT,
    alarms: { email: 'on-call@example.com', slack: { workspaceId: 'T0123ABCD', channelId: 'C0456EFGH' } },
  },
}).app;

describe('the alarms', () => {
  it('are these, for a topology with two CRM providers', () => {
    const names = resourcesOf(app, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmName);
    const queues = ['inbox', 'inbox-hints'].concat(
      ['send-contract', 'start-onboarding', 'write-back', 'refresh'].flatMap((job) => [
        `${job}-crm-one`,
        `${job}-crm-two`,
      ]),
    );
    const dead = ['inbox-dead', 'jobs-dead', 'bus-dead'];
    expect(names.sort()).toEqual(
      [
        ...dead.map((queue) => `dead-letter-not-empty-${queue}`),
        ...queues.map((queue) => `queue-falls-behind-${queue}`),
        'secret-missing-crm-main',
        'secret-missing-sign-main',
        'function-throttled-account',
        'webhooks-answer-5xx-http',
        'webhooks-refused-http',
        'setting-missing-any',
        'provider-unauthorized-any',
        'deliveries-quarantined-any',
        'work-keeps-waiting-any',
        'events-not-published-bus',
        'reconcile-fails-any',
        'reconcile-silent-any',
      ]
        .map((name) => `stagepost-test-${name}`)
        .sort(),
    );
  });

  it('speak through the topic when they begin and when they are over', () => {
    for (const [, { Properties }] of resourcesOf(app, 'AWS::CloudWatch::Alarm')) {
      expect(Properties).toMatchObject({ AlarmActions: [{ Ref: topicId }], OKActions: [{ Ref: topicId }] });
    }
  });

  it('are quiet while nothing happens, but for the one that listens for silence', () => {
    const loud = resourcesOf(app, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.TreatMissingData !== 'notBreaching')
      .map(([, { Properties }]) => [Properties.AlarmName, Properties.TreatMissingData]);
    expect(loud).toEqual([['stagepost-test-reconcile-silent-any', 'breaching']]);
  });

  it('tell of refusals when they are many and a large part of all', () => {
    app.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'stagepost-test-webhooks-refused-http',
      Threshold: 20,
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'IF(refused >= 5, 100 * refused / requests, 0)', ReturnData: true }),
        Match.objectLike({
          Id: 'refused',
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({ Namespace: 'AWS/ApiGateway', MetricName: '4xx' }),
          }),
        }),
        Match.objectLike({
          Id: 'requests',
          MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'Count' }) }),
        }),
      ]),
    });
  });

  it.each([
    ['dead-letter-not-empty-inbox-dead', 'ApproximateNumberOfMessagesVisible', 'Maximum', 0, 60, 1],
    ['queue-falls-behind-inbox', 'ApproximateAgeOfOldestMessage', 'Maximum', 900, 300, 1],
    ['secret-missing-crm-main', 'secret-missing-crm-main', 'Sum', 0, 300, 1],
    ['function-throttled-account', 'Throttles', 'Sum', 0, 300, 1],
    ['webhooks-answer-5xx-http', '5xx', 'Sum', 0, 300, 1],
    ['setting-missing-any', 'setting-missing', 'Sum', 0, 300, 1],
    ['work-keeps-waiting-any', 'work-keeps-waiting', 'Sum', 0, 300, 1],
    ['events-not-published-bus', 'events-not-published', 'Sum', 0, 300, 3],
    ['reconcile-fails-any', 'reconcile-fails', 'Sum', 0, 300, 12],
  ])('%s: %s (%s) above %i in %i s, %i times', (name, metric, statistic, threshold, period, times) => {
    app.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `stagepost-test-${name}`,
      MetricName: metric,
      Statistic: statistic,
      Threshold: threshold,
      Period: period,
      EvaluationPeriods: times,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('name the secret that is missing', () => {
    app.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'stagepost-test-secret-missing-crm-main',
      AlarmDescription: Match.stringLikeRegexp('The secret stagepost/crm-main of the connection crm-main is missing'),
    });
  });

  it('hear throttling in the whole account, whose limit it is', () => {
    const [, throttled] =
      resourcesOf(app, 'AWS::CloudWatch::Alarm').find(([, { Properties }]) =>
        String(Properties.AlarmName).includes('function-throttled'),
      ) ?? [];
    expect(throttled?.Properties).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Throttles' });
    expect(throttled?.Properties).not.toHaveProperty('Dimensions');
  });

  it('notice that reconcile is silent for half an hour', () => {
    app.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'stagepost-test-reconcile-silent-any',
      Namespace: 'Stagepost/stagepost-test',
      MetricName: 'reconcile-done',
      Threshold: 1,
      Period: 300,
      EvaluationPeriods: 6,
      ComparisonOperator: 'LessThanThreshold',
    });
  });
});

describe('who hears the alarms', () => {
  it('is nobody unless somebody is named', () => {
    expect(resourcesOf(app, 'AWS::SNS::Subscription')).toEqual([]);
    expect(resourcesOf(app, 'AWS::Chatbot::SlackChannelConfiguration')).toEqual([]);
  });

  it('is an address that gets mail', () => {
    expect(resourcesOf(listening, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties)).toMatchObject([
      { Protocol: 'email', Endpoint: 'on-call@example.com', TopicArn: { Ref: topicId } },
    ]);
  });

  it('is a channel, whose role may do nothing and in which nobody can do anything', () => {
    const [, slack] = resourcesOf(listening, 'AWS::Chatbot::SlackChannelConfiguration')[0] ?? [];
    expect(slack?.Properties).toMatchObject({
      SlackWorkspaceId: 'T0123ABCD',
      SlackChannelId: 'C0456EFGH',
      SnsTopicArns: [{ Ref: topicId }],
      GuardrailPolicies: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] }],
    });
    const roleId = idOf(listening, 'AWS::IAM::Role', 'Description', 'Stagepost: nothing, alarms are only shown');
    expect(slack?.Properties.IamRoleArn).toEqual({ 'Fn::GetAtt': [roleId, 'Arn'] });
    const role = listening.findResources('AWS::IAM::Role')[roleId];
    expect([role?.Properties.Policies, role?.Properties.ManagedPolicyArns]).toEqual([undefined, undefined]);
    expect(JSON.stringify(listening.findResources('AWS::IAM::Policy'))).not.toContain(roleId);
  });
});
