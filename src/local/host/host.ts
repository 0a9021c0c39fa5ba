import { HubError } from '../../domain/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/handler.ts';
import type { Log } from '../../platform/log.ts';
import type { ScheduleSpec, Topology } from '../../topology.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { createKillSwitch, invokeWithTimeout } from './invocation.ts';
import { startPoller } from './poller.ts';
import { startSchedules } from './schedules.ts';

export interface HostOptions {
  readonly topology: Topology;
  readonly cloud: Cloud;
  /** By function name; a function without a handler is not run, and its queues fill up. */
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Off in tests, which fire schedules themselves. */
  readonly runSchedules?: boolean;
}

/** Runs the functions of the topology over the embedded cloud. */
export interface Host {
  /** Calls a function with its own time-out. Throws what it throws, or HubError `local.function-timed-out` (never). */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Fires a schedule now. */
  fire(schedule: string): Promise<unknown>;
  /** No message is waiting, delayed or being worked on (dead-letter queues aside). */
  isQuiet(): boolean;
  /** Resolves when `isQuiet` has been true for a moment; throws HubError `local.not-quiet` when that takes longer. */
  whenQuiet(timeoutMs: number): Promise<void>;
  /** Takes no more work and waits for what runs; after `drainMs` it is killed and comes back at the next start. */
  stop(drainMs?: number): Promise<void>;
}

const QUIET_LOOKS = 3;
const QUIET_EVERY_MS = 15;

export function startHost(options: HostOptions): Host {
  const { topology, cloud, handlers, clock, log, runSchedules = true } = options;
  const killSwitch = createKillSwitch();

  async function invoke(functionName: string, event: unknown): Promise<unknown> {
    const spec = topology.functions.find(({ name }) => name === functionName);
    const handler = handlers[functionName];
    if (spec === undefined || handler === undefined) {
      throw new HubError('local.function-unknown', `There is no function "${functionName}" on this host.`, {
        retry: 'never',
      });
    }
    const context = { functionName, memoryLimitInMB: String(spec.memoryMb) };
    return invokeWithTimeout(functionName, spec.timeoutSeconds * 1000, () => handler(event, context), killSwitch);
  }

  const served = topology.functions.filter(({ name }) => handlers[name] !== undefined);
  const pollers = served.flatMap((spec) =>
    spec.triggers.flatMap((trigger) =>
      trigger.kind === 'queue'
        ? startPoller({
            queue: cloud.queue(trigger.queue),
            batchSize: trigger.batchSize,
            maxConcurrency: trigger.maxConcurrency,
            invoke: (event) => invoke(spec.name, event),
            log,
          })
        : [],
    ),
  );

  async function fireSchedule(schedule: ScheduleSpec): Promise<unknown> {
    const target = served.find(({ triggers }) =>
      triggers.some((trigger) => trigger.kind === 'schedule' && trigger.schedule === schedule.name),
    );
    if (target === undefined) return undefined;
    return invoke(target.name, { job: schedule.job, time: new Date(clock.nowMs()).toISOString() });
  }
  const schedules = startSchedules(runSchedules ? topology.schedules : [], fireSchedule, log);

  function isQuiet(): boolean {
    return topology.queues.every(({ name }) => {
      const { ready, delayed, inFlight } = cloud.queue(name).counts();
      return ready + delayed + inFlight === 0;
    });
  }

  return {
    invoke,
    isQuiet,
    async fire(name) {
      const schedule = topology.schedules.find((each) => each.name === name);
      if (schedule === undefined) {
        throw new HubError('local.schedule-unknown', `There is no schedule "${name}" in the topology.`, {
          retry: 'never',
        });
      }
      return fireSchedule(schedule);
    },
    async whenQuiet(timeoutMs) {
      const looks = Math.ceil(timeoutMs / QUIET_EVERY_MS);
      let quietLooks = 0;
      for (let look = 0; look < looks && quietLooks < QUIET_LOOKS; look += 1) {
        quietLooks = isQuiet() ? quietLooks + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, QUIET_EVERY_MS));
      }
      if (quietLooks >= QUIET_LOOKS) return;
      const busy = topology.queues.filter(({ name }) => {
        const { ready, delayed, inFlight } = cloud.queue(name).counts();
        return ready + delayed + inFlight > 0;
      });
      throw new HubError(
        'local.not-quiet',
        `After ${timeoutMs} ms there are still messages in ${busy.map(({ name }) => name).join(', ')}.`,
        { retry: 'never' },
      );
    },
    async stop(drainMs = 10_000) {
      const timer = setTimeout(() => killSwitch.kill(), drainMs);
      await Promise.all([...pollers.map((poller) => poller.stop()), schedules.stop()]);
      clearTimeout(timer);
    },
  };
}
