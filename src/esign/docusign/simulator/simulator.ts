import { Hono } from 'hono';
import { createFaults } from '../../../local/sandbox-kit/faults.ts';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createConnect } from './connect.ts';
import { createConnectConfigurations } from './connect-configurations.ts';
import { createConnectLog } from './connect-log.ts';
import { createControl, type DocuSignControl } from './control.ts';
import { controlApi } from './control-api.ts';
import { controlPage } from './control-page.ts';
import { createDuties } from './duties.ts';
import { createGate, errorResponse } from './gate.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createLimits } from './limits.ts';
import { createOAuth } from './oauth.ts';
import { createRequestLog } from './request-log.ts';
import { connectRoutes } from './routes-connect.ts';
import { envelopeRoutes } from './routes-envelopes.ts';
import { folderRoutes } from './routes-folders.ts';
import { templateRoutes } from './routes-templates.ts';
import { DEFAULT_SWITCHES, type DocuSignSwitches } from './switches.ts';
import { WireError } from './wire-error.ts';
import { createWorld } from './world.ts';

/** How often the passing of time is looked at when nobody calls. */
const TICK_MS = 1000;

export interface DocuSignSimulatorOptions {
  readonly storage: SandboxStorage;
  readonly clock: Clock;
  /** Number in [0, 1); makes ids and decides faults. */
  readonly random: () => number;
  /** OAuth and REST answer on this one origin, e.g. `http://127.0.0.1:4202`. */
  readonly baseUrl: string;
  readonly accountId: string;
  readonly userId: string;
  readonly integrationKey: string;
  /** Public half of the integration's RSA key pair. */
  readonly publicKeyPem: string;
  /** Connect keys of the account; each signs every message. */
  readonly hmacKeys: readonly string[];
  /** Divides the waits of Connect: 86,400 makes a day a second. */
  readonly timeScale?: number;
  readonly switches?: Partial<DocuSignSwitches>;
}

export interface DocuSignSimulator {
  readonly app: Hono;
  readonly control: DocuSignControl;
  /** Begins to send Connect messages and to let time pass. */
  start(): void;
  stop(): Promise<void>;
}

/**
 * One DocuSign account that speaks the real wire: OAuth JWT grant, eSignature REST v2.1, Connect.
 * What it keeps lies in `storage` and survives a restart.
 */
export function createDocuSignSimulator(options: DocuSignSimulatorOptions): DocuSignSimulator {
  const { storage, clock, timeScale = 1 } = options;
  const world = createWorld({ ...options, switches: { ...DEFAULT_SWITCHES, ...options.switches } });
  const faults = createFaults(options.random);
  const log = createRequestLog();
  const connectLog = createConnectLog();
  const configurations = createConnectConfigurations(world, storage);
  const connect = createConnect({
    world,
    storage,
    clock,
    faults,
    hmacKeys: options.hmacKeys,
    timeScale,
    configurations,
    log: connectLog,
  });
  const duties = createDuties(world, () => lifecycle);
  const lifecycle: Lifecycle = createLifecycle({ world, emit: connect.emit, changed: duties.track });
  const oauth = createOAuth({
    world,
    storage,
    integrationKey: options.integrationKey,
    publicKeyPem: options.publicKeyPem,
  });
  const control = createControl({ world, lifecycle, faults, sender: connect.sender, connectLog, log, oauth });
  const limits = createLimits(world);

  const account = new Hono();
  account.use('*', async (context, next) => {
    if (context.req.param('accountId')?.toLowerCase() !== world.accountId.toLowerCase()) {
      throw new WireError(
        400,
        'USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT',
        'The userID or email specified does not belong to the account.',
      );
    }
    await next();
  });
  account.get('/', (context) =>
    context.json({
      accountIdGuid: world.accountId,
      accountName: 'Sandbox',
      planName: 'Sandbox',
      currentPlanId: 'sandbox',
      isDowngrade: 'false',
    }),
  );
  account.route('/envelopes', envelopeRoutes(world, lifecycle));
  account.route('/folders', folderRoutes(world, lifecycle));
  account.route('/templates', templateRoutes(world));
  account.route(
    '/connect',
    connectRoutes({ world, configurations, log: connectLog, hurry: () => connect.sender.hurry() }),
  );

  const app = new Hono();
  const gate = createGate({ world, faults, limits, oauth, log, duties });
  app.use('/oauth/*', gate);
  app.use('/restapi/*', gate);
  app.post('/oauth/token', oauth.token);
  app.get('/oauth/userinfo', oauth.userInfo);
  app.route('/restapi/v2.1/accounts/:accountId', account);
  app.route('/_sandbox/api', controlApi(control));
  app.route('/_sandbox', controlPage(control));
  app.notFound(() =>
    errorResponse(new WireError(404, 'RESOURCE_NOT_FOUND', 'The sandbox does not play this resource of DocuSign.')),
  );
  app.onError((error) => {
    if (error instanceof WireError) return errorResponse(error);
    return errorResponse(new WireError(500, 'UNSPECIFIED_ERROR', `The sandbox failed: ${error.message}`));
  });

  let ticking: NodeJS.Timeout | undefined;
  return {
    app,
    control,
    start() {
      connect.sender.start();
      ticking = setInterval(() => duties.catchUp(), TICK_MS);
      ticking.unref();
    },
    async stop() {
      clearInterval(ticking);
      await connect.sender.stop();
    },
  };
}
