import type { Log } from '../../platform/log.ts';
import type { ScheduleSpec } from '../../topology.ts';

export interface Schedules {
  stop(): Promise<void>;
}

/** Fires every schedule after its interval, and again; a run that takes longer than the interval is not doubled. */
export function startSchedules(
  schedules: readonly ScheduleSpec[],
  fire: (schedule: ScheduleSpec) => Promise<unknown>,
  log: Log,
): Schedules {
  const running = new Map<string, Promise<void>>();
  const timers = schedules.map((schedule) =>
    setInterval(() => {
      if (running.has(schedule.name)) return;
      const run = fire(schedule)
        .then(
          () => {},
          (error: unknown) => {
            const code = error instanceof Error ? error.name : 'unknown';
            log('error', 'host.schedule-failed', { key: schedule.name, code });
          },
        )
        .finally(() => running.delete(schedule.name));
      running.set(schedule.name, run);
    }, schedule.everyMinutes * 60_000),
  );
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
