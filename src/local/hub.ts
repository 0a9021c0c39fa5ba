import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ApplyParts, applyConfiguration } from '../actions/apply-configuration.ts';
import { createConfigSource } from '../config/config-source.ts';
import { connectionsVariable, secretNameOf } from '../config/connections.ts';
import { isSandboxConnection } from '../config/sandbox-connection.ts';
import type { ConfigDraft } from '../config/to-hub-config.ts';
import { currentStage } from '../domain/entries.ts';
import { isHubError } from '../domain/errors.ts';
import type { HubConfig } from '../domain/policies.ts';
import type { Files } from '../files/files.ts';
import { createS3Files } from '../files/s3-files.ts';
import { createDynamoClient } from '../platform/aws/dynamo-client.ts';
import { createS3Client } from '../platform/aws/s3-client.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Environment } from '../platform/environment.ts';
import { createIds } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { createDynamoTable } from '../store/dynamo-table.ts';
import { createHubStore, type HubStore } from '../store/hub-store.ts';
import { createTopology, type FunctionSpec, VARIABLES } from '../topology.ts';
import { queueNamed } from '../wiring/core-parts.ts';
import { required } from '../wiring/variables.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { type CloudSwitches, calmSwitches } from './cloud/switches.ts';
import { buildFunctions, type LoadFunction, loadSource } from './functions.ts';
import { createFunctionEnvironment } from './host/function-environment.ts';
import { type Host, startHost } from './host/host.ts';
import { type HttpFront, startHttpFront } from './host/http-front.ts';
import { loadLocalConfig } from './load-local-config.ts';
import { createPages } from './pages.ts';
import { readRealSecrets } from './real-secrets.ts';
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts';
import { StartProblem, takenPort } from './start-problem.ts';

export interface LocalHubOptions {
  /** State folder; undefined keeps everything in memory. */
  readonly folder: string | undefined;
  readonly configFile: string;
  /** First of four neighbouring ports: hub, then the simulators of HubSpot, DocuSign and Salesforce; 0 takes free ones. */
  readonly port: number;
  readonly log: Log;
  /** `.env` with secrets of real accounts; undefined refuses everything that is not a simulator. */
  readonly envFile?: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly switches?: Partial<CloudSwitches>;
  readonly load?: LoadFunction;
  /** The providers' retry schedules are divided by this; 1 keeps their real ones. */
  readonly timeScale?: number;
  /** See `SandboxOptions`. */
  readonly onNotSynced?: (dealId: string, sentence: string) => void;
}

export interface LocalHub {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly cloud: Cloud;
  readonly host: Host;
  readonly store: HubStore;
  readonly config: HubConfig;
  stop(): Promise<void>;
}

/**
 * Starts everything that one laptop needs: embedded cloud, simulators, functions, webhook and console addresses.
 * StartProblem for what a person can mend; HubError `local.folder-in-use` when another process has the folder.
 */
export async function startLocalHub(options: LocalHubOptions): Promise<LocalHub> {
  const { folder, port, log, clock = systemClock, random = Math.random } = options;
  const configFile = resolve(options.configFile);
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    if (folder !== undefined) await mkdir(join(folder, 'cloud'), { recursive: true });
    const secrets: Record<string, unknown> = {};
    const topology = createTopology();
    // The address is part of the configuration, so it is taken before there is anything that could answer.
    let host: Host | undefined;
    const pages = createPages();
    const served = await startFront({
      topology,
      clock,
      log,
      port,
      invoke: async (name, event) => (host === undefined ? { statusCode: 503 } : host.invoke(name, event)),
      other: pages.answer,
    });
    stops.push(() => served.stop());
    const cloud = await startCloud({
      folder: folder === undefined ? undefined : join(folder, 'cloud'),
      topology,
      clock,
      random,
      switches: { ...calmSwitches(), ...options.switches },
      secrets: () => secrets,
    });
    stops.push(() => cloud.stop());
    const sandbox = await startSandbox({
      folder: folder === undefined ? undefined : join(folder, 'sandbox'),
      clock,
      random,
      ports:
        port === 0
          ? { hubspot: 0, docusign: 0, salesforce: 0 }
          : { hubspot: port + 1, docusign: port + 2, salesforce: port + 3 },
      timeScale: options.timeScale ?? 60,
      ...(options.onNotSynced === undefined ? {} : { onNotSynced: options.onNotSynced }),
    });
    stops.push(() => sandbox.stop());

    const addresses = {
      hub: served.url,
      hubspot: sandbox.hubspot.url,
      docusign: sandbox.docusign.url,
      salesforce: sandbox.salesforce.url,
    };
    const draft = await loadLocalConfig(configFile, addresses);
    Object.assign(secrets, await secretsOf(draft, sandbox, options.envFile));

    const environmentOf = (spec: FunctionSpec): Environment => ({
      ...createFunctionEnvironment({
        spec,
        cloud,
        clock,
        variables: {
          [VARIABLES.publicUrl]: draft.publicUrl,
          [VARIABLES.connections]: connectionsVariable(draft.connections),
        },
      }),
      log,
    });
    const own: Environment = { variables: cloud.variables, clock, awsRequestHandler: cloud.requestHandler };
    const { store, files } = partsOf(own);
    const config = await apply(draft, configFile, { store, files, clock });

    const handlers = await buildFunctions(topology, options.load ?? loadSource, environmentOf);
    const running = startHost({ topology, handlers, cloud, clock, log });
    host = running;
    stops.push(() => running.stop());
    pages.open(store, {
      store,
      files,
      clock,
      config: createConfigSource(store, clock).latest,
      newId: createIds(clock, random),
      queueNamed: (name) => queueNamed(own, name),
    });
    const doorOf = (provider: string): string | undefined => {
      const crm = config.connections.find((each) => each.provider === provider && isSandboxConnection(each));
      return crm === undefined ? undefined : `${served.url}/webhooks/${provider}/${crm.id}`;
    };
    sandbox.begin({
      hubspot: doorOf('hubspot'),
      salesforce: doorOf('salesforce'),
      partnerEvents: cloud.deliverPartnerEvent,
    });
    return { url: served.url, host: running, sandbox, cloud, store, config, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** A taken port is the commonest thing that keeps a hub from starting: said with the command that avoids it. */
async function startFront(options: Parameters<typeof startHttpFront>[0]): Promise<HttpFront> {
  try {
    return await startHttpFront(options);
  } catch (error) {
    if (!isHubError(error, 'local.port-taken')) throw error;
    throw takenPort(options.port, 'hub');
  }
}

function partsOf(environment: Environment): { store: HubStore; files: Files } {
  const tableName = required(environment, VARIABLES.table);
  const table = createDynamoTable({ client: createDynamoClient(environment), tableName, clock: environment.clock });
  const bucket = required(environment, VARIABLES.bucket);
  return {
    store: createHubStore({ table, stageOf: currentStage }),
    files: createS3Files({ client: createS3Client(environment), bucket }),
  };
}

/** Simulated accounts bring their keys; real ones need `.env`, and are refused where nothing real may be touched. */
async function secretsOf(draft: ConfigDraft, sandbox: Sandbox, envFile: string | undefined) {
  const real = draft.connections.filter((connection) => !isSandboxConnection(connection));
  if (real.length > 0 && envFile === undefined) {
    throw new StartProblem(
      `Not started: ${real.map(({ id }) => id).join(', ')} would reach real accounts.`,
      'What plays by itself runs against simulators only; use npm start for real accounts.',
    );
  }
  const simulated = draft.connections
    .filter(isSandboxConnection)
    .map((connection) => [secretNameOf(connection), sandbox.secrets[connection.provider]] as const);
  return {
    ...Object.fromEntries(simulated),
    ...(envFile === undefined || real.length === 0 ? {} : await readRealSecrets(real, envFile)),
  };
}

/** Throws StartProblem with the way out that this machine has when a connection id would mean another account. */
async function apply(
  draft: ConfigDraft,
  configFile: string,
  parts: Omit<ApplyParts, 'readDocument'>,
): Promise<HubConfig> {
  const readDocument = (file: string) => readFile(join(dirname(configFile), file));
  try {
    return await applyConfiguration(draft, 'local start', { ...parts, readDocument });
  } catch (error) {
    if (!isHubError(error, 'config.other-account')) throw error;
    throw new StartProblem(
      `Not started: ${error.message}.`,
      'Keep the id that an account has and give a new account one of its own, or begin with a state folder of its own: STAGEPOST_STATE=.stagepost-acme npm start',
    );
  }
}
