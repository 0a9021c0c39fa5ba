import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { LogSignals } from './log-signals.ts';
import type { Names } from './names.ts';
import type { Queues } from './queues.ts';

const FIVE_MINUTES = Duration.minutes(5);
const WIDTH = 24;
const HEIGHT = 6;

/** One page that answers: does it come in, does it go on, does anything lie about, and what says the alarm. */
export function createDashboard(
  scope: Construct,
  topology: Topology,
  parts: {
    readonly names: Names;
    readonly queues: Queues;
    readonly functions: ReadonlyMap<string, LambdaFunction>;
    readonly api: HttpApi;
    readonly signals: LogSignals;
    readonly alarms: readonly Alarm[];
  },
): Dashboard {
  const { names, queues, functions, api, signals } = parts;
  const sum = { period: FIVE_MINUTES, statistic: 'Sum' };
  const most = { period: FIVE_MINUTES, statistic: 'Maximum' };
  const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
    new GraphWidget({ title, left, right, width: WIDTH / 2, height: HEIGHT, leftYAxis: { min: 0 } });
  const work = topology.queues.map(({ name }) => ({ name, queue: queues.get(name) }));

  return new Dashboard(scope, 'Dashboard', {
    dashboardName: names.prefix,
    widgets: [
      [
        new TextWidget({
          markdown: `# ${names.prefix}\nWhat an alarm means and what to do: docs/runbook.md, under the alarm's own name.`,
          width: WIDTH,
          height: 2,
        }),
      ],
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...parts.alarms], width: WIDTH, height: HEIGHT })],
      [
        graph('What comes in', [
          api.metricCount({ ...sum, label: 'requests' }),
          api.metricClientError({ ...sum, label: 'refused (4xx)' }),
          api.metricServerError({ ...sum, label: 'come again (5xx)' }),
        ]),
        graph('What the logs say', [
          signals('deliveries-quarantined', FIVE_MINUTES),
          signals('provider-unauthorized', FIVE_MINUTES),
          signals('setting-missing', FIVE_MINUTES),
          signals('work-keeps-waiting', FIVE_MINUTES),
          signals('events-not-published', FIVE_MINUTES),
          signals('reconcile-fails', FIVE_MINUTES),
        ]),
      ],
      [
        graph(
          'Messages that wait',
          work.map(({ name, queue }) => queue.metricApproximateNumberOfMessagesVisible({ ...most, label: name })),
        ),
        graph(
          'Age of the oldest message, seconds',
          work.map(({ name, queue }) => queue.metricApproximateAgeOfOldestMessage({ ...most, label: name })),
        ),
      ],
      [
        new SingleValueWidget({
          title: 'Dead letters',
          metrics: topology.deadLetterQueues.map((name) =>
            queues.get(name).metricApproximateNumberOfMessagesVisible({ ...most, label: name }),
          ),
          width: WIDTH,
          height: HEIGHT,
        }),
      ],
      [
        graph(
          'Functions that failed or were not allowed to start',
          [...functions].flatMap(([name, fn]) => [
            fn.metricErrors({ ...sum, label: `${name} failed` }),
            fn.metricThrottles({ ...sum, label: `${name} throttled` }),
          ]),
        ),
        graph(
          'How long functions run, ms (95 of 100 are faster)',
          [...functions].map(([name, fn]) =>
            fn.metricDuration({ period: FIVE_MINUTES, statistic: 'p95', label: name }),
          ),
        ),
      ],
    ],
  });
}
