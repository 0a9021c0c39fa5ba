import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { createTemplates, resourcesOf } from './templates.ts';

const { app } = createTemplates({ topology: createTopology(['crm-one']) });

interface Found {
  readonly namespace: string;
  readonly dimensions: readonly string[];
}

/** Every metric that is named anywhere below, in the forms that alarms have: alone, or in a list with an expression. */
function metricsIn(value: unknown): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(metricsIn);
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = value as Record<string, unknown>;
  const own =
    typeof namespace === 'string' && typeof name === 'string'
      ? [{ namespace, dimensions: Array.isArray(dimensions) ? dimensions.map(({ Name }) => String(Name)) : [] }]
      : [];
  return [...own, ...Object.values(value).flatMap(metricsIn)];
}

describe('our own metrics', () => {
  it('are all in the one namespace of the deployment, without a dimension', () => {
    const filters = resourcesOf(app, 'AWS::Logs::MetricFilter').flatMap(
      ([, { Properties }]) => Properties.MetricTransformations as readonly Record<string, unknown>[],
    );
    expect([...new Set(filters.map(({ MetricNamespace }) => MetricNamespace))]).toEqual(['Stagepost/stagepost-test']);
    expect(filters.filter(({ Dimensions }) => Dimensions !== undefined)).toEqual([]);
  });

  it('are what alarms and dashboard look at, beside those of AWS itself, each over one thing at a time', () => {
    const alarms = resourcesOf(app, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) => metricsIn(Properties));
    expect(alarms.length).toBeGreaterThan(20);
    const ours = alarms.filter(({ namespace }) => !namespace.startsWith('AWS/'));
    expect([...new Set(ours.map(({ namespace }) => namespace))]).toEqual(['Stagepost/stagepost-test']);
    expect(ours.flatMap(({ dimensions }) => dimensions)).toEqual([]);
    expect(alarms.filter(({ dimensions }) => dimensions.length > 1)).toEqual([]);
    const [[, dashboard] = []] = resourcesOf(app, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    const named = [...body.matchAll(/\[\\*"((?:AWS|Stagepost)\/[\w-]+)\\*"/g)].map(([, namespace]) => namespace);
    expect([...new Set(named)].filter((namespace) => namespace?.startsWith('AWS/') !== true)).toEqual([
      'Stagepost/stagepost-test',
    ]);
  });
});
