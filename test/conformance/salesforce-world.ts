import { generateKeyPairSync, randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { salesforceDoor } from '../../src/crm/salesforce/inbound/door.ts';
import { salesforceParser } from '../../src/crm/salesforce/inbound/parser.ts';
import { createSalesforceCrm } from '../../src/crm/salesforce/outbound/crm.ts';
import { derivedToken } from '../../src/crm/salesforce/signature.ts';
import type { SalesforceControl } from '../../src/crm/salesforce/simulator/control.ts';
import {
  createSalesforceSimulator,
  type SalesforceSimulatorOptions,
} from '../../src/crm/salesforce/simulator/simulator.ts';
import { isHubError } from '../../src/domain/errors.ts';
import type { CrmSignal } from '../../src/domain/signals.ts';
import { openSandboxStorage } from '../../src/local/sandbox-kit/records.ts';
import type { ConnectionSecret } from '../../src/platform/secrets.ts';
import type { CrmUnderTest, CrmWorld, Effect, WorldDeal } from './crm-world.ts';
import { salesforceConnection } from './scripted-salesforce.ts';

const ORG_ID = '00D5g000004AbCdEAK';
const SIGNING_KEY = 'conformance signing key';
const CLIENT_ID = 'conformance-consumer-key';
const CLIENT_SECRET = 'conformance-consumer-secret';
const USERNAME = 'hub@acme.example';

/** What the suite's words are at Salesforce. */
const REQUESTS: Readonly<Record<Effect, string>> = {
  'create-task': 'POST /sobjects/Task',
  'write-stage': 'PATCH /sobjects/Opportunity',
  'attach-note': 'POST /sobjects/ContentVersion',
};

/** The hub's own fields as an admin sees them. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  stagepost_contract_status: 'Stagepost_Contract_Status__c',
  stagepost_contract_envelope: 'Stagepost_Contract_Envelope__c',
};

/** A second is one moment for Salesforce: what people do one after the other must not fall into the same. */
const SECOND_MS = 1_000;

export interface SalesforceWorldOptions {
  readonly grant: 'client-credentials' | 'jwt';
  readonly switches?: SalesforceSimulatorOptions['switches'];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `without-task-key`: the admin deployed the fields of opportunities only. */
  readonly deployed?: 'everything' | 'without-task-key';
}

export interface SalesforceUnderTest extends CrmUnderTest {
  /** For what only an org of Salesforce can do. */
  readonly control: SalesforceControl;
}

/** The adapter against the simulator over the loopback; what comes in goes through the adapter's own door and parser. */
export async function startSalesforceWorld(options: SalesforceWorldOptions): Promise<SalesforceUnderTest> {
  let aheadMs = 0;
  const clock = { nowMs: () => Date.now() + aheadMs };
  const signals: CrmSignal[] = [];
  const toRead = new Set<string>();
  const refusals: string[] = [];

  function take(body: Uint8Array, connectionId: string): void {
    const delivery = {
      ...{ v: 1 as const, kind: 'delivery' as const, deliveryId: 'd', traceId: 't', headers: {} },
      ...{ provider: 'salesforce', connectionId, receivedAtMs: clock.nowMs() },
      bodyBase64: Buffer.from(body).toString('base64'),
    };
    const connections = [{ id: 'salesforce-main', provider: 'salesforce', accountId: ORG_ID }];
    const parsed = salesforceParser.parse(delivery, { connections, receivedAtMs: delivery.receivedAtMs });
    refusals.push(...parsed.rejects.map(({ sentence }) => sentence));
    signals.push(...parsed.signals.filter((signal): signal is CrmSignal => signal.kind !== 'envelope'));
    for (const { recordId } of parsed.reads ?? []) if (recordId !== undefined) toRead.add(recordId);
  }

  const receiver = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = `${receiverUrl}${request.url}`;
        const headers = request.headers as Record<string, string>;
        const raw = { method: 'POST', url, headers, body: Buffer.concat(chunks) };
        const verdict = salesforceDoor.verify(raw, { signingKeys: [SIGNING_KEY] }, clock.nowMs());
        if (!verdict.ok) {
          refusals.push(verdict.cause);
          response.writeHead(401).end();
          return;
        }
        take(raw.body, 'salesforce-main');
        const yes = salesforceDoor.acknowledge(raw);
        response.writeHead(yes.status, yes.headers).end(yes.body);
      });
    }),
  );
  const receiverUrl = addressOf(receiver);

  const storage = openSandboxStorage(':memory:');
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const simulator = createSalesforceSimulator({
    storage,
    clock,
    random: () => randomInt(1_000_000) / 1_000_000,
    baseUrl: undefined,
    orgId: ORG_ID,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    jwtPublicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }) as string,
    username: USERNAME,
    deployed: options.deployed !== 'without-task-key',
    switches: { requestsPerDay: 1_000_000, ...options.switches },
  });
  const { control } = simulator;
  if (options.deployed === 'without-task-key') deployOpportunityFields(control);
  const server = await listen(createServer(getRequestListener(simulator.app.fetch)));
  control.outboundMessages.setUrl(
    `${receiverUrl}/webhooks/salesforce/salesforce-main?token=${derivedToken(SIGNING_KEY, 'urlToken')}`,
  );
  // EventBridge brings change events without the name of a connection.
  control.relay.setTarget(async (eventText) => take(Buffer.from(eventText), ''));
  control.relay.turn(true);
  simulator.start();

  const secret: ConnectionSecret =
    options.grant === 'jwt'
      ? {
          signingKeys: [SIGNING_KEY],
          clientId: CLIENT_ID,
          privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        }
      : { signingKeys: [SIGNING_KEY], clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  const port = createSalesforceCrm({
    connection: salesforceConnection({
      orgId: ORG_ID,
      instanceUrl: addressOf(server),
      username: USERNAME,
      currency: 'EUR',
      ...options.settings,
    }),
    readSecret: async () => secret,
    clock,
    requestTimeoutMs: 500,
  });

  // People read another name than the one in the API.
  const [, , first, second, third] = control.stages.list();
  if (first === undefined || second === undefined || third === undefined) throw new Error('the org has no stages');
  control.stages.rename(second.apiName, 'Beschaffung');
  const stageOf = ({ apiName, label }: { readonly apiName: string; readonly label: string }) => ({
    id: apiName,
    label,
  });
  const owner = control.users().find(({ isActive, username }) => isActive && username !== USERNAME);
  if (owner === undefined) throw new Error('the org has no users');

  const recordTypeId = await firstRecordType(addressOf(server));

  const create = (deal: WorldDeal): string => {
    const { id } = control.createOpportunity({
      name: deal.name,
      amount: Number(deal.amount),
      currency: deal.currency,
      stage: deal.stageId,
      ownerEmail: deal.ownerEmail,
      account: { name: deal.companyName },
      contacts: deal.contacts.map(({ name, email, labels }) => {
        const [firstName, lastName] = name.split(' ');
        return { email, firstName, lastName, roles: labels };
      }),
      lineItems: deal.lineItems,
      recordTypeId,
    });
    aheadMs += SECOND_MS;
    return id;
  };

  /** What the hub makes of a hint: it reads the record's history. */
  async function readHinted(): Promise<void> {
    const ids = [...toRead];
    toRead.clear();
    for (const id of ids) {
      try {
        signals.push(...(await port.readStageHistory(id)));
      } catch (error) {
        if (!isHubError(error, 'crm.not-found')) throw error;
      }
    }
  }

  const world: CrmWorld = {
    accountId: ORG_ID,
    pipelineId: recordTypeId ?? 'opportunities',
    stages: [stageOf(first), { id: second.apiName, label: 'Beschaffung' }, stageOf(third)],
    owner: { id: owner.id, email: owner.email, name: owner.name },
    contactLabels: ['Contract signer', 'Decision Maker'],
    nobody: { recordId: '0065g00000ZzZzZAAV', ownerId: '0055g00000ZzZzZAAV' },
    dueTimes: 'days-only',
    createDeal: async (deal) => create(deal),
    async moveDeal(recordId, stageId) {
      control.moveOpportunity(recordId, stageId);
      aheadMs += SECOND_MS;
    },
    async deleteDeal(recordId) {
      control.deleteOpportunity(recordId);
    },
    mergeDeals: { impossible: 'opportunities cannot be merged in Salesforce; accounts, contacts and leads can' },
    async field(recordId, name) {
      const value = control.opportunity(recordId).fields[OWN_FIELDS[name] ?? name];
      return value === null || value === undefined ? undefined : String(value);
    },
    stageOf: async (recordId) => control.opportunity(recordId).stage.id,
    taskTitles: async (recordId) => control.tasks(recordId).map(({ subject }) => subject),
    async completeTask(taskId) {
      control.completeTask(taskId);
    },
    files: async (recordId) => control.opportunity(recordId).files,
    async setOwnerActive(ownerId, active) {
      control.setUserActive(ownerId, active);
    },
    async signals() {
      control.outboundMessages.flush();
      for (let turn = 0; turn < 100; turn += 1) {
        control.outboundMessages.hurry();
        control.relay.hurry();
        if (control.outboundMessages.waiting().length + control.relay.waiting().length === 0) break;
        await pause();
      }
      if (refusals.length > 0) throw new Error(`the hub did not understand the webhooks: ${refusals.join('; ')}`);
      await readHinted();
      return signals;
    },
    async loseAnswer(effect) {
      control.faults.add({ kind: 'accept-then-time-out', match: REQUESTS[effect], times: 1 });
    },
    async limitRate() {
      control.faults.add({ kind: 'rate-limit', match: '', times: 1 });
    },
    async breakGrant() {
      control.switches.set({ grantRefused: true });
      control.oauth.revoke();
    },
    async mendGrant() {
      control.switches.set({ grantRefused: false });
      // The adapter does not ask an org that has just refused the grant.
      aheadMs += 60_000;
    },
    nowMs: clock.nowMs,
    async advance(ms) {
      aheadMs += ms;
    },
  };
  return {
    port,
    world,
    control,
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

/** Asked without the adapter; undefined in an org without record types. */
async function firstRecordType(orgUrl: string): Promise<string | undefined> {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  const granted = await fetch(`${orgUrl}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token } = (await granted.json()) as { readonly access_token: string };
  const soql = encodeURIComponent('SELECT Id FROM RecordType ORDER BY Id LIMIT 1');
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${orgUrl}/services/data/v66.0/query?q=${soql}`, { headers });
  const { records } = (await answer.json()) as { readonly records: readonly { readonly Id: string }[] };
  return records[0]?.Id;
}

function deployOpportunityFields(control: SalesforceControl): void {
  for (const fullName of Object.values(OWN_FIELDS)) {
    control.deploy({ object: 'Opportunity', fullName, label: fullName, type: 'Text', length: 255 });
  }
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
