import { expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { mappingsOf, standingMonth } from './standing.ts';
import { standingParts } from './standing-parts.ts';

it('a month polls every mapping with five pollers three times a minute', () => {
  const parts = { mappings: 10, alarms: 34, alarmMetrics: 35, fedMetrics: 1, logMetrics: 6, dashboards: 1, secrets: 3 };
  expect(standingMonth(parts)).toEqual({
    // 10 x 5 x 3 x 60 x 730
    sqsEmptyPoll: 6_570_000,
    alarmMonth: 35,
    customMetricMonth: 1,
    dashboardMonth: 1,
    secretMonth: 3,
  });
});

it('every queue of the topology has one mapping', () => {
  expect(mappingsOf(createTopology(['crm-one']))).toBe(6);
  expect(mappingsOf(createTopology(['crm-one', 'crm-two']))).toBe(10);
});

it('a deployment of two CRMs and three connections has these alarms, metrics and dashboards', () => {
  const topology = createTopology(['crm-one', 'crm-two']);
  expect(standingParts(topology, new Set(['reconcile.done']), 3)).toEqual({
    mappings: 10,
    // 3 dead-letter queues, 10 queues, 3 secrets, throttling, 5xx, refusals, 7 over logs
    alarms: 26,
    // Refusals are two metrics.
    alarmMetrics: 27,
    fedMetrics: 1,
    // The 7, and one for each secret
    logMetrics: 10,
    dashboards: 1,
    secrets: 3,
  });
});
