import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { hubspotDoor } from '../../src/crm/hubspot/inbound/door.ts';
import { hubspotParser } from '../../src/crm/hubspot/inbound/parser.ts';
import { createHubSpotCrm } from '../../src/crm/hubspot/outbound/crm.ts';
import { createHubSpotSimulator, type HubSpotSimulatorOptions } from '../../src/crm/hubspot/simulator/simulator.ts';
import type { CrmSignal } from '../../src/domain/signals.ts';
import { openSandboxStorage } from '../../src/local/sandbox-kit/records.ts';
import type { ConnectionSecret } from '../../src/platform/secrets.ts';
import type { CrmUnderTest, CrmWorld, Effect } from './crm-world.ts';
import { hubspotConnection } from './scripted-hubspot.ts';

const PORTAL_ID = 24681012;
const CLIENT_SECRET = 'conformance-client-secret';
const REFRESH_TOKEN = 'conformance-refresh-token';

/** What the suite's words are at HubSpot. */
const REQUESTS: Readonly<Record<Effect, string>> = {
  'create-task': 'POST /crm/v3/objects/tasks',
  'write-stage': 'PATCH /crm/v3/objects/deals',
  'attach-note': 'POST /crm/v3/objects/notes',
};

/** The adapter against the simulator over the loopback; webhooks go through the adapter's own door and parser. */
export async function startHubSpotWorld(options: {
  readonly grant: 'private-app' | 'oauth';
  readonly switches?: HubSpotSimulatorOptions['switches'];
}): Promise<CrmUnderTest> {
  let aheadMs = 0;
  const clock = { nowMs: () => Date.now() + aheadMs };
  const signals: CrmSignal[] = [];
  const refusals: string[] = [];
  const receiver = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const url = `${receiverUrl}${request.url}`;
        const headers = request.headers as Record<string, string>;
        const secrets = { signingKeys: [CLIENT_SECRET] };
        const verdict = hubspotDoor.verify({ method: 'POST', url, headers, body }, secrets, clock.nowMs());
        if (!verdict.ok) refusals.push(verdict.cause);
        else signals.push(...parse(body));
        response
          .writeHead(verdict.ok ? hubspotDoor.acknowledge({ method: 'POST', url, headers, body }).status : 401)
          .end();
      });
    }),
  );
  const receiverUrl = addressOf(receiver);
  function parse(body: Buffer): CrmSignal[] {
    const delivery = {
      ...{ v: 1 as const, kind: 'delivery' as const, deliveryId: 'd', provider: 'hubspot', traceId: 't', headers: {} },
      ...{ connectionId: 'hubspot-main', receivedAtMs: clock.nowMs(), bodyBase64: body.toString('base64') },
    };
    const connections = [{ id: 'hubspot-main', provider: 'hubspot', accountId: String(PORTAL_ID) }];
    const parsed = hubspotParser.parse(delivery, { connections, receivedAtMs: delivery.receivedAtMs });
    refusals.push(...parsed.rejects.map(({ sentence }) => sentence));
    return parsed.signals.filter((signal): signal is CrmSignal => signal.kind !== 'envelope');
  }

  const storage = openSandboxStorage(':memory:');
  const simulator = createHubSpotSimulator({
    storage,
    clock,
    random: () => randomInt(1_000_000) / 1_000_000,
    portalId: PORTAL_ID,
    appId: 3948571,
    clientSecret: CLIENT_SECRET,
    accessToken: 'pat-na1-conformance',
    refreshToken: REFRESH_TOKEN,
    webhookUrl: `${receiverUrl}/webhooks/hubspot/hubspot-main?from=a%2Fb%20c`,
    switches: { requestsPerTenSeconds: 100_000, searchPerSecond: 100_000, ...options.switches },
  });
  const server = await listen(createServer(getRequestListener(simulator.app.fetch)));
  simulator.start();

  let secret: ConnectionSecret =
    options.grant === 'private-app'
      ? { signingKeys: [CLIENT_SECRET], accessToken: 'pat-na1-conformance' }
      : {
          signingKeys: [CLIENT_SECRET],
          clientId: simulator.control.oauth.clientId,
          clientSecret: CLIENT_SECRET,
          refreshToken: REFRESH_TOKEN,
        };
  const port = createHubSpotCrm({
    connection: hubspotConnection({ portalId: PORTAL_ID, baseUrl: addressOf(server) }),
    readSecret: async () => secret,
    clock,
    requestTimeoutMs: 500,
  });
  const { control } = simulator;
  const [owner] = control.owners();
  if (owner === undefined) throw new Error('the simulated portal has no owners');
  const pipeline = control.pipelines.list().find(({ label }) => label === 'Enterprise');
  const [, , , , first, second, third] = pipeline?.stages ?? [];
  if (pipeline === undefined || first === undefined || second === undefined || third === undefined) {
    throw new Error('the simulated portal has no pipeline to test with');
  }

  const world: CrmWorld = {
    accountId: String(PORTAL_ID),
    pipelineId: pipeline.id,
    stages: [first, second, third],
    owner: { id: owner.id, email: owner.email, name: `${owner.firstName} ${owner.lastName}` },
    contactLabels: ['Contract signer', 'Decision maker'],
    nobody: { recordId: '999999999', ownerId: '999999999' },
    dueTimes: 'kept',
    async createDeal(deal) {
      const { id } = control.createDeal({
        name: deal.name,
        amount: deal.amount,
        currency: deal.currency,
        pipeline: pipeline.id,
        stage: deal.stageId,
        ownerEmail: deal.ownerEmail,
        company: { name: deal.companyName },
        contacts: deal.contacts.map(({ name, email, labels }) => {
          const [firstName, lastName] = name.split(' ');
          return { email, firstName, lastName, labels };
        }),
        lineItems: deal.lineItems,
      });
      return id;
    },
    async moveDeal(recordId, stageId) {
      // Two changes in one millisecond would be one moment for HubSpot too.
      aheadMs += 5;
      control.moveDeal(recordId, stageId);
    },
    async deleteDeal(recordId) {
      control.deleteDeal(recordId);
    },
    mergeDeals: async (primaryId, otherId) => control.mergeDeals(primaryId, otherId).id,
    field: async (recordId, name) => control.deal(recordId).properties[name],
    stageOf: async (recordId) => control.deal(recordId).stage.id,
    taskTitles: async (recordId) => control.tasks(recordId).map(({ subject }) => subject),
    async completeTask(taskId) {
      control.completeTask(taskId);
    },
    files: async (recordId) => control.deal(recordId).notes.flatMap(({ files }) => files),
    async setOwnerActive(ownerId, active) {
      control.setOwnerArchived(ownerId, !active);
    },
    async signals() {
      control.webhooks.hurry();
      for (let turn = 0; turn < 100 && control.webhooks.waiting().length > 0; turn += 1) await pause();
      if (refusals.length > 0) throw new Error(`the hub did not understand the webhooks: ${refusals.join('; ')}`);
      return signals;
    },
    async loseAnswer(effect) {
      control.faults.add({ kind: 'accept-then-time-out', match: REQUESTS[effect], times: 1 });
    },
    async limitRate() {
      control.faults.add({ kind: 'rate-limit', match: '', times: 1 });
    },
    async breakGrant() {
      control.oauth.revoke();
      control.accessToken.set('pat-na1-rotated');
      aheadMs += 3_600_000;
    },
    async mendGrant() {
      if (options.grant === 'private-app') secret = { ...secret, accessToken: 'pat-na1-rotated' };
      else {
        control.oauth.install('conformance-refresh-token-2');
        secret = { ...secret, refreshToken: 'conformance-refresh-token-2' };
      }
    },
    nowMs: clock.nowMs,
    async advance(ms) {
      aheadMs += ms;
    },
  };
  return {
    port,
    world,
    async stop() {
      await simulator.stop();
      for (const each of [server, receiver]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
      storage.close();
    },
  };
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
