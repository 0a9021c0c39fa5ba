import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import { ALARM_GRADES, type AlarmKind } from './alarm-kinds.ts';
import type { Deployment } from './deployment.ts';
import type { LogSignals } from './log-signals.ts';
import type { Names } from './names.ts';
import type { Queues } from './queues.ts';

/** Headings of `docs/runbook.md`; an alarm's name is `<prefix>-<kind>-<what>`. */
export const ALARM_KINDS = Object.keys(ALARM_GRADES) as readonly AlarmKind[];

export interface AlarmParts {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly queues: Queues;
  readonly api: HttpApi;
  readonly signals: LogSignals;
  readonly secretSignals: (connectionId: string, period: Duration) => IMetric;
  readonly topic: Topic;
}

/** A worker retries for a long time on purpose; a message this old needs eyes. */
const OLDEST_MESSAGE_SECONDS = 900;
/** Below this many refusals in five minutes it is somebody's scanner, whatever their share. */
const REFUSALS = 5;
const REFUSED_PERCENT = 20;
const FIVE_MINUTES = Duration.minutes(5);
const SUM_OF_FIVE = { period: FIVE_MINUTES, statistic: 'Sum' } as const;

/**
 * The alarms of the topology. Each speaks when it begins and when it is over, once, and names the heading of the runbook
 * that says what to do.
 */
export function createAlarms(scope: Construct, topology: Topology, parts: AlarmParts): readonly Alarm[] {
  const { deployment, names, queues, api, signals } = parts;
  const action = new SnsAction(parts.topic);

  const alarm = (
    kind: AlarmKind,
    what: string,
    metric: IMetric,
    sentence: string,
    options: Partial<CreateAlarmOptions> = {},
  ): Alarm => {
    const made = new Alarm(scope, `Alarm-${kind}-${what}`, {
      alarmName: `${names.prefix}-${kind}-${what}`,
      alarmDescription: `${ALARM_GRADES[kind].toUpperCase()}. ${sentence} What to do: docs/runbook.md#${kind}`,
      metric,
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...options,
    });
    made.addAlarmAction(action);
    made.addOkAction(action);
    return made;
  };

  const deadLetters = topology.deadLetterQueues.map((name) => {
    const metric = queues.get(name).metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
    return alarm('dead-letter-not-empty', name, metric, `Messages lie in ${name}: nobody works on them any more.`);
  });
  const waiting = topology.queues.map(({ name }) => {
    const metric = queues.get(name).metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: 'Maximum' });
    const sentence = `A message in ${name} is older than 15 minutes.`;
    return alarm('queue-falls-behind', name, metric, sentence, { threshold: OLDEST_MESSAGE_SECONDS });
  });
  const secrets = deployment.connections.map(({ id, secret }) => {
    const sentence = `The secret ${secret} of the connection ${id} is missing, or holds no key: its webhooks are not accepted.`;
    return alarm('secret-missing', id, parts.secretSignals(id, FIVE_MINUTES), sentence);
  });
  const refusedShare = new MathExpression({
    expression: `IF(refused >= ${REFUSALS}, 100 * refused / requests, 0)`,
    usingMetrics: { refused: api.metricClientError(SUM_OF_FIVE), requests: api.metricCount(SUM_OF_FIVE) },
    label: 'refused, percent',
    period: FIVE_MINUTES,
  });

  return [
    ...deadLetters,
    ...waiting,
    ...secrets,
    // Over the whole account: what runs out is the account's limit, whoever has used it up.
    alarm(
      'function-throttled',
      'account',
      LambdaFunction.metricAllThrottles(SUM_OF_FIVE),
      'Functions of this account were not allowed to start.',
    ),
    alarm('webhooks-answer-5xx', 'http', api.metricServerError(SUM_OF_FIVE), 'Providers were told to come again.'),
    alarm('webhooks-refused', 'http', refusedShare, 'More than a fifth of the requests was refused.', {
      threshold: REFUSED_PERCENT,
    }),
    alarm(
      'setting-missing',
      'any',
      signals('setting-missing', FIVE_MINUTES),
      'A variable of a function or the configuration is missing.',
    ),
    alarm(
      'provider-unauthorized',
      'any',
      signals('provider-unauthorized', FIVE_MINUTES),
      'A provider does not let us in any more.',
    ),
    alarm(
      'deliveries-quarantined',
      'any',
      signals('deliveries-quarantined', FIVE_MINUTES),
      'Something that came in could not be understood.',
    ),
    alarm(
      'work-keeps-waiting',
      'any',
      signals('work-keeps-waiting', FIVE_MINUTES),
      'What a deal owes could not be done in many tries.',
    ),
    // It tries again by itself; what lasts for a quarter of an hour does not mend itself.
    alarm(
      'events-not-published',
      'bus',
      signals('events-not-published', FIVE_MINUTES),
      'The bus has not taken our events for 15 minutes.',
      { evaluationPeriods: 3 },
    ),
    alarm(
      'reconcile-fails',
      'any',
      signals('reconcile-fails', FIVE_MINUTES),
      'Comparing with a provider has failed for most of an hour.',
      { evaluationPeriods: 12, datapointsToAlarm: 9 },
    ),
    alarm(
      'reconcile-silent',
      'any',
      signals('reconcile-done', FIVE_MINUTES),
      'Reconcile has not come to an end for 30 minutes; lost webhooks are not found.',
      {
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 6,
        treatMissingData: TreatMissingData.BREACHING,
      },
    ),
  ];
}
