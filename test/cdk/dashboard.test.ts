import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { createTemplates, resourcesOf } from './templates.ts';

const topology = createTopology(['crm-one', 'crm-two']);
const { app } = createTemplates({ topology });
const dashboards = resourcesOf(app, 'AWS::CloudWatch::Dashboard');

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[]; readonly alarms?: unknown[] };
}

/** The dashboard's JSON with names in place of references. */
function widgets(): readonly Widget[] {
  const body = dashboards[0]?.[1].Properties.DashboardBody as { 'Fn::Join': [string, unknown[]] };
  const text = body['Fn::Join'][1].map((part) =>
    typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', "'"),
  );
  return JSON.parse(text.join('')).widgets;
}

const titled = (title: string): Widget | undefined => widgets().find(({ properties }) => properties.title === title);

describe('the dashboard', () => {
  it('is one, called like the deployment', () => {
    expect(dashboards.map(([, { Properties }]) => Properties.DashboardName)).toEqual(['stagepost-test']);
  });

  it('has these graphs', () => {
    expect(widgets().map(({ properties }) => properties.title)).toEqual([
      undefined,
      'Alarms',
      'What comes in',
      'What the logs say',
      'Messages that wait',
      'Age of the oldest message, seconds',
      'Dead letters',
      'Functions that failed or were not allowed to start',
      'How long functions run, ms (95 of 100 are faster)',
    ]);
  });

  it('shows every queue, dead-letter queue, function and alarm of the topology', () => {
    expect(titled('Messages that wait')?.properties.metrics).toHaveLength(10);
    expect(titled('Age of the oldest message, seconds')?.properties.metrics).toHaveLength(10);
    expect(titled('Dead letters')?.properties.metrics).toHaveLength(3);
    expect(titled('Functions that failed or were not allowed to start')?.properties.metrics).toHaveLength(12);
    expect(titled('How long functions run, ms (95 of 100 are faster)')?.properties.metrics).toHaveLength(6);
    expect(titled('Alarms')?.properties.alarms).toHaveLength(resourcesOf(app, 'AWS::CloudWatch::Alarm').length);
  });

  it('shows what comes in, what is refused, and what is kept aside', () => {
    const metrics = JSON.stringify([titled('What comes in'), titled('What the logs say')]);
    for (const name of ['Count', '4xx', '5xx', 'deliveries-quarantined', 'provider-unauthorized', 'setting-missing']) {
      expect(metrics).toContain(`"${name}"`);
    }
  });
});
