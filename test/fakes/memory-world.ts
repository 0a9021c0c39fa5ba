import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import { currentStage } from '../../src/domain/entries.ts';
import type { HubConfig } from '../../src/domain/policies.ts';
import type { StageTransition } from '../../src/domain/signals.ts';
import { createMemoryFiles } from '../../src/files/memory-files.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { silentLog } from '../../src/platform/log.ts';
import { createMemoryQueue } from '../../src/queue/memory-queue.ts';
import { createHubStore } from '../../src/store/hub-store.ts';
import { createMemoryTable } from '../../src/store/memory-table.ts';
import { createFakeClock } from './fake-clock.ts';
import { completeDeal, createFakeCrm } from './fake-crm.ts';
import { createFakeESign } from './fake-esign.ts';
import { type Mortality, mortal } from './mortal.ts';
import { testConfig } from './test-config.ts';

export const DEAL_ID = 'crm-main.42';
export const START_MS = Date.parse('2026-11-02T09:00:00Z');

/** A hub on memory: table, bus, queue, files, and one CRM and one e-sign account. */
export function createMemoryWorld(changes: Partial<HubConfig> = {}) {
  const clock = createFakeClock(START_MS);
  const config = { current: testConfig(changes) };
  const table = createMemoryTable(clock);
  const store = createHubStore({ table, stageOf: currentStage });
  const bus = createMemoryBus();
  const inbox = createMemoryQueue(clock);
  const files = createMemoryFiles();
  const crm = createFakeCrm('crm-main', completeDeal('42', 's5'));
  const esign = createFakeESign('sign-main', clock);
  let ids = 0;

  /** The parts of one process; with `mortality` it dies at the chosen call. */
  function parts(mortality: Mortality = { calls: 0, diesAt: 0, when: 'before', dead: false }): WorkerParts {
    const crmPort = mortal(crm.port, mortality);
    const esignPort = mortal(esign.port, mortality);
    return {
      store: mortal(store, mortality),
      bus: mortal(bus, mortality),
      files: mortal(files, mortality),
      inbox: mortal(inbox, mortality),
      clock,
      log: silentLog,
      newId: () => `id-${++ids}`,
      config: async () => config.current,
      crm: () => crmPort,
      esign: () => esignPort,
      functionTimeoutMs: 60_000,
    };
  }

  /** The deal enters a stage, in the CRM and in the hub, a minute after whatever was before. */
  async function enter(stageId: string): Promise<void> {
    clock.advance(60_000);
    if (crm.deal !== undefined) crm.deal = { ...crm.deal, stageId };
    const signal: StageTransition = {
      v: 1,
      kind: 'transition',
      id: `t/crm-main/42/${stageId}/${clock.nowMs()}`,
      connectionId: 'crm-main',
      recordId: '42',
      stageId,
      pipelineId: 'main',
      enteredAtMs: clock.nowMs(),
      granularityMs: 1,
    };
    crm.history.push(signal);
    const origin = { deliveryId: `d-${clock.nowMs()}`, traceId: 't', receivedAtMs: clock.nowMs() };
    await recordCrmSignals([signal], origin, parts());
  }

  return { clock, config, table, store, bus, inbox, files, crm, esign, parts, enter };
}

export type MemoryWorld = ReturnType<typeof createMemoryWorld>;
