import type { ConnectionPolicy } from '../../domain/policies.ts';
import { comparePass, OVERLAP_MS, type PassName, type Watermark } from './catch-up.ts';
import { checkConnections } from './check-connections.ts';
import { lookAround } from './look-around.ts';
import type { ReconcileParts } from './reconcile-parts.ts';
import { createRun, type ReconcileJob, type ReconcileReport, type Run } from './reconcile-run.ts';

const SWEEP_MS = 30 * 86_400_000;

/** Parts of a run's time at whose end each step gives way to the next; what is left of it waits for the next run. */
const AROUND_UNTIL = 0.4;
const WATERMARK_UNTIL = 0.85;

/**
 * Asks the CRMs and the e-sign providers what the webhooks failed to say, and has workers look again at what waits.
 * Everything found goes through the hub's own door, so that a lost webhook and a late one end in the same place. Stops
 * before the function's time is over and goes on in the next run; one failure does not stop what is beside it.
 */
export async function reconcile(job: ReconcileJob, parts: ReconcileParts): Promise<ReconcileReport> {
  const run = createRun(job, parts);
  const { connections } = await parts.config();
  const crms = connections.filter((each) => each.role === 'crm');

  // Beside the round, which asks nobody's permission: an account that hangs must not keep it from being looked at.
  await Promise.all([
    checkConnections(run, parts),
    run.attempt({ key: 'round' }, () => lookAround(() => run.isOver(AROUND_UNTIL), run, parts)),
  ]);
  await eachInTurn(crms, AROUND_UNTIL, WATERMARK_UNTIL, run, (connection, isOver) =>
    pass('watermark', connection, isOver, run, parts, (last) => {
      const sinceMs = Math.min(last?.untilMs ?? connection.effectsFromMs, run.startedAtMs);
      return { fromMs: Math.max(0, sinceMs - OVERLAP_MS), untilMs: run.startedAtMs };
    }),
  );
  // A sweep is begun once a day, and goes on in whatever time every run has left.
  await eachInTurn(crms, WATERMARK_UNTIL, 1, run, (connection, isOver) =>
    pass('sweep', connection, isOver, run, parts, () =>
      job === 'full-sweep' ? { fromMs: run.startedAtMs - SWEEP_MS, untilMs: run.startedAtMs } : undefined,
    ),
  );

  const report = run.report();
  parts.log(report.failures > 0 ? 'warn' : 'info', 'reconcile.done', {
    key: job,
    count: report.healed,
    ms: parts.clock.nowMs() - run.startedAtMs,
  });
  return report;
}

/** Every connection gets its share of the time, so that a slow one does not starve the others. */
async function eachInTurn(
  connections: readonly ConnectionPolicy[],
  from: number,
  until: number,
  run: Run,
  work: (connection: ConnectionPolicy, isOver: () => boolean) => Promise<void>,
): Promise<void> {
  for (const [index, connection] of connections.entries()) {
    const share = from + ((until - from) * (index + 1)) / connections.length;
    await work(connection, () => run.isOver(share));
  }
}

async function pass(
  name: PassName,
  connection: ConnectionPolicy,
  isOver: () => boolean,
  run: Run,
  parts: ReconcileParts,
  begin: (last: Watermark | undefined) => { readonly fromMs: number; readonly untilMs: number } | undefined,
): Promise<void> {
  const about = { connectionId: connection.id, key: name };
  const ended = await run.attempt(about, () => comparePass(name, connection, begin, isOver, run, parts));
  if (!ended.ok || ended.value === 'stopped') run.leftUnfinished(`${connection.id} ${name}`);
}
