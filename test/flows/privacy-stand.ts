import { expect } from 'vitest';
import type { ContactRemoval, EnvelopeSignal } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import type { RecordParts } from '../../src/flows/record-parts.ts';
import type { Delivery } from '../../src/webhooks/delivery.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';
import type { Mortality } from '../fakes/mortal.ts';

/** The contact whom the test policy asks to sign; in no other text of the fakes. */
export const NAME = 'Nora Nwosu';
export const EMAIL = 'nora@northwind.example';
export const MINUTE_MS = 60_000;

export const removal: ContactRemoval = {
  kind: 'removal',
  id: 'x/crm-main/700',
  connectionId: 'crm-main',
  contactId: '700',
  atMs: START_MS,
};
export const delivery: Delivery = {
  v: 1,
  kind: 'delivery',
  deliveryId: 'd-700',
  provider: 'test',
  connectionId: 'crm-main',
  receivedAtMs: START_MS,
  traceId: 'trace-700',
  headers: {},
  bodyBase64: 'e30=',
};

export function partsOf(world: MemoryWorld, mortality?: Mortality): RecordParts {
  return {
    ...world.parts(mortality),
    parserOf: (provider) => ({
      provider,
      parse: () => ({ signals: [], removals: [removal], rejects: [], ignored: {} }),
    }),
    providerOfSource: () => undefined,
    accountsOf: async () => [],
    keepFile: (key, bytes, contentType) => world.files.put(key, bytes, contentType),
    readFile: (key) => world.files.get(key),
  };
}

export const told = (world: MemoryWorld, parts: RecordParts = partsOf(world)) =>
  recordInboxMessage(JSON.stringify(delivery), 1, parts);

/** The webhook, until its message may go. */
export async function forget(world: MemoryWorld): Promise<void> {
  await expect(told(world)).rejects.toMatchObject({ code: 'removal.second-look', retry: { afterMs: 150_000 } });
  deleteInCrm(world);
  world.clock.advance(150_000);
  await told(world);
}

export function deleteInCrm(world: MemoryWorld): void {
  if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, contacts: [] };
}

/** Everything in the table as text. */
export const dump = (world: MemoryWorld) => JSON.stringify(world.table.items());
export const nameIn = (world: MemoryWorld) => new RegExp(`${NAME}|${EMAIL}`, 'i').test(dump(world));

export async function hear(world: MemoryWorld, event: EnvelopeSignal['event'], more: Partial<EnvelopeSignal> = {}) {
  world.clock.advance(MINUTE_MS);
  const signal: EnvelopeSignal = {
    v: 1,
    kind: 'envelope',
    id: `e/env-1/${event}/${more.recipientId ?? ''}`,
    connectionId: 'sign-main',
    envelopeId: 'env-1',
    contractRef: `${DEAL_ID}/1`,
    attemptKey: `${DEAL_ID}/1/1`,
    event,
    atMs: world.clock.nowMs(),
    ...more,
  };
  await recordEnvelopeSignal(signal, { deliveryId: event, traceId: 't', receivedAtMs: signal.atMs }, 1, world.parts());
}

/** A contract that went out, with what its signer did on record. */
export async function sent(world = createMemoryWorld()): Promise<MemoryWorld> {
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  await hear(world, 'recipient-delivered', { recipientId: '2' });
  return world;
}
