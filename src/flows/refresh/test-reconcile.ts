import type { MemoryWorld } from '../../../test/fakes/memory-world.ts';
import type { Signal } from '../../domain/signals.ts';
import { recordInboxMessage } from '../record-delivery.ts';
import type { ReconcileParts } from './reconcile-parts.ts';

/** Parts of the reconciler on a world, and whom it woke. */
export function reconcileOn(world: MemoryWorld) {
  const woken: string[] = [];
  const parts: ReconcileParts = {
    ...world.parts(),
    wake: async (job, crm, dealId) => void woken.push(`${job}-${crm} ${dealId}`),
  };
  return { woken, parts };
}

/** What lies in the inbox goes into the hub; returns its signals. */
export async function drain(world: MemoryWorld): Promise<readonly Signal[]> {
  const signals: Signal[] = [];
  for (const message of world.inbox.receive(50, 60)) {
    signals.push(...JSON.parse(message.body).signals);
    await recordInboxMessage(message.body, 1, {
      ...world.parts(),
      parserOf: () => undefined,
      providerOfSource: () => undefined,
      accountsOf: async () => [],
      keepFile: async () => {},
      readFile: async () => undefined,
    });
    world.inbox.delete(message.receiptHandle);
  }
  return signals;
}
