import { Hono } from 'hono';
import { createFaults } from '../../../local/sandbox-kit/faults.ts';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createRequestLog } from '../../../local/sandbox-kit/request-log.ts';
import type { Clock } from '../../../platform/clock.ts';
import { associationRoutes } from './association-routes.ts';
import { batchRoutes } from './batch-routes.ts';
import { createControl, type HubSpotControl } from './control.ts';
import { controlRoutes } from './control-routes.ts';
import { ApiFailure } from './failures.ts';
import { fileRoutes } from './file-routes.ts';
import { createGate } from './gate.ts';
import type { SimulatorApp, SimulatorEnv } from './http.ts';
import type { HubSpotFault } from './hubspot-faults.ts';
import { createOAuth } from './oauth.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { objectRoutes } from './object-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { createPortal } from './portal.ts';
import { createRateLimiter } from './rate-limit.ts';
import { searchRoutes } from './search-routes.ts';
import { seedSettings } from './seed.ts';
import { settingsRoutes } from './settings-routes.ts';
import { createSwitches, type HubSpotSwitches } from './switches.ts';
import { createWebhooks } from './webhooks.ts';

export interface HubSpotSimulatorOptions {
  readonly storage: SandboxStorage;
  readonly clock: Clock;
  /** Number in [0, 1); seeded in tests so that a run can be repeated. */
  readonly random: () => number;
  readonly portalId: number;
  readonly appId: number;
  /** Signs webhooks and authenticates the OAuth app. */
  readonly clientSecret: string;
  /** Token of the private app, `pat-...`; never expires. */
  readonly accessToken: string;
  /** OAuth app; default `sandbox-hubspot-client`. */
  readonly clientId?: string;
  /** Refresh token of the first installation; default `sandbox-hubspot-refresh-token`. */
  readonly refreshToken?: string;
  readonly webhookUrl: string | undefined;
  /** Own address for signed downloads; default whatever address the client used. */
  readonly baseUrl?: string;
  /** The retry schedule of webhooks is divided by this. */
  readonly timeScale?: number;
  readonly switches?: Partial<HubSpotSwitches>;
}

export interface HubSpotSimulator {
  readonly app: SimulatorApp;
  readonly control: HubSpotControl;
  /** Begins to send webhooks, also those that waited when the last process ended. */
  start(): void;
  /** Cuts hanging connections and waits for webhooks in flight. */
  stop(): Promise<void>;
}

/** A HubSpot portal on one port: REST, OAuth, webhooks, and under `/_sandbox` a page and a JSON API to work it. */
export function createHubSpotSimulator(options: HubSpotSimulatorOptions): HubSpotSimulator {
  const { storage, clock, random, portalId, appId, clientSecret } = options;
  const switches = createSwitches(options.switches);
  const faults = createFaults(random);
  const webhooks = createWebhooks({
    storage,
    clock,
    faults,
    random,
    switches,
    portalId,
    appId,
    clientSecret,
    url: options.webhookUrl,
    timeScale: options.timeScale ?? 1,
  });
  const portal = createPortal({ storage, clock, random, switches, portalId, appId, emit: webhooks.emit });
  seedSettings(portal);
  const oauth = createOAuth({
    storage,
    clock,
    random,
    switches,
    clientSecret,
    clientId: options.clientId ?? 'sandbox-hubspot-client',
    refreshToken: options.refreshToken ?? 'sandbox-hubspot-refresh-token',
  });
  let accessToken = options.accessToken;
  const requestLog = createRequestLog(clock);
  const gate = createGate({
    faults,
    switches,
    random,
    limiter: createRateLimiter({ clock, switches }),
    isToken: (token) => token === accessToken || oauth.remainingMs(token) !== undefined,
  });
  const control = createControl({
    portal,
    webhooks,
    oauth,
    requestLog,
    faults: {
      add: (fault: HubSpotFault) => faults.add(fault),
      clear: faults.clear,
      list: () => faults.list(),
    },
    accessToken: {
      get: () => accessToken,
      set: (token) => {
        accessToken = token;
      },
    },
  });

  const app: SimulatorApp = new Hono<SimulatorEnv>({ strict: false });
  app.onError(gate.onError);
  app.notFound((c) => gate.onError(new ApiFailure(404, { message: 'resource not found' }), c));
  // The control comes first: what it handles neither passes the gate nor appears in the log.
  controlRoutes(app, control);
  pageRoutes(app, control, portalId);
  app.use(requestLog.middleware);
  app.use(gate.middleware);
  oauthRoutes(app, { oauth, portalId, appId, switches });
  settingsRoutes(app, portal);
  batchRoutes(app, portal);
  searchRoutes(app, portal);
  objectRoutes(app, portal);
  associationRoutes(app, portal);
  fileRoutes(app, portal, options.baseUrl);

  return {
    app,
    control,
    start: webhooks.start,
    async stop() {
      gate.release();
      await webhooks.stop();
    },
  };
}
