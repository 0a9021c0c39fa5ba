import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { HubSpotControl } from '../../src/crm/hubspot/simulator/control.ts';
import type { SalesforceControl } from '../../src/crm/salesforce/simulator/control.ts';
import { isHubError } from '../../src/domain/errors.ts';
import type { DocuSignControl } from '../../src/esign/docusign/simulator/control.ts';
import type { SimEnvelope } from '../../src/esign/docusign/simulator/state.ts';
import type { CloudSwitches } from '../../src/local/cloud/switches.ts';
import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { type Log, silentLog } from '../../src/platform/log.ts';
import type { DealItems } from '../../src/store/deal-items.ts';
import type { HubStore } from '../../src/store/hub-store.ts';
import { createAwsWeather } from './aws-weather.ts';
import { seededRandom } from './seeded-random.ts';

const SAMPLE_CONFIG = 'stagepost.config.yaml';

// Longer than any wait of 20 s in a test, so that a failure says what was waited for.
vi.setConfig({ testTimeout: 60_000 });

export interface StandOptions {
  /** Changes the text of the sample configuration. */
  readonly edit?: (yaml: string) => string;
  readonly switches?: Partial<CloudSwitches>;
  /** How many seconds pass in the hub's world per real second; 20 unless told. */
  readonly speed?: number;
  readonly seed?: number;
  /** The providers' retry schedules are divided by this. */
  readonly timeScale?: number;
  readonly log?: Log;
}

/** The whole hub in memory, with its simulators, as one test file uses it. */
export interface Stand {
  readonly hub: LocalHub;
  readonly crm: HubSpotControl;
  readonly salesforce: SalesforceControl;
  readonly esign: DocuSignControl;
  readonly clock: Clock;
  /** AWS operations that fail for the hub's functions while they are in here, e.g. `sqs.SendMessage` or `dynamodb`. */
  readonly outage: Set<string>;
  /** Bodies of all messages that functions put into the inbox so far. */
  readonly inboxMessages: readonly string[];
  items(recordId: string): Promise<DealItems>;
  whenQuiet(): Promise<void>;
  stop(): Promise<void>;
}

export const CRM_CONNECTION = 'hubspot-main';

export function dealIdOf(recordId: string): string {
  return `${CRM_CONNECTION}.${recordId}`;
}

/** All envelopes at the e-sign provider that name this deal, drafts and deleted ones included, oldest first. */
export function envelopesOf(stand: Stand, recordId: string): readonly SimEnvelope[] {
  const ours = (envelope: SimEnvelope) =>
    envelope.customFields.some(
      ({ name, value }) => name === 'stagepost_contract' && value.startsWith(`${dealIdOf(recordId)}/`),
    );
  return stand.esign.envelopes().filter(ours);
}

/** A deal that enters procurement, with its contract out for signature. */
export async function sentDeal(stand: Stand): Promise<{ readonly id: string; readonly envelopeId: string }> {
  const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Procurement' });
  const envelopeId = await until('the contract is sent', async () => {
    const contract = await stand.hub.store.loadContract(dealIdOf(id), 1);
    return contract?.state === 'sent' ? contract.envelopeId : undefined;
  });
  await stand.whenQuiet();
  return { id, envelopeId };
}

/** Runs `speed` times as fast as real time, so that settle times and retries of half a minute pass in a second. */
function createFastClock(speed: number): Clock {
  const startMs = Date.now();
  return { nowMs: () => startMs + Math.round((Date.now() - startMs) * speed) };
}

/** Starts the real hub on free ports, with nothing on disk. Stop it in `afterAll`. */
export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const { speed = 20, seed = 1, edit, timeScale = 100_000, log = silentLog } = options;
  const clock = createFastClock(speed);
  const weather = createAwsWeather(speed);
  const folder = await mkdtemp(join(tmpdir(), 'stagepost-journey-'));
  let configFile = SAMPLE_CONFIG;
  if (edit !== undefined) {
    configFile = join(folder, SAMPLE_CONFIG);
    const yaml = await readFile(SAMPLE_CONFIG, 'utf8');
    const edited = edit(yaml);
    if (edited === yaml) throw new Error('the edit of the sample configuration changes nothing; it no longer fits');
    await writeFile(configFile, edited);
  }
  const start = () =>
    startLocalHub({
      folder: undefined,
      configFile,
      port: 0,
      log,
      clock,
      random: seededRandom(seed),
      timeScale,
      load: weather.load,
      ...(options.switches === undefined ? {} : { switches: options.switches }),
    });
  // On a bad day even the start may fail; then somebody starts it again.
  const hub = await patiently(start, 5);
  const store = patientStore(hub.store);
  return {
    hub: { ...hub, store },
    crm: hub.sandbox.hubspot.control,
    salesforce: hub.sandbox.salesforce.control,
    esign: hub.sandbox.docusign.control,
    clock,
    outage: weather.outage,
    inboxMessages: weather.inboxMessages,
    items: (recordId) => store.loadDealItems(dealIdOf(recordId)),
    whenQuiet: () => hub.host.whenQuiet(20_000),
    async stop() {
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a test looks at must not fail because the cloud has a bad day. */
function patientStore(store: HubStore): HubStore {
  return {
    ...store,
    loadDeal: (dealId) => patiently(() => store.loadDeal(dealId)),
    loadContract: (dealId, n) => patiently(() => store.loadContract(dealId, n)),
    loadDealItems: (dealId) => patiently(() => store.loadDealItems(dealId)),
    resolveAlias: (connectionId, recordId) => patiently(() => store.resolveAlias(connectionId, recordId)),
  };
}

async function patiently<T>(work: () => Promise<T>, times = 20): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= times || !isHubError(error) || error.retry === 'never') throw error;
    }
  }
}
