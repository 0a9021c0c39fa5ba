import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { createCrmPort } from '../../../src/crm/adapters.ts';
import type { CrmPort } from '../../../src/crm/crm-port.ts';
import { wantedProperties } from '../../../src/flows/read-deal.ts';
import { type LocalHub, startLocalHub } from '../../../src/local/hub.ts';
import { createDynamoClient } from '../../../src/platform/aws/dynamo-client.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import { silentLog } from '../../../src/platform/log.ts';
import type { ConnectionSecret } from '../../../src/platform/secrets.ts';
import { createAwsWeather } from '../../journeys/aws-weather.ts';
import { seededRandom } from '../../journeys/seeded-random.ts';
import type { Snapshot } from '../snapshot.ts';
import { fromWire, type RawItem, type WireItem } from '../wire-item.ts';
import { createTraffic, type Traffic } from './traffic.ts';

const CONFIG = 'stagepost.config.yaml';
/** A contract that a person has to approve and that runs out after a day, before the one of the sample. */
const APPROVED_POLICY = `contracts:
  - name: approved
    when:
      pipelines: [75012345]
      amount:
        atLeast: 500000
    esign: docusign-main
    subject: Master services agreement for {{company.name}}
    message: Please review and sign.
    documents:
      - name: Master services agreement
        template: 6f0a1c9e-2b7d-4e35-9c48-51d0e7a3b801
    recipients:
      - role: Legal approver
        kind: approver
        order: 1
        fixed:
          name: Dmitri Sokolov
          email: dmitri.sokolov@example.com
      - role: Customer signer
        kind: signer
        order: 2
        contact:
          label: Contract signer
      - role: Counter signer
        kind: signer
        order: 3
        owner: true
    fields:
      - tab: ClientName
        from: company.name
      - tab: ContractValue
        from: deal.amount
        format: money
    expiresAfterDays: 1
    approval: hub
    lost: void
`;
const SPEED = 20;
const START_MS = Date.parse('2026-11-02T09:00:00Z');

/** The whole hub, listened to. */
export interface CaptureStand {
  readonly hub: LocalHub;
  readonly traffic: Traffic;
  readonly clock: Clock;
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  /** Lets time pass in the hub's world. */
  skip(ms: number): void;
  /** What a person asks the hub to do. Throws Error when it does not do it. */
  act(path: string, body?: unknown): Promise<void>;
  /** Everything in the table. */
  table(): Promise<readonly RawItem[]>;
  /** The deal as it is now. */
  snapshot(name: string, dealId: string, about: string): Promise<void>;
  /** The deal as it was when something was written, for the `nth` time: a process that dies then leaves it like that. */
  snapshotAt(
    name: string,
    dealId: string,
    about: string,
    isIt: (item: RawItem) => boolean,
    nth?: number,
  ): Promise<void>;
  stop(): Promise<void>;
}

export async function startCaptureStand(): Promise<CaptureStand> {
  const startedAtMs = Date.now();
  let skippedMs = 0;
  const clock: Clock = { nowMs: () => START_MS + skippedMs + Math.round((Date.now() - startedAtMs) * SPEED) };
  const folder = await mkdtemp(join(tmpdir(), 'stagepost-capture-'));
  const configFile = join(folder, CONFIG);
  const yaml = await readFile(CONFIG, 'utf8');
  await writeFile(configFile, yaml.replace('contracts:\n', APPROVED_POLICY));
  const traffic = createTraffic();
  const hub = await startLocalHub({
    folder: undefined,
    configFile,
    port: 0,
    log: silentLog,
    clock,
    random: seededRandom(7),
    timeScale: 100_000,
    load: traffic.listenTo(createAwsWeather(SPEED).load),
  });
  const snapshots = new Map<string, Snapshot>();
  const client = createDynamoClient({
    variables: {},
    clock,
    awsRequestHandler: hub.cloud.requestHandler,
  });

  async function table(): Promise<readonly RawItem[]> {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'stagepost' }));
    return Items.map((item) => fromWire(item as unknown as WireItem));
  }

  async function keep(name: string, dealId: string, about: string, all: readonly RawItem[]): Promise<void> {
    const isOfDeal = ({ pk, sk, d }: RawItem) =>
      pk === `DEAL#${dealId}` || (/^(?:ALIAS|CLAIM)#/.test(pk) && sk === 'REF' && fieldOf(d, 'dealId') === dealId);
    const items = all.filter(isOfDeal).sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1));
    snapshots.set(name, { about, dealId, items, ...(await outside(hub, clock, dealId, items)) });
  }

  return {
    hub,
    traffic,
    clock,
    snapshots,
    table,
    skip(ms) {
      skippedMs += ms;
    },
    async act(path, body) {
      const response = await fetch(`${hub.url}/api${path}`, {
        method: 'POST',
        headers: { 'x-stagepost-actor': 'Olga Ops', 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      });
      if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    },
    snapshot: async (name, dealId, about) => keep(name, dealId, about, await table()),
    async snapshotAt(name, dealId, about, isIt, nth = 1) {
      const latest = new Map<string, RawItem>();
      let seen = 0;
      for (const item of traffic.writes) {
        latest.set(`${item.pk} ${item.sk}`, item);
        if (item.pk !== `DEAL#${dealId}` || !isIt(item)) continue;
        seen += 1;
        if (seen === nth) return keep(name, dealId, about, [...latest.values()]);
      }
      throw new Error(`nothing was written of which "${about}" is true`);
    },
    async stop() {
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the providers have at the moment of these items; what came later is left out. */
async function outside(
  hub: LocalHub,
  clock: Clock,
  dealId: string,
  items: readonly RawItem[],
): Promise<Pick<Snapshot, 'atMs' | 'facts' | 'owners' | 'envelopes' | 'crmTasks' | 'crmFiles'>> {
  const atMs = Math.max(
    ...items
      .filter(({ pk }) => pk.startsWith('DEAL#'))
      .map(({ d }) => Number(fieldOf(d, 'updatedAtMs') ?? fieldOf(d, 'up') ?? 0)),
  );
  const config = (await hub.store.latestConfig()) ?? hub.config;
  const deal = await hub.store.loadDeal(dealId);
  if (deal === undefined) throw new Error(`there is no deal ${dealId}`);
  const connection = config.connections.find(({ id }) => id === deal.leading.connectionId);
  if (connection === undefined) throw new Error(`deal ${dealId} has no connection`);
  const port = createCrmPort(connection, {
    readSecret: async () => hub.sandbox.secrets[connection.provider] as ConnectionSecret,
    clock,
  });
  const read = await port.readDeal(deal.leading.recordId, wantedProperties(config));
  if (!read.found) throw new Error(`the CRM does not have ${dealId}`);
  const { facts, stageId } = factsThen(read.deal, items);
  const done = (prefix: string) =>
    items
      .filter(({ sk, d }) => sk.startsWith(prefix) && fieldOf(d, 'state') === 'done')
      .map(({ sk, d }) => [sk, d] as const);
  return {
    atMs,
    facts: { ...facts, stageId },
    owners: await ownersOf(port),
    envelopes: envelopesThen(hub, dealId, items),
    crmTasks: done('TASK#').map(([, d]) => String(fieldOf(d, 'effectKey'))),
    crmFiles: done('WRITE#file').map(([sk]) => sk.slice('WRITE#'.length)),
  };
}

/** The stage that the deal had then: the last one that its state names for the leading lane. */
function factsThen<T extends { readonly stageId: string }>(
  facts: T,
  items: readonly RawItem[],
): { readonly facts: T; readonly stageId: string } {
  const state = items.find(({ sk }) => sk === 'STATE');
  const lanes = fieldOf(state?.d, 'lanes');
  const lead = Number(fieldOf(state?.d, 'lead'));
  const rows: unknown = Array.isArray(lanes) ? fieldOf(lanes[lead], 't') : undefined;
  const last: unknown = Array.isArray(rows) ? rows.at(-1) : undefined;
  return { facts, stageId: Array.isArray(last) ? String(last[1]) : facts.stageId };
}

const EMAILS = ['ada.okafor', 'ben.lindqvist', 'carla.reyes', 'eve.tanaka'].map((name) => `${name}@example.com`);

async function ownersOf(port: CrmPort) {
  const found = await Promise.all(EMAILS.map((email) => port.findOwnerByEmail(email)));
  return found.flatMap((owner) => owner ?? []);
}

/** Envelopes whose contract knew them then, in the state that it knew. */
function envelopesThen(hub: LocalHub, dealId: string, items: readonly RawItem[]): Snapshot['envelopes'] {
  const STATUS: Readonly<Record<string, Snapshot['envelopes'][number]['status']>> = {
    drafted: 'created',
    'awaiting-approval': 'created',
    sending: 'created',
    sent: 'sent',
    delivered: 'delivered',
    completed: 'completed',
    declined: 'declined',
    voided: 'voided',
    expired: 'voided',
  };
  return items
    .filter(({ sk }) => sk.startsWith('CONTRACT#'))
    .flatMap(({ d }) => {
      const envelopeId = fieldOf(d, 'envelopeId');
      const status = STATUS[String(fieldOf(d, 'state'))];
      const attempts = fieldOf(d, 'attempts');
      if (typeof envelopeId !== 'string' || status === undefined || !Array.isArray(attempts)) return [];
      return [
        {
          envelopeId,
          status,
          contractRef: `${dealId}/${String(fieldOf(d, 'n'))}`,
          attemptKey: String(fieldOf(attempts.at(-1), 'key')),
          createdAtMs: hub.sandbox.docusign.control.envelope(envelopeId).createdAtMs,
        },
      ];
    });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
