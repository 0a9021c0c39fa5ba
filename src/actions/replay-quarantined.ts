import { INBOX_QUEUE } from '../topology.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';

/**
 * Puts the whole delivery back into the inbox; what was good in it is recognised, what was bad is tried again, and is
 * open again when it fails again.
 */
export async function replayQuarantined(id: string, who: string, parts: ActionParts): Promise<ActionResult> {
  const entry = await parts.store.loadQuarantine(id);
  if (entry === undefined) {
    const sentence = `nothing in quarantine has the id "${id}"; \`npx stagepost quarantine\` lists what is there`;
    return { ok: false, code: 'quarantine.unknown', sentence };
  }
  if (entry.bodyGone !== undefined) return bodyGone(id, entry.bodyGone);
  const stored = entry.fileKey === undefined ? undefined : await parts.files.get(entry.fileKey);
  const delivery =
    entry.delivery === undefined ? stored && new TextDecoder().decode(stored) : JSON.stringify(entry.delivery);
  if (delivery === undefined && entry.fileKey !== undefined) return bodyGone(id, 'expired');
  if (delivery === undefined) {
    const sentence = 'the hub made these signals itself and makes them again by itself; there is nothing to replay';
    return { ok: false, code: 'quarantine.no-delivery', sentence };
  }
  // First: the delivery may have failed again before the line after sending runs, and must not be closed by it.
  await parts.store.resolveQuarantine(id, who, parts.clock.nowMs());
  try {
    await parts.queueNamed(INBOX_QUEUE).send(delivery);
  } catch (error) {
    const { resolvedAtMs: _, resolvedBy: __, ...open } = entry;
    await parts.store.putQuarantine(open);
    throw error;
  }
  return { ok: true, sentence: `delivery ${entry.deliveryId} goes through the inbox again` };
}

function bodyGone(id: string, why: 'expired' | 'removed'): ActionResult {
  const cause =
    why === 'removed'
      ? 'it was removed because it spoke of a person who asked for that'
      : 'what came in is kept for 30 days, and they are over';
  const sentence = `the body of ${id} is gone: ${cause}; reconcile reads at the provider what it may have said`;
  return { ok: false, code: 'quarantine.body-gone', sentence };
}
