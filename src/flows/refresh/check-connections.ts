import type { ConnectionCheck } from '../../domain/connection-check.ts';
import type { ConnectionPolicy } from '../../domain/policies.ts';
import type { ReconcileParts } from './reconcile-parts.ts';
import type { Run } from './reconcile-run.ts';

/**
 * Asks every account whether it answers, and notes it (`CONNECTION#<id>` / `NOTE#check`): a wrong key, a missing right or
 * another org shows before the first deal needs it, and not on a deal. All at once, so that one that hangs costs no more
 * than its own time-out.
 */
export async function checkConnections(run: Run, parts: ReconcileParts): Promise<void> {
  const { connections } = await parts.config();
  await Promise.all(connections.map((connection) => checkOne(connection, run, parts)));
}

async function checkOne(connection: ConnectionPolicy, run: Run, parts: ReconcileParts): Promise<void> {
  const { id: connectionId } = connection;
  const asked = await run.attempt({ connectionId, key: 'check' }, () => ask(connection, parts));
  await run.attempt({ connectionId, key: 'check' }, async () => {
    const before = await parts.store.loadConnectionNote<ConnectionCheck>(connectionId, 'check');
    const nowMs = parts.clock.nowMs();
    const found = asked.ok
      ? { ok: true, ...asked.value }
      : { ok: false, code: asked.error.code, sentence: asked.error.message };
    const isAsBefore = before?.data.ok === found.ok && before.data.code === ('code' in found ? found.code : undefined);
    const note: ConnectionCheck = { v: 1, ...found, atMs: nowMs, sinceMs: isAsBefore ? before.data.sinceMs : nowMs };
    await parts.store.putConnectionNote(connectionId, 'check', note);
  });
}

async function ask(
  connection: ConnectionPolicy,
  parts: ReconcileParts,
): Promise<Pick<ConnectionCheck, 'uniqueTaskKey'>> {
  if (connection.role === 'esign') {
    await parts.esign(connection).check();
    return {};
  }
  const crm = parts.crm(connection);
  await crm.check({ learn: true });
  return { uniqueTaskKey: crm.capabilities.uniqueTaskKey };
}
