import { Aws } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { AlarmListeners } from './deployment.ts';
import type { Names } from './names.ts';

/** The one topic that alarms speak through, and who listens: an address that confirms by mail, a channel of Slack. */
export function createAlarmTopic(scope: Construct, names: Names, listeners: AlarmListeners = {}): Topic {
  const topic = new Topic(scope, 'Alarms', { topicName: `${names.prefix}-alarms`, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LetAlarmsSpeak',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  const { email, slack } = listeners;
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  if (slack !== undefined) {
    // Amazon Q only carries messages here: its role may do nothing, and the guardrail keeps it so in the channel, where
    // the default would be that of an administrator ("AWS::Chatbot::SlackChannelConfiguration", AWS documentation).
    new SlackChannelConfiguration(scope, 'Slack', {
      slackChannelConfigurationName: `${names.prefix}-alarms`,
      slackWorkspaceId: slack.workspaceId,
      slackChannelId: slack.channelId,
      notificationTopics: [topic],
      role: new Role(scope, 'SlackRole', {
        assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
        description: 'Stagepost: nothing, alarms are only shown',
      }),
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }
  return topic;
}
