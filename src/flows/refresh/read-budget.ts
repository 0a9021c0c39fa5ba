import type { CrmCapabilities } from '../../crm/crm-port.ts';
import { HubError } from '../../domain/errors.ts';
import { inTurn } from '../in-turn.ts';
import type { CoreParts } from '../parts.ts';

/** What is left of a connection's reads (`CONNECTION#<id>` / `NOTE#read-budget`). */
interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

const HOUR_MS = 3_600_000;
const SAVE_ATTEMPTS = 8;

/**
 * Takes one read out of the budget of the connection; whoever sends hints without end cannot use up the CRM's API limit.
 * HubError `crm.read-budget` (retryable) says when there will be one.
 */
export function takeRead(
  connectionId: string,
  budget: NonNullable<CrmCapabilities['hintReads']>,
  parts: CoreParts,
): Promise<void> {
  // One message may bring a hundred hints, whose reads would all want the same version of the same note.
  return inTurn(parts.store, connectionId, () => take(connectionId, budget, parts));
}

async function take(
  connectionId: string,
  budget: NonNullable<CrmCapabilities['hintReads']>,
  parts: CoreParts,
): Promise<void> {
  const perMs = budget.perHour / HOUR_MS;
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const nowMs = parts.clock.nowMs();
    const note = await parts.store.loadConnectionNote<Bucket>(connectionId, 'read-budget');
    const before = note?.data ?? { tokens: budget.burst, atMs: nowMs };
    const tokens = Math.min(budget.burst, before.tokens + Math.max(0, nowMs - before.atMs) * perMs);
    if (tokens < 1) {
      throw new HubError(
        'crm.read-budget',
        `hints of connection ${connectionId} ask for more than ${budget.perHour} reads an hour; the record is read later. If this lasts, see who sends them and change the token`,
        { retry: { afterMs: Math.max(1000, Math.ceil((1 - tokens) / perMs)) }, context: { connectionId } },
      );
    }
    const left: Bucket = { tokens: tokens - 1, atMs: Math.max(nowMs, before.atMs) };
    if ((await parts.store.saveConnectionNote(connectionId, 'read-budget', left, note?.version ?? 0)) !== 'conflict') {
      return;
    }
  }
  throw new HubError('store.contended', `the read budget of ${connectionId} is changed too often at the moment`, {
    retry: { afterMs: 1000 },
    context: { connectionId },
  });
}
