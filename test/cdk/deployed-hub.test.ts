import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeployedHub } from '../../cdk/deployed-hub.ts';
import type { ConfigDraft } from '../../src/config/to-hub-config.ts';
import { policy } from '../../src/domain/test-builders.ts';
import { createS3Files } from '../../src/files/s3-files.ts';
import { type Cloud, startCloud } from '../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../src/local/cloud/switches.ts';
import { createS3Client } from '../../src/platform/aws/s3-client.ts';
import { createTopology } from '../../src/topology.ts';

const PLACE = { account: '111122223333', region: 'eu-central-1' };
/** The table of the embedded cloud is called like this; a deployment of another name finds none. */
const PREFIX = 'stagepost';
const BUCKET = 'stagepost-files-111122223333-eu-central-1';

const clock = { nowMs: () => 1_800_000_000_000 };
const crm = { id: 'crm-main', provider: 'hubspot', role: 'crm', mode: 'observe', effectsFromMs: 0 } as const;
const contract = policy({ documents: [{ name: 'Agreement', file: 'agreement.pdf' }] });
const draft: ConfigDraft = {
  v: 1,
  publicUrl: 'https://hooks.example.com',
  company: 'Acme',
  calendar: { timeZone: 'Europe/Berlin', holidays: [], dueHour: 9 },
  connections: [{ ...crm, settings: { portalId: 1 } }],
  pipelines: [],
  contracts: [contract],
  plays: [],
  maxEntryAgeDays: 30,
};

let cloud: Cloud;
let folder: string;
beforeAll(async () => {
  const topology = createTopology();
  cloud = await startCloud({ folder: undefined, topology, clock, random: () => 0.5, switches: calmSwitches() });
  await s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
  folder = await mkdtemp(join(tmpdir(), 'stagepost-deployed-'));
  await writeFile(join(folder, 'agreement.pdf'), '%PDF-1.7 first');
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const environment = () => ({ variables: {}, clock, awsRequestHandler: cloud.requestHandler });
const s3 = () => createS3Client(environment());
const hub = () => createDeployedHub(environment(), 'somebody');
const stored = async () => {
  const bytes = await createS3Files({ client: s3(), bucket: BUCKET }).get('documents/agreement.pdf');
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
};

describe('the configuration of a deployment', () => {
  it('is none where there is no table, and none in a table to which none was applied', async () => {
    expect(await hub().connections('stagepost-test', PLACE)).toEqual([]);
    expect(await hub().connections(PREFIX, PLACE)).toEqual([]);
  });

  it('is applied with its documents, and keeps its version while it stays the same', async () => {
    expect(await hub().apply(draft, folder, PREFIX, PLACE)).toBe(1);
    expect(await stored()).toBe('%PDF-1.7 first');
    expect(await hub().connections(PREFIX, PLACE)).toEqual([{ ...crm, settings: { portalId: 1 } }]);

    await writeFile(join(folder, 'agreement.pdf'), '%PDF-1.7 second');
    expect(await hub().apply(draft, folder, PREFIX, PLACE)).toBe(1);
    expect(await stored()).toBe('%PDF-1.7 second');
    expect(await hub().apply({ ...draft, company: 'Acme Ltd' }, folder, PREFIX, PLACE)).toBe(2);
  });

  it('is not applied when a connection would mean another account, and its documents stay where they are', async () => {
    await writeFile(join(folder, 'agreement.pdf'), '%PDF-1.7 third');
    const other = { ...draft, connections: [{ ...crm, settings: { portalId: 2 } }] };
    await expect(hub().apply(other, folder, PREFIX, PLACE)).rejects.toMatchObject({ code: 'config.other-account' });
    expect(await stored()).toBe('%PDF-1.7 second');
  });

  it('is not applied when a document is missing', async () => {
    const missing = { ...contract, documents: [{ name: 'Terms', file: 'terms.pdf' }] };
    await expect(
      hub().apply({ ...draft, company: 'Other', contracts: [missing] }, folder, PREFIX, PLACE),
    ).rejects.toThrow('terms.pdf');
    expect(await hub().apply({ ...draft, company: 'Acme Ltd' }, folder, PREFIX, PLACE)).toBe(2);
  });
});
