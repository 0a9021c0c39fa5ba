import { ensureContract } from '../../../src/flows/contract/ensure-contract.ts';
import type { WorkerParts } from '../../../src/flows/parts.ts';
import { ensurePlans } from '../../../src/flows/plans/ensure-plans.ts';
import { refreshDeal } from '../../../src/flows/refresh/refresh-deal.ts';
import { ensureWrittenBack } from '../../../src/flows/writes/ensure-written-back.ts';
import { type LoadFunction, loadSource } from '../../../src/local/functions.ts';
import { createWorkerHandler } from '../../../src/wiring/worker-handler.ts';
import { createWorkerParts } from '../../../src/wiring/worker-parts.ts';
import type { StubWorld } from './stub-ports.ts';

type Ensure = (dealId: string, traceId: string, parts: WorkerParts) => Promise<void>;

/** What each worker does with a wake-up, as its entry file says. */
const WORK: Readonly<Record<string, Ensure>> = {
  'send-contract': ensureContract,
  'start-onboarding': ensurePlans,
  'write-back': ensureWrittenBack,
  reconcile: async (dealId, traceId, parts) => {
    await refreshDeal(dealId, traceId, 'history-read', parts);
  },
};

/** The deployed functions, except that the workers talk to the stubs instead of a CRM and an e-sign provider. */
export function loadWithStubs(world: StubWorld): LoadFunction {
  return async (spec) => {
    const ensure = WORK[spec.name];
    if (ensure === undefined) return loadSource(spec);
    return {
      build: (environment) => {
        const parts = createWorkerParts(environment, spec.name);
        return createWorkerHandler(environment, { ...parts, crm: () => world.crm, esign: () => world.esign }, ensure);
      },
    };
  };
}

/** Only the functions named; the others take their messages and do nothing. */
export function loadOnly(names: readonly string[], load: LoadFunction): LoadFunction {
  return async (spec) => (names.includes(spec.name) ? load(spec) : { build: () => async () => undefined });
}
