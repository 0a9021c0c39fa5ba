import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createESignPort } from '../../src/esign/adapters.ts';
import { writePdf } from '../../src/esign/docusign/simulator/pdf.ts';
import { MASTER_SERVICES_AGREEMENT_TEMPLATE_ID } from '../../src/esign/docusign/simulator/seed.ts';
import { createDocuSignSimulator, type DocuSignSimulator } from '../../src/esign/docusign/simulator/simulator.ts';
import type { DocuSignSwitches } from '../../src/esign/docusign/simulator/switches.ts';
import { openSandboxStorage } from '../../src/local/sandbox-kit/records.ts';
import type { ESignWorld } from './esign-world.ts';

export const ACCOUNT = '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e';
const USER = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const INTEGRATION_KEY = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

export const CONNECT_KEYS = ['the newer Connect key', 'the older Connect key'];

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

function seededRandom(): () => number {
  let turn = 0;
  return () => {
    turn += 1;
    return createHash('sha256').update(`docusign ${turn}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

/** The adapter on the simulator, over a loopback port and the real wire, with a clock that the test moves. */
export async function openDocuSignWorld(
  switches: Partial<DocuSignSwitches> = {},
): Promise<ESignWorld & { readonly simulator: DocuSignSimulator }> {
  let simulator: DocuSignSimulator | undefined;
  const listener = getRequestListener((request, env) =>
    simulator === undefined ? new Response(null, { status: 503 }) : simulator.app.fetch(request, env),
  );
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  let aheadMs = 0;
  const clock = { nowMs: () => Date.now() + aheadMs };
  const started = createDocuSignSimulator({
    storage: openSandboxStorage(':memory:'),
    clock,
    random: seededRandom(),
    baseUrl,
    accountId: ACCOUNT,
    userId: USER,
    integrationKey: INTEGRATION_KEY,
    publicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    hmacKeys: CONNECT_KEYS,
    switches,
  });
  simulator = started;
  started.start();
  const { control } = started;

  const port = createESignPort(
    {
      id: 'docusign-main',
      provider: 'docusign',
      role: 'esign',
      mode: 'live',
      effectsFromMs: 0,
      settings: { accountId: ACCOUNT, userId: USER, integrationKey: INTEGRATION_KEY, authHost: baseUrl },
    },
    {
      readSecret: async () => ({
        signingKeys: CONNECT_KEYS,
        privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }),
      clock,
    },
  );

  return {
    port,
    simulator: started,
    accountId: ACCOUNT,
    template: MASTER_SERVICES_AGREEMENT_TEMPLATE_ID,
    templateField: 'ClientName',
    unknownId: '00000000-1111-4222-8333-444444444444',
    pdf: (lines) => writePdf([lines]),
    invitations: (envelopeId) =>
      control
        .mails('invitation')
        .filter((mail) => mail.envelopeId === envelopeId)
        .map((mail) => mail.to),
    envelopeCount: () => control.envelopes().filter((envelope) => envelope.deletedAtMs === undefined).length,
    fieldValue: (envelopeId, label) =>
      control
        .envelope(envelopeId)
        .recipients.flatMap((recipient) => recipient.tabs)
        .find((tab) => tab.properties['tabLabel'] === label)?.properties['value'],
    sign: (envelopeId, recipientId) => control.sign(envelopeId, recipientId),
    decline: (envelopeId, recipientId, reason) => control.decline(envelopeId, recipientId, reason),
    expire: (envelopeId) => control.expire(envelopeId),
    loseNextAnswer() {
      control.faults.add({ kind: 'accept-then-time-out', match: 'POST /envelopes', times: 1 });
      control.faults.add({ kind: 'accept-then-time-out', match: 'PUT /envelopes', times: 1 });
    },
    exhaustQuota: () => control.faults.add({ kind: 'rate-limit', match: '', times: 1 }),
    breakNextCall: () => control.faults.add({ kind: 'server-error', match: '', times: 1 }),
    revokeTokens: () => control.revokeTokens(),
    passTime: (ms) => {
      aheadMs += ms;
    },
    async stop() {
      await started.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
