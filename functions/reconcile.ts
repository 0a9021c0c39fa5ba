import { createWake } from '../src/flows/refresh/create-wake.ts';
import { readSeenRecord } from '../src/flows/refresh/read-seen-record.ts';
import { reconcile } from '../src/flows/refresh/reconcile.ts';
import type { ReconcileParts } from '../src/flows/refresh/reconcile-parts.ts';
import { refreshDeal } from '../src/flows/refresh/refresh-deal.ts';
import { type Build, onLambda } from '../src/platform/handler.ts';
import { queueNamed } from '../src/wiring/core-parts.ts';
import { createESignParts } from '../src/wiring/esign-parts.ts';
import { createWorkerHandler } from '../src/wiring/worker-handler.ts';

/** On a wake-up: reads one deal afresh. On schedule: asks CRMs and e-sign providers what the webhooks failed to say. */
export const build: Build = (environment) => {
  const workerParts = createESignParts(environment, 'reconcile');
  const wake = createWake((name) => queueNamed(environment, name), workerParts);
  const parts: ReconcileParts = { ...workerParts, wake };
  const refresh = createWorkerHandler(
    environment,
    parts,
    (dealId, traceId) => refreshDeal(dealId, traceId, 'history-read', parts),
    readSeenRecord,
  );
  return async (event, context) => {
    const job: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'job') : undefined;
    return job === 'catch-up' || job === 'full-sweep' ? reconcile(job, parts) : refresh(event, context);
  };
};

export const handler = onLambda(build);
