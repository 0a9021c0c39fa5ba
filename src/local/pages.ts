import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { ActionParts } from '../actions/action-parts.ts';
import { createActions } from '../actions/create-actions.ts';
import { createConsoleApi } from '../console/api.ts';
import type { HubStore } from '../store/hub-store.ts';

/** What the hub's address answers beside the webhooks: the console's API, once there is something to show. */
export interface Pages {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
  open(store: HubStore, parts: ActionParts): void;
}

export function createPages(): Pages {
  let listener: ReturnType<typeof getRequestListener> | undefined;
  return {
    answer(request, response) {
      if (listener === undefined) return false;
      void listener(request, response);
      return true;
    },
    open(store, parts) {
      const app = new Hono();
      app.route(
        '/',
        createConsoleApi({
          store,
          clock: parts.clock,
          config: parts.config,
          actions: createActions(parts),
        }),
      );
      app.get('/', (c) =>
        c.text(
          'This is a Stagepost hub. Webhooks: POST /webhooks/{provider}/{connection}. To look at it: npx stagepost deals\n',
        ),
      );
      listener = getRequestListener(app.fetch);
    },
  };
}
