import type { Topology } from '../../src/topology.ts';
import { HOURS_PER_MONTH, LONG_POLL_SECONDS, POLLERS_PER_MAPPING } from './assumptions.ts';
import type { Usage } from './usage.ts';

/** Queue triggers of all functions: each is an event source mapping with pollers of its own. */
export function mappingsOf(topology: Topology): number {
  return topology.functions.flatMap(({ triggers }) => triggers.filter(({ kind }) => kind === 'queue')).length;
}

export interface StandingParts {
  /** Event source mappings. */
  readonly mappings: number;
  readonly alarms: number;
  /** An alarm over several metrics is billed for each of them. */
  readonly alarmMetrics: number;
  /** Made out of logs. CloudWatch bills the hours in which a metric has a value: those that a calm day feeds. */
  readonly fedMetrics: number;
  /** All that could be fed, as on a day on which everything goes wrong. */
  readonly logMetrics: number;
  readonly dashboards: number;
  readonly secrets: number;
}

/** What a month costs that nobody does anything in, without the schedules' own work. */
export function standingMonth(parts: StandingParts): Usage {
  const pollsPerPoller = (HOURS_PER_MONTH * 3600) / LONG_POLL_SECONDS;
  return {
    sqsEmptyPoll: parts.mappings * POLLERS_PER_MAPPING * pollsPerPoller,
    alarmMonth: parts.alarmMetrics,
    customMetricMonth: parts.fedMetrics,
    dashboardMonth: parts.dashboards,
    secretMonth: parts.secrets,
  };
}
