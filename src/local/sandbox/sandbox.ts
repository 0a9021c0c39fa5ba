import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { HubSpotControl } from '../../crm/hubspot/simulator/control.ts';
import { createHubSpotSimulator } from '../../crm/hubspot/simulator/simulator.ts';
import type { DocuSignControl } from '../../esign/docusign/simulator/control.ts';
import { createDocuSignSimulator } from '../../esign/docusign/simulator/simulator.ts';
import type { Clock } from '../../platform/clock.ts';
import { openSandboxStorage } from '../sandbox-kit/records.ts';
import { type Served, serve } from '../serve.ts';
import { DOCUSIGN_ACCOUNT, HUBSPOT_ACCOUNT } from './accounts.ts';
import { keepCredentials } from './credentials.ts';

export interface SandboxOptions {
  /** Undefined: in memory. */
  readonly folder: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** 0 takes a free one. */
  readonly ports: { readonly hubspot: number; readonly docusign: number };
  /** Retry schedules of the providers are divided by this. */
  readonly timeScale: number;
}

/** Simulators of the providers on loopback, speaking the real wire. */
export interface Sandbox {
  readonly hubspot: { readonly url: string; readonly control: HubSpotControl };
  readonly docusign: { readonly url: string; readonly control: DocuSignControl };
  /** What the hub's secrets hold for the simulated accounts, by provider. */
  readonly secrets: Readonly<Record<string, unknown>>;
  /** Tells the simulators where webhooks go, and lets them begin. */
  begin(webhookUrls: { readonly hubspot: string }): void;
  stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { folder, clock, random, ports, timeScale } = options;
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const file = (name: string) => (folder === undefined ? ':memory:' : join(folder, name));
  const credentials = await keepCredentials(folder === undefined ? undefined : file('credentials.json'));
  const storages = [openSandboxStorage(file('hubspot.sqlite')), openSandboxStorage(file('docusign.sqlite'))] as const;

  // A simulator knows its own address (links, base_uri), so the port is taken before the simulator is made.
  const served: Served[] = [];
  const later = async (port: number, what: string) => {
    let answer: ReturnType<typeof getRequestListener> | undefined;
    const one = await serve((request, response) => void answer?.(request, response), port, what);
    served.push(one);
    return {
      url: one.url,
      answer: (fetch: Parameters<typeof getRequestListener>[0]) => {
        answer = getRequestListener(fetch);
      },
    };
  };
  const atHubSpot = await later(ports.hubspot, 'HubSpot simulator');
  const atDocuSign = await later(ports.docusign, 'DocuSign simulator');

  const hubspot = createHubSpotSimulator({
    storage: storages[0],
    clock,
    random,
    timeScale,
    baseUrl: atHubSpot.url,
    webhookUrl: undefined,
    ...HUBSPOT_ACCOUNT,
    ...credentials.hubspot,
  });
  const docusign = createDocuSignSimulator({
    storage: storages[1],
    clock,
    random,
    timeScale,
    baseUrl: atDocuSign.url,
    ...DOCUSIGN_ACCOUNT,
    publicKeyPem: credentials.docusign.publicKeyPem,
    hmacKeys: [credentials.docusign.hmacKey],
  });
  atHubSpot.answer((request, bindings) => hubspot.app.fetch(request, bindings));
  atDocuSign.answer((request, bindings) => docusign.app.fetch(request, bindings));

  return {
    hubspot: { url: atHubSpot.url, control: hubspot.control },
    docusign: { url: atDocuSign.url, control: docusign.control },
    secrets: {
      hubspot: { signingKeys: [credentials.hubspot.clientSecret], accessToken: credentials.hubspot.accessToken },
      docusign: { signingKeys: [credentials.docusign.hmacKey], privateKey: credentials.docusign.privateKeyPem },
    },
    begin(webhookUrls) {
      hubspot.control.webhooks.setUrl(webhookUrls.hubspot);
      hubspot.start();
      docusign.start();
    },
    async stop() {
      await Promise.all([hubspot.stop(), docusign.stop()]);
      await Promise.all(served.map((one) => one.stop()));
      for (const storage of storages) storage.close();
    },
  };
}
