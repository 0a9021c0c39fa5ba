import { ensureContract } from '../src/flows/contract/ensure-contract.ts';
import { type Build, onLambda } from '../src/platform/handler.ts';
import { createWorkerHandler } from '../src/wiring/worker-handler.ts';
import { createWorkerParts } from '../src/wiring/worker-parts.ts';

/** Sees to it that a deal's contract is drafted, sent, or cancelled, as the deal owes it. */
export const build: Build = (environment) =>
  createWorkerHandler(environment, createWorkerParts(environment, 'send-contract'), ensureContract);

export const handler = onLambda(build);
