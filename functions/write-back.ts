import { ensureWrittenBack } from '../src/flows/writes/ensure-written-back.ts';
import { type Build, onLambda } from '../src/platform/handler.ts';
import { createWorkerHandler } from '../src/wiring/worker-handler.ts';
import { createWorkerParts } from '../src/wiring/worker-parts.ts';

/** Sees to it that the CRM says what happened: fields, signed document, stage, notices. */
export const build: Build = (environment) =>
  createWorkerHandler(environment, createWorkerParts(environment, 'write-back'), ensureWrittenBack);

export const handler = onLambda(build);
