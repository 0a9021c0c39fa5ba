import { HubError } from '../../domain/errors.ts';
import type { ContactRemoval } from '../../domain/signals.ts';
import type { ContactInDeal } from '../../store/contact-index.ts';
import { connectionOf } from '../connections.ts';
import type { RecordParts } from '../record-parts.ts';
import type { Origin } from '../record-signal.ts';
import { forgetInDeal } from './forget-in-deal.ts';
import { forgetInQuarantine } from './forget-in-quarantine.ts';

/**
 * A worker that has read the contact before it was deleted may write its name until that worker ends, after a minute at
 * most (its function's time-out). So everything is gone over a second time after this; what is read in between leaves
 * the contact out (`leaveOutRemoved`).
 */
const SETTLED_MS = 150_000;
/** Deals of one try; a contact of more deals takes several. */
const DEALS_AT_ONCE = 50;

/**
 * Takes a contact out of everything that the hub keeps: its name and addresses are replaced, and what of it came in and
 * was not understood is removed. Gives the deals that named it. Level-triggered: each try goes on where the one before
 * stopped, and the contact's own items are the last to go.
 *
 * HubError (retryable) `removal.goes-on` while there is more than one try can do, `removal.second-look` until everything
 * was gone over twice; (never) `connection.unknown`.
 */
export async function forgetContact(
  removal: ContactRemoval,
  origin: Origin,
  parts: RecordParts,
): Promise<readonly string[]> {
  const { connectionId, contactId } = removal;
  connectionOf(await parts.config(), connectionId);
  const nowMs = parts.clock.nowMs();
  const mark = await parts.store.beginRemoval(connectionId, contactId, nowMs);
  const settledAtMs = mark.atMs + SETTLED_MS;
  const isSettled = nowMs >= settledAtMs;
  const found = await parts.store.listContactDeals(connectionId, contactId);
  const due = isSettled ? found : found.filter((each) => each.goneOverAtMs === undefined);
  const deals = Math.max(mark.deals ?? 0, found.length);
  if (deals !== mark.deals) await parts.store.saveRemoval(connectionId, contactId, { ...mark, deals });
  // Before the names go: they are what it is found by.
  await forgetInQuarantine(identityIn(found), parts);
  for (const contact of due.slice(0, DEALS_AT_ONCE)) {
    await forgetInDeal(contact, removal, origin, parts);
    const outcome = isSettled
      ? await parts.store.dropContactDeal(connectionId, contact)
      : await parts.store.markGoneOver(connectionId, contact, nowMs);
    if (outcome === 'conflict') throw comesAgain('removal.goes-on', 1000, removal);
  }
  if (due.length > DEALS_AT_ONCE) throw comesAgain('removal.goes-on', 1000, removal);
  if (!isSettled) throw comesAgain('removal.second-look', settledAtMs - nowMs, removal);
  if (mark.doneAtMs === undefined) {
    await parts.store.saveRemoval(connectionId, contactId, { ...mark, deals, doneAtMs: nowMs });
  }
  // Whoever asked is told "done" by this line: where nothing was found, a wrong id looks the same as a stranger.
  const step = deals === 0 ? 'contact.not-known' : 'contact.removed';
  const { deliveryId, traceId } = origin;
  parts.log('info', step, { connectionId, deliveryId, traceId, count: deals });
  return found.map(({ dealId }) => dealId);
}

function identityIn(found: readonly ContactInDeal[]) {
  return { names: found.flatMap(({ names }) => names), emails: found.flatMap(({ emails }) => emails) };
}

function comesAgain(code: string, afterMs: number, { connectionId }: ContactRemoval): HubError {
  return new HubError(code, 'a contact is being removed on request; what names it is gone over again', {
    retry: { afterMs },
    context: { connectionId },
  });
}
