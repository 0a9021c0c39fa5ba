import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connectionsVariable } from '../../cdk/deployment.ts';
import { createNames } from '../../cdk/names.ts';
import { readDeployment } from '../../cdk/read-deployment.ts';
import { describeTopology } from '../../cdk/summary.ts';
import { createTopology } from '../../src/topology.ts';

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
    expect(await readDeployment({})).toEqual({
      prefix: 'stagepost',
      publicUrl: undefined,
      connections: [
        { id: 'hubspot-main', provider: 'hubspot', secret: 'stagepost/hubspot-main' },
        { id: 'salesforce-main', provider: 'salesforce', secret: 'stagepost/salesforce-main' },
        { id: 'docusign-main', provider: 'docusign', secret: 'stagepost/docusign-main' },
      ],
      partnerEventSources: [],
    });
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
    connections: [{ id: 'crm-main', provider: 'crm-one', secret: 'stagepost/crm-main' }],
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
