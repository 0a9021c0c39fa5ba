import { HubError, isHubError } from '../../domain/errors.ts';
import type { LogFields } from '../../platform/log.ts';
import type { ReconcileParts } from './reconcile-parts.ts';

export type ReconcileJob = 'catch-up' | 'full-sweep';

export interface ReconcileReport {
  readonly job: ReconcileJob;
  /** CRM records that were compared with what is recorded. */
  readonly records: number;
  /** Of these: the CRM knew something that the hub did not. */
  readonly healed: number;
  /** Envelopes that were read at the e-sign provider. */
  readonly envelopes: number;
  /** Deals whose workers were told to look again. */
  readonly woken: number;
  /** What could not be done; it stops nothing else, and is tried again. */
  readonly failures: number;
  /** How often each error code came. */
  readonly codes: Readonly<Record<string, number>>;
  /** What this run did not get to the end of, and the next one goes on with. */
  readonly unfinished: readonly string[];
}

export type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: HubError };

/** One run of the reconciler: its time and what it counts. */
export interface Run {
  readonly startedAtMs: number;
  /** True when this part (0 to 1) of the run's time is used up. */
  isOver(part: number): boolean;
  count(what: 'records' | 'healed' | 'envelopes' | 'woken'): number;
  leftUnfinished(what: string): void;
  /** Does the work; a failure is counted and logged, and never thrown. */
  attempt<T>(about: LogFields, work: () => Promise<T>): Promise<Tried<T>>;
  report(): ReconcileReport;
}

/** Left for the call that is under way, and for saving how far it got. */
const MARGIN_MS = 10_000;

export function createRun(job: ReconcileJob, { clock, log, functionTimeoutMs }: ReconcileParts): Run {
  const startedAtMs = clock.nowMs();
  const lengthMs = Math.max(0, functionTimeoutMs - MARGIN_MS);
  const counts = { records: 0, healed: 0, envelopes: 0, woken: 0 };
  const codes = new Map<string, number>();
  const unfinished = new Set<string>();
  return {
    startedAtMs,
    isOver: (part) => clock.nowMs() - startedAtMs >= lengthMs * part,
    count(what) {
      counts[what] += 1;
      return counts[what];
    },
    leftUnfinished(what) {
      unfinished.add(what);
    },
    async attempt(about, work) {
      try {
        return { ok: true, value: await work() };
      } catch (cause) {
        const error = isHubError(cause)
          ? cause
          : new HubError('reconcile.failed', 'comparing with a provider failed unexpectedly', {
              retry: { afterMs: 60_000 },
              cause,
            });
        codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
        const { secret } = error.context;
        log('warn', 'reconcile.failed', {
          ...about,
          code: error.code,
          ...(typeof secret === 'string' ? { secret } : {}),
        });
        return { ok: false, error };
      }
    },
    report: () => ({
      job,
      ...counts,
      failures: [...codes.values()].reduce((sum, each) => sum + each, 0),
      codes: Object.fromEntries([...codes].sort()),
      unfinished: [...unfinished],
    }),
  };
}
