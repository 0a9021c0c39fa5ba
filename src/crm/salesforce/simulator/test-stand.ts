import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Connection } from 'jsforce/lib/connection.js';
import { openSandboxStorage, type SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createSalesforceSimulator, type SalesforceSimulator, type SalesforceSimulatorOptions } from './simulator.ts';

/** 2026-03-02T09:00:00Z */
export const START_MS = 1_772_442_000_000;
export const ORG_ID = '00DHr0000003pQxMAI';
export const CLIENT_ID = '3MVG9.sandbox.app';
export const CLIENT_SECRET = 'secret-of-the-app';
export const USERNAME = 'stagepost@example.com.sandbox';
export const API = '/services/data/v66.0';

export interface TestStand extends SalesforceSimulator {
  readonly url: string;
  readonly storage: SandboxStorage;
  /** With a session. */
  readonly sdk: Connection;
  /** Moves the org's clock. */
  advance(ms: number): void;
  /** Connects a client of another version or with other call options. */
  connect(options?: { version?: string; client?: string }): Promise<Connection>;
  /** Raw call below `/services/data/v66.0`, or with the whole path, with the SDK's session and a JSON body. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** For tests only: a simulator on a free loopback port, with a clock that stands still and the real SDK. */
export async function startTestStand(options: Partial<SalesforceSimulatorOptions> = {}): Promise<TestStand> {
  let nowMs = START_MS;
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const storage = options.storage ?? openSandboxStorage(':memory:');
  const simulator = createSalesforceSimulator({
    clock: { nowMs: () => nowMs },
    random,
    baseUrl: undefined,
    orgId: ORG_ID,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    username: USERNAME,
    ...options,
    storage,
  });
  const server = serve({ fetch: simulator.app.fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function connect({ version = '66.0', client }: { version?: string; client?: string } = {}) {
    const connection = new Connection({
      loginUrl: url,
      version,
      oauth2: { loginUrl: url, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
      // A test that meets a 401 wants to see it.
      refreshFn: (_, callback) => callback(new Error('no second session')),
      ...(client === undefined ? {} : { callOptions: { client } }),
    });
    await connection.authorize({ grant_type: 'client_credentials' });
    return connection;
  }
  const sdk = await connect();

  return {
    ...simulator,
    url,
    storage,
    sdk,
    connect,
    advance: (ms) => {
      nowMs += ms;
    },
    call: (method, path, body, headers = {}) =>
      fetch(`${url}${path.startsWith('/services') ? '' : API}${path}`, {
        method,
        headers: { authorization: `Bearer ${sdk.accessToken}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async close() {
      await simulator.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      if (options.storage === undefined) storage.close();
    },
  };
}
