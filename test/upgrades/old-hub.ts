import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import { createConfigSource } from '../../src/config/config-source.ts';
import { accountsOf } from '../../src/config/connections.ts';
import { createMemoryFiles } from '../../src/files/memory-files.ts';
import type { RecordParts } from '../../src/flows/record-parts.ts';
import { silentLog } from '../../src/platform/log.ts';
import { parsers } from '../../src/webhooks/parsers.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { openRawTable } from './raw-table.ts';
import type { RawItem } from './wire-item.ts';

/** A table with what another version left in it, and today's parts of the function that takes deliveries in. */
export async function openOldHub(items: readonly RawItem[], atMs: number) {
  const clock = createFakeClock(atMs);
  const raw = await openRawTable(clock);
  await raw.put(items);
  const bus = createMemoryBus();
  const files = createMemoryFiles();
  const config = createConfigSource(raw.store, clock).latest;
  let ids = 0;
  const parts: RecordParts = {
    store: raw.store,
    bus,
    clock,
    log: silentLog,
    newId: () => `id-${++ids}`,
    config,
    parserOf: (provider) => parsers.find((parser) => parser.provider === provider),
    providerOfSource: (source) =>
      parsers.find(({ partnerSourcePrefix: prefix }) => prefix !== undefined && source.startsWith(prefix))?.provider,
    accountsOf: async (provider) => accountsOf((await config()).connections, provider),
    keepFile: (key, bytes, type) => files.put(key, bytes, type),
    readFile: (key) => files.get(key),
  };
  return { ...raw, clock, bus, files, parts };
}

export type OldHub = Awaited<ReturnType<typeof openOldHub>>;
