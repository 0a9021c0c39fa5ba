import type { WriteObligation } from '../../domain/write-obligations.ts';
import type { WorkerParts } from '../parts.ts';
import { effectKeyOf } from '../plans/ensure-tasks.ts';
import { type WriteView, writeOnce } from './write-item.ts';

const HOUR_MS = 3_600_000;

/** Tells the deal's owner, as a task in the CRM, about what nobody should have to find out; once per change of state. */
export async function writeNotice(
  obligation: Extract<WriteObligation, { do: 'notice' }>,
  view: WriteView,
  parts: WorkerParts,
): Promise<void> {
  await writeOnce(obligation.key, 'once', view, parts, async (held) => {
    const { recordId } = view.deal.leading;
    const effectKey = effectKeyOf(view.deal.dealId, obligation.key, 'notice');
    // An earlier try may have died after the CRM accepted.
    const [existing] = await view.crm.findTasks(recordId, [effectKey]);
    if (existing !== undefined) return { done: true, note: `told the deal's owner: ${obligation.title}` };
    const fresh = await view.crm.readDeal(recordId, []);
    await view.crm.createTask(recordId, {
      effectKey,
      title: obligation.title,
      body: obligation.body,
      priority: 'high',
      ownerId: fresh.found ? fresh.deal.owner?.id : undefined,
      dueAtMs: held.current().createdAtMs + HOUR_MS,
    });
    return { done: true, note: `told the deal's owner: ${obligation.title}` };
  });
}
