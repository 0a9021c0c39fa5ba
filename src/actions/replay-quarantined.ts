import { INBOX_QUEUE } from '../topology.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';

/** Puts the whole delivery back into the inbox; what was good in it is recognised, what was bad is tried again. */
export async function replayQuarantined(id: string, who: string, parts: ActionParts): Promise<ActionResult> {
  const entry = await parts.store.loadQuarantine(id);
  if (entry === undefined) {
    const sentence = `nothing in quarantine has the id "${id}"; \`npx stagepost quarantine\` lists what is there`;
    return { ok: false, code: 'quarantine.unknown', sentence };
  }
  const stored = entry.fileKey === undefined ? undefined : await parts.files.get(entry.fileKey);
  const delivery =
    entry.delivery === undefined ? stored && new TextDecoder().decode(stored) : JSON.stringify(entry.delivery);
  if (delivery === undefined) {
    const sentence = 'the hub made these signals itself and makes them again by itself; there is nothing to replay';
    return { ok: false, code: 'quarantine.no-delivery', sentence };
  }
  await parts.queueNamed(INBOX_QUEUE).send(delivery);
  await parts.store.resolveQuarantine(id, who, parts.clock.nowMs());
  return { ok: true, sentence: `delivery ${entry.deliveryId} goes through the inbox again` };
}
