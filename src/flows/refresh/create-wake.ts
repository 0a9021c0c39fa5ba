import type { LookAtDeal } from '../../domain/events.ts';
import type { Queue } from '../../queue/queue.ts';
import { jobQueue } from '../../topology.ts';
import type { ESignParts } from '../parts.ts';
import type { ReconcileParts } from './reconcile-parts.ts';

/** Wakes workers through their queues, without the bus. Throws what the queue throws. */
export function createWake(
  queueNamed: (name: string) => Queue,
  { clock, newId }: Pick<ESignParts, 'clock' | 'newId'>,
): ReconcileParts['wake'] {
  const queues = new Map<string, Queue>();
  return async (job, crmProvider, dealId) => {
    const name = jobQueue(job, crmProvider);
    const queue = queues.get(name) ?? queueNamed(name);
    queues.set(name, queue);
    const look: LookAtDeal = { v: 1, dealId, traceId: newId(), firstSeenAtMs: clock.nowMs(), attempt: 0 };
    await queue.send(JSON.stringify(look));
  };
}
