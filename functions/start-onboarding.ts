import { ensurePlans } from '../src/flows/plans/ensure-plans.ts';
import { type Build, onLambda } from '../src/platform/handler.ts';
import { createCrmParts } from '../src/wiring/crm-parts.ts';
import { createWorkerHandler } from '../src/wiring/worker-handler.ts';

/** Sees to it that a deal's plans exist in the CRM, as tasks with owners and due dates. */
export const build: Build = (environment) =>
  createWorkerHandler(environment, createCrmParts(environment, 'start-onboarding'), ensurePlans);

export const handler = onLambda(build);
