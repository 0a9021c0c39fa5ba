import { CfnArchive, type EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { EVENT_SOURCE } from '../src/topology.ts';
import type { Names } from './names.ts';

/** As long as whatever else came in is kept; events hold ids and stages. */
const ARCHIVE_DAYS = 30;

/**
 * Keeps what was published, so that a day can be put through again after a fault of ours. Workers are level-triggered:
 * an event that comes again has a deal looked at again, and what was done is not done twice.
 */
export function createBusArchive(scope: Construct, bus: EventBus, names: Names): void {
  new CfnArchive(scope, 'Archive', {
    archiveName: names.bus,
    description: 'Stagepost: what was published, for a replay',
    sourceArn: bus.eventBusArn,
    eventPattern: { source: [EVENT_SOURCE] },
    retentionDays: ARCHIVE_DAYS,
  });
}
