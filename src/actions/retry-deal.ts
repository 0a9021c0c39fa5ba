import { JOBS, jobQueue } from '../topology.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';

/**
 * Has every worker look at the deal again, now: after a person mended what held it. Safe at any time, since workers
 * only close the difference between what is owed and what is there.
 *
 * @param traceId of the action that this is a part of; one of its own when it stands alone
 */
export async function retryDeal(
  dealId: string,
  who: string,
  parts: ActionParts,
  traceId: string = parts.newId(),
): Promise<ActionResult> {
  const deal = await parts.store.loadDeal(dealId);
  if (deal === undefined) {
    return { ok: false, code: 'deal.unknown', sentence: `no deal "${dealId}"; \`npx stagepost deals\` lists them` };
  }
  if (deal.mergedInto !== undefined) {
    const sentence = `deal ${dealId} is a part of ${deal.mergedInto} now; retry that one`;
    return { ok: false, code: 'deal.merged', sentence };
  }
  const config = await parts.config();
  const connection = config.connections.find((each) => each.id === deal.leading.connectionId);
  if (connection === undefined) {
    const sentence = `connection "${deal.leading.connectionId}" of this deal is not in the configuration any more`;
    return { ok: false, code: 'connection.unknown', sentence };
  }
  const nowMs = parts.clock.nowMs();
  const look = JSON.stringify({ v: 1, dealId, traceId, firstSeenAtMs: nowMs, attempt: 0 });
  for (const { job } of JOBS) await parts.queueNamed(jobQueue(job, connection.provider)).send(look);
  const sentence = `${who} asked for another look`;
  await parts.store.putDecision({
    v: 1,
    dealId,
    subject: `action/retry/${traceId}`,
    reason: { code: 'action.retry', sentence },
    atMs: nowMs,
    traceId,
  });
  return { ok: true, sentence: `every worker looks at ${dealId} again now` };
}
