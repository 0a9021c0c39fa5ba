import { recordInboxMessage } from '../src/flows/record-delivery.ts';
import { type Build, onLambda } from '../src/platform/handler.ts';
import { createRecordParts } from '../src/wiring/record-parts.ts';
import { createQueueHandler } from '../src/wiring/worker-handler.ts';

/** Takes deliveries out of the inbox, applies their signals to deals and contracts, and publishes what somebody wants. */
export const build: Build = (environment) => {
  const parts = createRecordParts(environment);
  return createQueueHandler(environment, {
    log: parts.log,
    handle: (body, message) => recordInboxMessage(body, message.receiveCount, parts),
  });
};

export const handler = onLambda(build);
