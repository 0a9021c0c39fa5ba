import { Aws, Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { Names } from './names.ts';
import type { Queues } from './queues.ts';

/** Every kind of alarm is a heading of `docs/runbook.md`; an alarm's name is `<prefix>-<kind>-<what>`. */
export const ALARM_KINDS = [
  'dead-letter-not-empty',
  'queue-falls-behind',
  'function-fails',
  'function-throttled',
  'webhooks-answer-5xx',
] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

/** A worker retries for a long time on purpose; a message this old needs eyes. */
const OLDEST_MESSAGE_SECONDS = 900;
const FIVE_MINUTES = Duration.minutes(5);

/** One topic that people subscribe to, and the alarms that speak through it. */
export function createAlarms(
  scope: Construct,
  topology: Topology,
  parts: { names: Names; queues: Queues; functions: ReadonlyMap<string, LambdaFunction>; api: HttpApi },
): Topic {
  const { names, queues, functions, api } = parts;
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
  const action = new SnsAction(topic);

  const alarm = (kind: AlarmKind, what: string, metric: IMetric, threshold: number, sentence: string): void => {
    new Alarm(scope, `Alarm-${kind}-${what}`, {
      alarmName: `${names.prefix}-${kind}-${what}`,
      alarmDescription: `${sentence} What to do: docs/runbook.md, "${kind}".`,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(action);
  };

  for (const name of topology.deadLetterQueues) {
    const metric = queues.get(name).metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
    alarm('dead-letter-not-empty', name, metric, 0, `Messages lie in ${name}: nobody works on them any more.`);
  }
  for (const { name } of topology.queues) {
    const metric = queues.get(name).metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: 'Maximum' });
    alarm('queue-falls-behind', name, metric, OLDEST_MESSAGE_SECONDS, `A message in ${name} is older than 15 minutes.`);
  }
  for (const [name, fn] of functions) {
    const options = { period: FIVE_MINUTES, statistic: 'Sum' };
    alarm('function-fails', name, fn.metricErrors(options), 0, `The function ${name} failed as a whole.`);
    alarm('function-throttled', name, fn.metricThrottles(options), 0, `The function ${name} was not allowed to start.`);
  }
  alarm(
    'webhooks-answer-5xx',
    'http',
    api.metricServerError({ period: FIVE_MINUTES, statistic: 'Sum' }),
    0,
    'Providers were told to come again.',
  );
  return topic;
}
