import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOG_SIGNALS } from '../../cdk/log-signals.ts';
import { createJsonLog } from '../../src/platform/log.ts';
import { createTopology } from '../../src/topology.ts';
import { ROOT } from '../architecture/load-repository.ts';
import { createTemplates, resourcesOf, TEST_DEPLOYMENT } from './templates.ts';

const topology = createTopology(['crm-one']);
const { app } = createTemplates({ topology });
const allFilters = resourcesOf(app, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
const filters = allFilters.filter(({ FilterName }) => !String(FilterName).startsWith('secret-missing-'));

function patternOf(signal: string): string {
  return String(filters.find(({ FilterName }) => FilterName === signal)?.FilterPattern);
}

/** CloudWatch's reading of `"a"` and of `?"a" ?"b"`: a line that holds the word, or one of them. */
function finds(pattern: string, line: string): boolean {
  return [...pattern.matchAll(/\??"([^"]+)"/g)].some(([, word = '']) => line.includes(word));
}

/** A line as Lambda stores what a function prints. */
function stored(step: string, fields: Parameters<ReturnType<typeof createJsonLog>>[2]): string {
  let line = '';
  createJsonLog((text) => {
    line = text;
  }, 'record')('warn', step, fields);
  return `2026-11-25T09:00:00.000Z\t5c1f0c3e-0000-4000-8000-000000000000\tINFO\t${line}`;
}

describe('the filters', () => {
  it('look for these words, in the log of every function', () => {
    expect(Object.fromEntries(Object.keys(LOG_SIGNALS).map((signal) => [signal, patternOf(signal)]))).toEqual({
      'setting-missing': '?"environment.missing" ?"config.missing" ?"connection.not-deployed"',
      'provider-unauthorized':
        '?"crm.unauthorized" ?"crm.forbidden" ?"esign.unauthorized" ?"esign.consent-required" ?"esign.key-invalid" ?"esign.account-unknown"',
      'deliveries-quarantined': '"quarantined"',
      'work-keeps-waiting': '"look.chained"',
      'events-not-published': '"bus.unavailable"',
      'reconcile-fails': '"reconcile.failed"',
      'reconcile-done': '"reconcile.done"',
    });
    expect(filters).toHaveLength(Object.keys(LOG_SIGNALS).length * topology.functions.length);
    for (const filter of filters) {
      expect(filter.MetricTransformations).toEqual([
        { MetricName: filter.FilterName, MetricNamespace: 'Stagepost/stagepost-test', MetricValue: '1' },
      ]);
    }
  });

  it.each([
    ['setting-missing', stored('message.failed', { code: 'config.missing' })],
    ['setting-missing', stored('reconcile.failed', { code: 'connection.not-deployed', connectionId: 'crm-new' })],
    [
      'setting-missing',
      '2026-11-25T09:00:00.000Z\tundefined\tERROR\tUncaught Exception\t{"errorType":"HubError","code":"environment.missing"}',
    ],
    ['provider-unauthorized', stored('reconcile.failed', { connectionId: 'crm-main', code: 'crm.unauthorized' })],
    ['provider-unauthorized', stored('message.failed', { code: 'esign.consent-required' })],
    ['deliveries-quarantined', stored('quarantined', { code: 'json.broken', deliveryId: 'd1' })],
    ['work-keeps-waiting', stored('look.chained', { dealId: 'crm-main.1', attempt: 15, ms: 3_600_000 })],
    ['events-not-published', stored('message.failed', { code: 'bus.unavailable' })],
    ['reconcile-fails', stored('reconcile.failed', { code: 'crm.unavailable' })],
    ['reconcile-done', stored('reconcile.done', { key: 'catch-up', count: 0 })],
  ])('count for %s: %s', (signal, line) => {
    expect(finds(patternOf(signal), line)).toBe(true);
  });

  it('count nothing in a line that tells of good things', () => {
    const line = stored('delivery.recorded', { deliveryId: 'd1', connectionId: 'crm-main', count: 2 });
    expect(Object.keys(LOG_SIGNALS).filter((signal) => finds(patternOf(signal), line))).toEqual([]);
  });

  it('look for words that some source really writes', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'));
    const unwritten = Object.values(LOG_SIGNALS)
      .flat()
      .filter((word) => !sources.some((source) => source.includes(`'${word}'`)));
    expect(unwritten).toEqual([]);
  });
});

/** CloudWatch's reading of `"a" "b" -"c"`: a line that holds a and b, and not c. */
function findsAll(pattern: string, line: string): boolean {
  return [...pattern.matchAll(/(-?)"([^"]+)"/g)].every(([, not, word = '']) => line.includes(word) === (not === ''));
}

describe('the filters for secrets', () => {
  const connections = [
    { id: 'crm', provider: 'crm-one', role: 'crm', secret: 'stagepost/crm' },
    { id: 'crm-emea', provider: 'crm-one', role: 'crm', secret: 'stagepost/crm-emea' },
  ] as const;
  const two = createTemplates({ topology, deployment: { ...TEST_DEPLOYMENT, connections } }).app;
  const found = resourcesOf(two, 'AWS::Logs::MetricFilter')
    .map(([, { Properties }]) => Properties)
    .filter(({ FilterName }) => String(FilterName).startsWith('secret-missing-'));
  const patterns = new Map(found.map(({ FilterName, FilterPattern }) => [FilterName, String(FilterPattern)]));
  const heard = (line: string) => [...patterns].filter(([, pattern]) => findsAll(pattern, line)).map(([name]) => name);

  it('are one for each secret, where webhooks come in and where accounts are looked at', () => {
    expect(Object.fromEntries(patterns)).toEqual({
      'secret-missing-crm': '"secrets.missing" "stagepost/crm" -"stagepost/crm-emea"',
      'secret-missing-crm-emea': '"secrets.missing" "stagepost/crm-emea"',
    });
    expect(found).toHaveLength(4);
    expect(found.map(({ MetricTransformations }) => MetricTransformations)).toContainEqual([
      { MetricName: 'secret-missing-crm-emea', MetricNamespace: 'Stagepost/stagepost-test', MetricValue: '1' },
    ]);
  });

  it('hear of the secret that a line names, and of no other', () => {
    const line = (secret: string) => stored('webhook.not-accepted', { code: 'secrets.missing', status: 503, secret });
    expect(heard(line('stagepost/crm'))).toEqual(['secret-missing-crm']);
    expect(heard(line('stagepost/crm-emea'))).toEqual(['secret-missing-crm-emea']);
    expect(
      heard(stored('webhook.secret-not-refreshed', { code: 'secrets.unavailable', key: 'stagepost/crm' })),
    ).toEqual([]);
  });
});
