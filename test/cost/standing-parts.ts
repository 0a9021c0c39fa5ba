import type { Template } from 'aws-cdk-lib/assertions';
import type { Topology } from '../../src/topology.ts';
import { createTemplates, resourcesOf, TEST_DEPLOYMENT } from '../cdk/templates.ts';
import { mappingsOf, type StandingParts } from './standing.ts';

/** What stands around, from the template of a deployment with so many connections; each has a secret, with an alarm. */
export function standingParts(topology: Topology, logged: ReadonlySet<string>, secrets: number): StandingParts {
  const connections = Array.from({ length: secrets }, (_, n) => ({
    id: `connection-${n}`,
    provider: 'crm-one',
    role: 'crm' as const,
    secret: `stagepost/connection-${n}`,
  }));
  const { app } = createTemplates({ topology, deployment: { ...TEST_DEPLOYMENT, connections } });
  const alarms = resourcesOf(app, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties['Metrics']);
  const alarmMetrics = alarms.map((metrics) =>
    Array.isArray(metrics) ? metrics.filter((each: object) => 'MetricStat' in each).length : 1,
  );
  return {
    mappings: mappingsOf(topology),
    alarms: alarms.length,
    alarmMetrics: alarmMetrics.reduce((sum, metrics) => sum + metrics, 0),
    ...logMetrics(app, logged),
    dashboards: resourcesOf(app, 'AWS::CloudWatch::Dashboard').length,
    secrets,
  };
}

/** Metrics of filters over the logs, by name; a filter that has a quoted word of what was logged feeds its metric. */
function logMetrics(app: Template, logged: ReadonlySet<string>) {
  const all = new Set<string>();
  const fed = new Set<string>();
  for (const [, { Properties }] of resourcesOf(app, 'AWS::Logs::MetricFilter')) {
    const name = JSON.stringify(
      (Properties['MetricTransformations'] as readonly { MetricName: string }[])[0]?.MetricName,
    );
    all.add(name);
    const words = String(Properties['FilterPattern']).matchAll(/"([^"]+)"/g);
    if ([...words].some(([, word = '']) => logged.has(word))) fed.add(name);
  }
  return { fedMetrics: fed.size, logMetrics: all.size };
}
