import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Client } from '@hubspot/api-client';
import { openSandboxStorage, type SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createHubSpotSimulator, type HubSpotSimulator, type HubSpotSimulatorOptions } from './simulator.ts';

/** 2026-03-02T09:00:00Z */
export const START_MS = 1_772_442_000_000;
export const TOKEN = 'pat-na1-0000-test';
export const CLIENT_SECRET = 'secret-of-the-app';

export interface TestStand extends HubSpotSimulator {
  readonly url: string;
  readonly storage: SandboxStorage;
  readonly sdk: Client;
  /** Moves the portal's clock. */
  advance(ms: number): void;
  /** Raw call with the private app's token and a JSON body. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** For tests only: a simulator on a free loopback port, with a clock that stands still and the real SDK. */
export async function startTestStand(options: Partial<HubSpotSimulatorOptions> = {}): Promise<TestStand> {
  let nowMs = START_MS;
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const storage = options.storage ?? openSandboxStorage(':memory:');
  const simulator = createHubSpotSimulator({
    clock: { nowMs: () => nowMs },
    random,
    portalId: 8_800_123,
    appId: 4_400_456,
    clientSecret: CLIENT_SECRET,
    accessToken: TOKEN,
    webhookUrl: undefined,
    ...options,
    storage,
  });
  const server = serve({ fetch: simulator.app.fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...simulator,
    url,
    storage,
    sdk: new Client({ accessToken: TOKEN, basePath: url }),
    advance: (ms) => {
      nowMs += ms;
    },
    call: (method, path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
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
