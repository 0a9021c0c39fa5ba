import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { connectionsVariable } from '../../cdk/deployment.ts';
import { problemsOf } from '../../cdk/message-of.ts';
import { createNames } from '../../cdk/names.ts';
import { readDeployment } from '../../cdk/read-deployment.ts';
import { describeTopology } from '../../cdk/summary.ts';
import { createTopology } from '../../src/topology.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-1111-2222-3333-444455556666';
const folder = mkdtempSync(join(tmpdir(), 'stagepost-deployment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the name of a deployment', () => {
  it.each(['stagepost', 'a-1', 'acme-test'])('may be %s', (prefix) => {
    expect(createNames(prefix).queue('inbox')).toBe(`${prefix}-inbox`);
  });

  it.each(['', 'ab', 'Acme', '1acme', 'acme-', 'acme_test', 'a-name-that-is-too-long'])('may not be "%s"', (prefix) => {
    expect(() => createNames(prefix)).toThrow(/cannot be used\. Take 3 to 20 lower case letters/);
  });
});

describe('the connections of a deployment', () => {
  it('are written without anything but id, provider and the name of the secret', () => {
    const connection = { id: 'crm-main', provider: 'crm-one', secret: 'stagepost/crm-main', token: 'not to be seen' };
    expect(connectionsVariable([connection])).toBe(
      '[{"id":"crm-main","provider":"crm-one","secret":"stagepost/crm-main"}]',
    );
  });

  it('are refused when they do not fit into a function', () => {
    const many = Array.from({ length: 60 }, (_, n) => ({
      id: `c${n}`,
      provider: 'crm-one',
      secret: `stagepost/c${n}`,
    }));
    expect(() => connectionsVariable(many)).toThrow(
      /^The list of 60 connections takes \d+ bytes; .* has room for 3000\./,
    );
  });
});

describe('a deployment', () => {
  it('is read from the sample configuration, whose local address is not taken for a public one', async () => {
    const { deployment, draft, folder: beside } = await readDeployment({});
    expect(beside).toBe(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''));
    expect(draft.company).toBe('Northwind Analytics');
    expect(deployment).toEqual({
      prefix: 'stagepost',
      publicUrl: undefined,
      configuredUrl: 'http://127.0.0.1:4200',
      connections: [
        {
          id: 'hubspot-main',
          provider: 'hubspot',
          role: 'crm',
          secret: 'stagepost/hubspot-main',
          onThisMachine: 'http://127.0.0.1:4201',
        },
        {
          id: 'salesforce-main',
          provider: 'salesforce',
          role: 'crm',
          secret: 'stagepost/salesforce-main',
          onThisMachine: 'http://127.0.0.1:4203',
        },
        {
          id: 'docusign-main',
          provider: 'docusign',
          role: 'esign',
          secret: 'stagepost/docusign-main',
          onThisMachine: 'http://127.0.0.1:4202',
        },
      ],
      partnerEventSources: [],
    });
  });

  it('has the address of its domain, and a configuration for one machine does not contradict it', async () => {
    expect(
      (
        await readDeployment({
          STAGEPOST_DOMAIN: 'hooks.example.com',
          STAGEPOST_CERTIFICATE_ARN: CERTIFICATE,
          STAGEPOST_MTLS_TRUSTSTORE: 's3://acme-trust/callers/truststore.pem',
          STAGEPOST_ALARM_EMAIL: 'on-call@example.com',
          STAGEPOST_ALARM_SLACK: 'T0123ABCD/C0456EFGH',
        })
      ).deployment,
    ).toMatchObject({
      publicUrl: 'https://hooks.example.com',
      domain: {
        name: 'hooks.example.com',
        certificateArn: CERTIFICATE,
        truststore: { bucket: 'acme-trust', key: 'callers/truststore.pem' },
      },
      alarms: { email: 'on-call@example.com', slack: { workspaceId: 'T0123ABCD', channelId: 'C0456EFGH' } },
    });
  });

  it.each([
    ['https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/', undefined],
    ['https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn', undefined],
    ['https://hooks.example.com/', 'https://hooks.example.com'],
    ['https://execute-api.example.com', 'https://execute-api.example.com'],
    [
      'https://x.execute-api.eu-central-1.amazonaws.com.example.com',
      'https://x.execute-api.eu-central-1.amazonaws.com.example.com',
    ],
  ])('whose configuration says %s has the public address %s', async (configured, publicUrl) => {
    const file = join(folder, 'address.yaml');
    const sample = readFileSync(new URL('../../stagepost.config.yaml', import.meta.url), 'utf8');
    writeFileSync(file, sample.replace('publicUrl: http://127.0.0.1:4200', `publicUrl: ${configured}`));
    const { deployment } = await readDeployment({ STAGEPOST_CONFIG: file });
    expect(deployment.publicUrl).toBe(publicUrl);
    expect(deployment.configuredUrl).toBe(configured.replace(/\/$/, ''));
  });

  it('is refused when the configuration names another address than the domain', async () => {
    const file = join(folder, 'other-address.yaml');
    const sample = readFileSync(new URL('../../stagepost.config.yaml', import.meta.url), 'utf8');
    writeFileSync(file, sample.replace('publicUrl: http://127.0.0.1:4200', 'publicUrl: https://hub.example.com'));
    const environment = { STAGEPOST_CONFIG: file, STAGEPOST_CERTIFICATE_ARN: CERTIFICATE };
    await expect(readDeployment({ ...environment, STAGEPOST_DOMAIN: 'hooks.example.com' })).rejects.toThrow(
      'STAGEPOST_DOMAIN says https://hooks.example.com, the configuration says "publicUrl: https://hub.example.com"',
    );
    expect((await readDeployment({ ...environment, STAGEPOST_DOMAIN: 'hub.example.com' })).deployment.publicUrl).toBe(
      'https://hub.example.com',
    );
  });

  it.each([
    [{ STAGEPOST_NAME: 'Acme' }, 'STAGEPOST_NAME: The deployment\'s name "Acme" cannot be used.'],
    [{ STAGEPOST_DOMAIN: 'https://hooks.example.com' }, 'write it like hooks.example.com.'],
    [{ STAGEPOST_DOMAIN: '10.0.0.1' }, 'write it like hooks.example.com.'],
    [{ STAGEPOST_DOMAIN: 'hooks.example.com' }, 'STAGEPOST_DOMAIN needs STAGEPOST_CERTIFICATE_ARN'],
    [{ STAGEPOST_CERTIFICATE_ARN: CERTIFICATE }, 'does nothing without STAGEPOST_DOMAIN'],
    [{ STAGEPOST_CERTIFICATE_ARN: 'my-certificate' }, 'STAGEPOST_CERTIFICATE_ARN is "my-certificate"; write it like'],
    [{ STAGEPOST_MTLS_TRUSTSTORE: 's3://acme-trust/all.pem' }, 'STAGEPOST_MTLS_TRUSTSTORE needs STAGEPOST_DOMAIN'],
    [{ STAGEPOST_MTLS_TRUSTSTORE: 'acme-trust' }, 'write it like s3://my-bucket/truststore.pem.'],
    [{ STAGEPOST_ALARM_EMAIL: 'nobody' }, 'STAGEPOST_ALARM_EMAIL is "nobody"; write it like on-call@example.com.'],
    [{ STAGEPOST_ALARM_SLACK: 'https://hooks.slack.example/x' }, 'write it like T0123ABCD/C0123ABCD'],
  ])('with %j is refused', async (environment, sentence) => {
    await expect(readDeployment(environment)).rejects.toThrow(sentence);
  });

  it('takes an empty variable for none', async () => {
    const empty = { STAGEPOST_NAME: '', STAGEPOST_DOMAIN: '', STAGEPOST_ALARM_EMAIL: '' };
    const { deployment } = await readDeployment(empty);
    expect([deployment.prefix, deployment.domain, deployment.alarms]).toEqual(['stagepost', undefined, undefined]);
  });

  it('says everything that is wrong with variables and file at once', async () => {
    const file = join(folder, 'broken-too.yaml');
    writeFileSync(file, 'version: 2\n');
    const [ofName, ...ofFile] = (await readDeployment({ STAGEPOST_CONFIG: file, STAGEPOST_NAME: 'A' }).catch(
      problemsOf,
    )) as readonly string[];
    expect(ofName).toMatch(/^STAGEPOST_NAME: [^\n]+$/);
    expect(ofFile).toHaveLength(5);
    for (const each of ofFile)
      expect(each).toMatch(/^\S*broken-too\.yaml:[^\n]+\n {2}wrong: [^\n]+\n {2}right: [^\n]+$/);
    await expect(
      readDeployment({ STAGEPOST_CONFIG: file, STAGEPOST_NAME: 'A', STAGEPOST_ALARM_EMAIL: 'x' }),
    ).rejects.toThrow(/STAGEPOST_NAME[\s\S]*STAGEPOST_ALARM_EMAIL[\s\S]*broken-too\.yaml:1:/);
  });

  it('says everything that is wrong with its configuration file', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'version: 2\n');
    await expect(readDeployment({ STAGEPOST_CONFIG: file })).rejects.toThrow(/broken\.yaml:1:.*nothing was applied/s);
  });
});

describe('the summary of a synthesis', () => {
  const text = describeTopology(createTopology(['crm-one']), {
    prefix: 'stagepost',
    publicUrl: 'https://hooks.example.com',
    connections: [{ id: 'crm-main', provider: 'crm-one', role: 'crm', secret: 'stagepost/crm-main' }],
    partnerEventSources: ['aws.partner/crm.example/1/2'],
  });

  it.each([
    '  webhooks (512 MB, 10 s)\n    woken by POST /webhooks/{provider}/{connectionId}\n    sends to inbox, inbox-hints\n    uses connection-secrets\n',
    '    woken by the queue inbox (up to 10 messages, 10 at once)\n',
    '    woken by the schedule catch-up\n',
    '  inbox: hidden for 180 s while worked on, to inbox-dead after 60 tries\n',
    '  send-contract-crm-one: {"detail":{"wants":["contract"],"crm":["crm-one"]}} to send-contract-crm-one, 185 tries in 86400 s, then bus-dead\n',
    '  partner-events: everything on the bus aws.partner/crm.example/1/2 to inbox\n',
    '  full-sweep: every 1440 minutes\n',
    '  crm-main (crm-one), keys in the secret stagepost/crm-main\nPublic address: https://hooks.example.com',
  ])('says %j', (line) => {
    expect(text).toContain(line);
  });
});
