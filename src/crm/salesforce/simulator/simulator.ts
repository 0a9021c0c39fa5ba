import { Hono } from 'hono';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createRequestLog } from '../../../local/sandbox-kit/request-log.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createApi } from './api.ts';
import { createControl, type SalesforceControl } from './control.ts';
import { controlRoutes } from './control-routes.ts';
import { notFound } from './failures.ts';
import { createFlow } from './flow.ts';
import { createGate } from './gate.ts';
import type { SimulatorApp, SimulatorEnv } from './http.ts';
import { createOAuth } from './oauth.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { createOrg } from './org.ts';
import { createOutboundMessages } from './outbound-messages.ts';
import { pageRoutes } from './page-routes.ts';
import { createPeople } from './people.ts';
import { createRelay } from './relay.ts';
import { restRoutes } from './rest-routes.ts';
import { createSalesforceFaults } from './salesforce-faults.ts';
import { seedSettings } from './seed-settings.ts';
import { createSwitches, type SalesforceSwitches } from './switches.ts';

export interface SalesforceSimulatorOptions {
  readonly storage: SandboxStorage;
  readonly clock: Clock;
  /** Number in [0, 1); seeded in tests so that a run can be repeated. */
  readonly random: () => number;
  /** Own address, as `instance_url` has it; undefined: whatever address the client used. */
  readonly baseUrl: string | undefined;
  /** 18 characters. */
  readonly orgId: string;
  /** Consumer key and secret of the External Client App. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the certificate that the app has; without it the JWT grant is refused. */
  readonly jwtPublicKeyPem?: string | undefined;
  /** Of the integration user. */
  readonly username: string;
  /** Retry gaps are divided by this. */
  readonly timeScale?: number;
  /** `false`: the custom fields of Stagepost are not there yet; default true. */
  readonly deployed?: boolean;
  readonly switches?: Partial<SalesforceSwitches>;
}

export interface SalesforceSimulator {
  readonly app: SimulatorApp;
  readonly control: SalesforceControl;
  /** Begins to send messages and events, also those that waited when the last process ended. */
  start(): void;
  /** Cuts hanging connections and waits for what is in flight. */
  stop(): Promise<void>;
}

/** Stands in messages when the simulator does not know its own address. */
const UNKNOWN_URL = 'https://sandbox.my.salesforce.com';

/** A Salesforce org on one port: OAuth, REST, outbound messages, change events, and under `/_sandbox` a page and a JSON API to work it. */
export function createSalesforceSimulator(options: SalesforceSimulatorOptions): SalesforceSimulator {
  const { storage, clock, random, baseUrl, orgId, clientId, clientSecret, username } = options;
  const { timeScale = 1, deployed = true } = options;
  const switches = createSwitches(options.switches);
  const faults = createSalesforceFaults(random);
  const org = createOrg({ storage, clock, random, switches, orgId });
  seedSettings(org, { username, deployed });
  const people = createPeople(org);
  const messages = createOutboundMessages({ storage, clock, faults, org, orgUrl: baseUrl ?? UNKNOWN_URL, timeScale });
  const relay = createRelay({ storage, clock, random, faults, org, timeScale });
  const flow = createFlow({ clock, org });
  const { jwtPublicKeyPem } = options;
  const secrets = { clientId, clientSecret, jwtPublicKeyPem };
  const oauth = createOAuth({ storage, clock, random, switches, people, orgId, username, ...secrets });
  const requestLog = createRequestLog(clock);
  const gate = createGate({ clock, faults, switches, oauth });
  const control = createControl({ org, people, oauth, messages, relay, flow, faults, requestLog, username });

  const app: SimulatorApp = new Hono<SimulatorEnv>({ strict: false });
  app.onError(gate.onError);
  app.notFound((c) => gate.onError(notFound(), c));
  // The control comes first: what it handles neither passes the gate nor appears in the log.
  controlRoutes(app, control);
  pageRoutes(app, control);
  app.use(requestLog.middleware);
  app.use(gate.middleware);
  const ownUrl = (c: { req: { url: string } }) => baseUrl ?? new URL(c.req.url).origin;
  oauthRoutes(app, { oauth, people, switches, orgId, ownUrl });
  restRoutes(app, { handle: createApi(org, gate.usage), oauth });

  return {
    app,
    control,
    start() {
      messages.start();
      relay.start();
    },
    async stop() {
      gate.release();
      await Promise.all([messages.stop(), relay.stop(), flow.stop()]);
    },
  };
}
