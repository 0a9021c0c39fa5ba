import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DeployedConnection } from './deployment.ts';
import type { Names } from './names.ts';

/**
 * What the functions say only in their logs, as metrics: a line counts when it holds one of the words. Words, not
 * fields: Lambda puts time and request id before a line, so that it is no JSON to CloudWatch, and an error that keeps a
 * function from starting is printed by Lambda itself, with its code in the middle.
 */
export const LOG_SIGNALS = {
  'setting-missing': ['environment.missing', 'config.missing', 'connection.not-deployed'],
  'provider-unauthorized': [
    'crm.unauthorized',
    'crm.forbidden',
    'esign.unauthorized',
    'esign.consent-required',
    'esign.key-invalid',
    'esign.account-unknown',
  ],
  'deliveries-quarantined': ['quarantined'],
  'work-keeps-waiting': ['look.chained'],
  'events-not-published': ['bus.unavailable'],
  'reconcile-fails': ['reconcile.failed'],
  'reconcile-done': ['reconcile.done'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type LogSignal = keyof typeof LOG_SIGNALS;

/** The sum of a signal over all functions. */
export type LogSignals = (signal: LogSignal, period: Duration) => Metric;

/** Counts the signals in the logs of all functions. */
export function createLogSignals(
  scope: Construct,
  functions: ReadonlyMap<string, LambdaFunction>,
  names: Names,
): LogSignals {
  const metricNamespace = `Stagepost/${names.prefix}`;
  for (const [name, fn] of functions) {
    for (const [signal, words] of Object.entries(LOG_SIGNALS)) {
      new MetricFilter(scope, `Signal-${signal}-${name}`, {
        logGroup: fn.logGroup,
        filterName: signal,
        filterPattern: FilterPattern.literal(anyOf(words)),
        metricNamespace,
        metricName: signal,
        metricValue: '1',
      });
    }
  }
  return (signal, period) => new Metric({ namespace: metricNamespace, metricName: signal, statistic: 'Sum', period });
}

/** Functions that see a missing secret first: when a webhook comes, and when all accounts are looked at. */
const WHO_SEES_SECRETS = ['webhooks', 'reconcile'];

/** Counts the lines that say that this secret is missing, as one metric for each secret. */
export function createSecretSignals(
  scope: Construct,
  functions: ReadonlyMap<string, LambdaFunction>,
  names: Names,
  connections: readonly Pick<DeployedConnection, 'id' | 'secret'>[],
): (connectionId: string, period: Duration) => Metric {
  const metricNamespace = `Stagepost/${names.prefix}`;
  const metricName = (connectionId: string) => `secret-missing-${connectionId}`;
  for (const [name, fn] of functions) {
    if (!WHO_SEES_SECRETS.includes(name)) continue;
    for (const { id, secret } of connections) {
      // Terms are found anywhere in a line, also as the beginning of a longer name.
      const longer = connections.filter((each) => each.secret !== secret && each.secret.startsWith(secret));
      const terms = [`"secrets.missing"`, `"${secret}"`, ...longer.map((each) => `-"${each.secret}"`)];
      new MetricFilter(scope, `Signal-secret-missing-${id}-${name}`, {
        logGroup: fn.logGroup,
        filterName: metricName(id),
        filterPattern: FilterPattern.literal(terms.join(' ')),
        metricNamespace,
        metricName: metricName(id),
        metricValue: '1',
      });
    }
  }
  return (connectionId, period) =>
    new Metric({ namespace: metricNamespace, metricName: metricName(connectionId), statistic: 'Sum', period });
}

/** A pattern of CloudWatch Logs that finds lines with at least one of the words ("Filter pattern syntax", AWS documentation). */
function anyOf(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length === 1 ? quoted.join('') : quoted.map((word) => `?${word}`).join(' ');
}
