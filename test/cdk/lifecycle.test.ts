import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyConfiguration } from '../../src/actions/apply-configuration.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { createTopology } from '../../src/topology.ts';
import { createMemoryWorld, DEAL_ID } from '../fakes/memory-world.ts';
import { testPolicy } from '../fakes/test-config.ts';
import { createTemplates, resourcesOf } from './templates.ts';

const { data, app } = createTemplates({ topology: createTopology(['crm-one']) });

interface LifecycleRule {
  readonly Id: string;
  readonly Status: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
}

const rules = resourcesOf(data, 'AWS::S3::Bucket').flatMap(
  ([, { Properties }]) => (Properties.LifecycleConfiguration as { readonly Rules: readonly LifecycleRule[] }).Rules,
);

/**
 * What lies in the bucket, by the folder that its keys begin with, and how many days it is kept. Another folder has to be
 * put here and into docs/data.md, with whose data it holds.
 */
const FOLDERS: Readonly<Record<string, number | 'always'>> = {
  'contracts/': 'always',
  'documents/': 'always',
  'quarantine/': 30,
};

/** Puts into the bucket everything that the hub ever puts there, and gives the keys. */
async function keysOfRealPuts(): Promise<readonly string[]> {
  const world = createMemoryWorld({ contracts: [testPolicy({ documents: [{ name: 'Order', file: 'order.pdf' }] })] });
  const { version: _, ...draft } = world.config.current;
  await applyConfiguration({ ...draft, connections: [] }, 'somebody', {
    store: world.store,
    files: world.files,
    clock: world.clock,
    readDocument: async () => new TextEncoder().encode('%PDF'),
  });
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  const atMs = world.clock.nowMs();
  const envelope = {
    v: 1,
    kind: 'envelope',
    connectionId: 'sign-main',
    envelopeId: 'env-1',
    event: 'completed',
  } as const;
  const about = { contractRef: `${DEAL_ID}/1`, attemptKey: `${DEAL_ID}/1/1`, atMs };
  const origin = { deliveryId: 'd', traceId: 't', receivedAtMs: atMs };
  await recordEnvelopeSignal({ ...envelope, ...about, id: 'e/1' }, origin, 1, world.parts());
  await ensureWrittenBack(DEAL_ID, 't', world.parts());
  const parts = {
    ...world.parts(),
    parserOf: () => undefined,
    providerOfSource: () => undefined,
    accountsOf: async () => [],
    keepFile: (key: string, bytes: Uint8Array, contentType: string) => world.files.put(key, bytes, contentType),
    readFile: (key: string) => world.files.get(key),
  };
  const large = { v: 1, kind: 'delivery', deliveryId: 'd-1', provider: 'gone', connectionId: 'crm-main', traceId: 't' };
  const bodyBase64 = 'A'.repeat(200_000);
  await recordInboxMessage(JSON.stringify({ ...large, receivedAtMs: atMs, headers: {}, bodyBase64 }), 1, parts);
  await recordInboxMessage('no message of ours', 1, parts);
  return world.files.keys();
}

describe('the lifecycle rules of the bucket', () => {
  let keys: readonly string[];
  beforeAll(async () => {
    keys = await keysOfRealPuts();
  });

  it('are these, and no others', () => {
    expect(rules).toEqual([
      {
        Id: 'every-file',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        ExpiredObjectDeleteMarker: true,
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      },
      {
        Id: 'quarantined-bodies',
        Status: 'Enabled',
        Prefix: 'quarantine/',
        ExpirationInDays: 30,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ]);
  });

  it('fit the keys that are really written: every folder is known, and expires when it has to', () => {
    expect([...keys].sort()).toEqual([
      'contracts/crm-main.42/1/certificate.pdf',
      'contracts/crm-main.42/1/signed-document.pdf',
      'documents/order.pdf',
      'quarantine/d-1.json',
      'quarantine/id-7.json',
    ]);
    const kept = keys.map((key) => {
      const days = rules.flatMap(({ Prefix = '', ExpirationInDays }) =>
        ExpirationInDays !== undefined && key.startsWith(Prefix) ? [ExpirationInDays] : [],
      );
      return [key.slice(0, key.indexOf('/') + 1), days.length === 0 ? 'always' : Math.min(...days)] as const;
    });
    expect(Object.fromEntries(kept.sort())).toEqual(FOLDERS);
  });

  it('are about all places in the code that put a file', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .filter((path) => /files\.put\(|keepFile\(/.test(readFileSync(join('src', path), 'utf8')));
    expect(sources.map((path) => path.replaceAll('\\', '/')).sort()).toEqual([
      'actions/apply-configuration.ts',
      'flows/privacy/forget-in-quarantine.ts',
      'flows/quarantine.ts',
      'flows/writes/write-file.ts',
      'wiring/record-parts.ts',
    ]);
  });

  it('stand in docs/data.md, each folder with its days', () => {
    const page = readFileSync('docs/data.md', 'utf8');
    for (const [folder, days] of Object.entries(FOLDERS)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${folder}`));
      expect([folder, row?.split('|').at(-3)?.trim()]).toEqual([folder, days === 'always' ? 'always' : `${days} days`]);
    }
  });
});

describe('what else is kept, and for how many days', () => {
  const DAY_SECONDS = 86_400;
  const daysBy = (type: string, template: typeof app, name: string, days: (of: Record<string, unknown>) => unknown) =>
    Object.fromEntries(
      resourcesOf(template, type).map(([, { Properties }]) => [String(Properties[name]), days(Properties)]),
    );

  it('in logs', () => {
    const days = daysBy('AWS::Logs::LogGroup', app, 'LogGroupName', ({ RetentionInDays }) => RetentionInDays);
    expect(days).toEqual({
      '/aws/apigateway/stagepost-test': 30,
      '/aws/lambda/stagepost-test-reconcile': 30,
      '/aws/lambda/stagepost-test-record': 30,
      '/aws/lambda/stagepost-test-send-contract': 30,
      '/aws/lambda/stagepost-test-start-onboarding': 30,
      '/aws/lambda/stagepost-test-webhooks': 30,
      '/aws/lambda/stagepost-test-write-back': 30,
    });
    expect(resourcesOf(data, 'AWS::Logs::LogGroup')).toEqual([]);
  });

  it('in queues, dead letters among them', () => {
    const days = daysBy(
      'AWS::SQS::Queue',
      app,
      'QueueName',
      (queue) => Number(queue.MessageRetentionPeriod) / DAY_SECONDS,
    );
    expect([...new Set(Object.values(days))]).toEqual([14]);
    expect(Object.keys(days)).toContain('stagepost-test-inbox-hints');
  });

  it('in the archive of the bus for 30 days, and nothing but our own events', () => {
    const [busId] = resourcesOf(app, 'AWS::Events::EventBus')[0] ?? [];
    expect(resourcesOf(app, 'AWS::Events::Archive').map(([, { Properties }]) => Properties)).toEqual([
      {
        ArchiveName: 'stagepost-test',
        Description: 'Stagepost: what was published, for a replay',
        SourceArn: { 'Fn::GetAtt': [busId, 'Arn'] },
        EventPattern: { source: ['stagepost'] },
        RetentionDays: 30,
      },
    ]);
  });

  it('of the table as it was: the 35 days that AWS keeps when nothing is said', () => {
    const [[, table] = []] = resourcesOf(data, 'AWS::DynamoDB::Table');
    expect(table?.Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(table?.Properties.StreamSpecification).toBeUndefined();
  });

  it('says nothing of callers: neither their address nor what they called is in the access log', () => {
    const formats = resourcesOf(app, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) =>
      JSON.parse((Properties.AccessLogSettings as { readonly Format: string }).Format),
    );
    expect(formats).toEqual([
      {
        requestId: '$context.requestId',
        route: '$context.routeKey',
        status: '$context.status',
        latencyMs: '$context.responseLatency',
        functionStatus: '$context.integration.integrationStatus',
      },
    ]);
  });
});
