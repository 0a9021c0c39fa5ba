import type { ConnectionCheck } from '../domain/connection-check.ts';
import type { ConnectionPolicy } from '../domain/policies.ts';
import type { HubStore } from '../store/hub-store.ts';
import type { RefusalNote } from '../webhooks/delivery.ts';

/** A connection, whether its account answers, and the last webhook in its name that was turned away. */
export interface ConnectionRow {
  readonly id: string;
  readonly provider: string;
  readonly role: ConnectionPolicy['role'];
  readonly mode: ConnectionPolicy['mode'];
  /** The other CRM that it is synced with. */
  readonly syncedWith?: string;
  /** Absent until the reconciler has looked for the first time. */
  readonly check?: Omit<ConnectionCheck, 'v'>;
  readonly lastRefusal?: Pick<RefusalNote, 'cause' | 'url' | 'atMs'>;
}

export async function connectionRow(
  { id, provider, role, mode, syncedWith }: ConnectionPolicy,
  store: Pick<HubStore, 'loadConnectionNote'>,
): Promise<ConnectionRow> {
  const [check, refusal] = await Promise.all([
    store.loadConnectionNote<ConnectionCheck>(id, 'check'),
    store.loadConnectionNote<RefusalNote>(id, 'last-refusal'),
  ]);
  return {
    id,
    provider,
    role,
    mode,
    ...(syncedWith === undefined ? {} : { syncedWith: syncedWith.connectionId }),
    ...(check === undefined ? {} : { check: withoutVersion(check.data) }),
    ...(refusal === undefined
      ? {}
      : { lastRefusal: { cause: refusal.data.cause, url: refusal.data.url, atMs: refusal.data.atMs } }),
  };
}

function withoutVersion({ v: _, ...check }: ConnectionCheck): Omit<ConnectionCheck, 'v'> {
  return check;
}
