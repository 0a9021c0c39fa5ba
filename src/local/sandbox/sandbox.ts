import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { HubSpotControl } from '../../crm/hubspot/simulator/control.ts';
import { createHubSpotSimulator } from '../../crm/hubspot/simulator/simulator.ts';
import { derivedToken } from '../../crm/salesforce/signature.ts';
import type { SalesforceControl } from '../../crm/salesforce/simulator/control.ts';
import { createSalesforceSimulator } from '../../crm/salesforce/simulator/simulator.ts';
import type { DocuSignControl } from '../../esign/docusign/simulator/control.ts';
import { createDocuSignSimulator } from '../../esign/docusign/simulator/simulator.ts';
import type { Clock } from '../../platform/clock.ts';
import { openSandboxStorage } from '../sandbox-kit/records.ts';
import { type Served, serve } from '../serve.ts';
import { DOCUSIGN_ACCOUNT, HUBSPOT_ACCOUNT, SALESFORCE_ACCOUNT } from './accounts.ts';
import { keepCredentials } from './credentials.ts';
import { type CrmSync, createCrmSync } from './crm-sync.ts';

export interface SandboxOptions {
  /** Undefined: in memory. */
  readonly folder: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** 0 takes a free one. */
  readonly ports: { readonly hubspot: number; readonly docusign: number; readonly salesforce: number };
  /** Retry schedules of the providers are divided by this. */
  readonly timeScale: number;
  /** A deal that the stand-in for the CRMs' sync leaves out, and why. */
  readonly onNotSynced?: (dealId: string, sentence: string) => void;
}

/** How the simulators reach the hub; undefined for an account that the configuration does not have. */
export interface HubDoors {
  readonly hubspot: string | undefined;
  /** Without its token. */
  readonly salesforce: string | undefined;
  /** Where a partner event source ends. */
  readonly partnerEvents: (eventText: string) => Promise<void>;
}

/** Simulators of the providers on loopback, speaking the real wire. */
export interface Sandbox {
  readonly hubspot: { readonly url: string; readonly control: HubSpotControl };
  readonly salesforce: { readonly url: string; readonly control: SalesforceControl };
  readonly docusign: { readonly url: string; readonly control: DocuSignControl };
  /** Keeps the deals of one HubSpot pipeline and their opportunities the same. */
  readonly sync: CrmSync;
  /** What the hub's secrets hold for the simulated accounts, by provider. */
  readonly secrets: Readonly<Record<string, unknown>>;
  /** Tells the simulators where webhooks go, and lets them begin. */
  begin(doors: HubDoors): void;
  stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { folder, clock, random, ports, timeScale } = options;
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const file = (name: string) => (folder === undefined ? ':memory:' : join(folder, name));
  const credentials = await keepCredentials(folder === undefined ? undefined : file('credentials.json'));
  const storages = {
    hubspot: openSandboxStorage(file('hubspot.sqlite')),
    docusign: openSandboxStorage(file('docusign.sqlite')),
    salesforce: openSandboxStorage(file('salesforce.sqlite')),
  };
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
  const atSalesforce = await later(ports.salesforce, 'Salesforce simulator');
  const common = { clock, random, timeScale };
  const hubspot = createHubSpotSimulator({
    ...common,
    storage: storages.hubspot,
    baseUrl: atHubSpot.url,
    webhookUrl: undefined,
    ...HUBSPOT_ACCOUNT,
    ...credentials.hubspot,
  });
  const docusign = createDocuSignSimulator({
    ...common,
    storage: storages.docusign,
    baseUrl: atDocuSign.url,
    ...DOCUSIGN_ACCOUNT,
    publicKeyPem: credentials.docusign.publicKeyPem,
    hmacKeys: [credentials.docusign.hmacKey],
  });
  const { signingKey, ...app } = credentials.salesforce;
  const salesforce = createSalesforceSimulator({
    ...common,
    storage: storages.salesforce,
    baseUrl: atSalesforce.url,
    ...SALESFORCE_ACCOUNT,
    ...app,
  });
  atHubSpot.answer((request, bindings) => hubspot.app.fetch(request, bindings));
  atDocuSign.answer((request, bindings) => docusign.app.fetch(request, bindings));
  atSalesforce.answer((request, bindings) => salesforce.app.fetch(request, bindings));
  const sync = createCrmSync(hubspot.control, salesforce.control, options.onNotSynced ?? (() => {}));

  return {
    hubspot: { url: atHubSpot.url, control: hubspot.control },
    docusign: { url: atDocuSign.url, control: docusign.control },
    salesforce: { url: atSalesforce.url, control: salesforce.control },
    sync,
    secrets: {
      hubspot: { signingKeys: [credentials.hubspot.clientSecret], accessToken: credentials.hubspot.accessToken },
      salesforce: { signingKeys: [signingKey], ...app },
      docusign: { signingKeys: [credentials.docusign.hmacKey], privateKey: credentials.docusign.privateKeyPem },
    },
    begin(doors) {
      if (doors.hubspot !== undefined) {
        hubspot.control.webhooks.setUrl(doors.hubspot);
        hubspot.start();
      }
      if (doors.salesforce !== undefined) {
        salesforce.control.outboundMessages.setUrl(`${doors.salesforce}?token=${derivedToken(signingKey, 'urlToken')}`);
        salesforce.control.relay.setTarget(doors.partnerEvents);
        salesforce.start();
      }
      docusign.start();
      if (doors.hubspot !== undefined && doors.salesforce !== undefined) sync.start();
    },
    async stop() {
      sync.stop();
      await Promise.all([hubspot.stop(), docusign.stop(), salesforce.stop()]);
      await Promise.all(served.map((one) => one.stop()));
      for (const storage of Object.values(storages)) storage.close();
    },
  };
}
