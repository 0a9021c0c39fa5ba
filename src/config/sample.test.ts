import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatProblems } from './format-problems.ts';
import { configJsonSchema } from './json-schema.ts';
import { loadConfigFile } from './load-config.ts';
import { providerSettings } from './provider-settings.ts';

const SAMPLE = fileURLToPath(new URL('../../stagepost.config.yaml', import.meta.url));

describe('the sample configuration', () => {
  it('is accepted', async () => {
    const result = await loadConfigFile(SAMPLE);
    expect(result.ok ? '' : formatProblems(result.problems)).toBe('');
  });

  it('says what the sandbox runs', async () => {
    const result = await loadConfigFile(SAMPLE);
    const config = result.ok ? result.config : undefined;
    expect(config?.connections.map(({ id, mode, settings }) => ({ id, mode, settings }))).toEqual([
      {
        id: 'hubspot-main',
        mode: 'live',
        settings: { portalId: 24681012, baseUrl: 'http://127.0.0.1:4201' },
      },
      {
        id: 'salesforce-main',
        mode: 'live',
        settings: {
          orgId: '00D5f000001ZzXkEAK',
          instanceUrl: 'http://127.0.0.1:4203',
          environment: 'production',
          apiVersion: '66.0',
          currency: 'EUR',
          recordTypes: false,
          stageHistory: 'opportunityHistory',
        },
      },
      {
        id: 'docusign-main',
        mode: 'live',
        settings: {
          accountId: '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e',
          userId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
          integrationKey: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
          authHost: 'http://127.0.0.1:4202',
        },
      },
    ]);
    expect(config?.pipelines[0]?.stages).toEqual({
      '1100000001': 'prospecting',
      '1100000002': 'qualification',
      '1100000003': 'solutioning',
      '1100000004': 'demonstration',
      '1100000005': 'negotiation',
      '1100000006': 'procurement',
      '1100000007': 'implementation',
      '1100000008': 'management',
      '1100000009': 'expansion',
      '1100000010': 'lost',
    });
    expect(config?.contracts[0]?.recipients.map((each) => `${each.routingOrder} ${each.kind} ${each.role}`)).toEqual([
      '1 approver Legal approver',
      '2 signer Customer signer',
      '3 signer Counter signer',
    ]);
    expect(config?.contracts[0]?.advanceTo).toEqual({ stageId: '1100000007', pipelineId: '75012345' });
    expect(config?.connections[0]?.syncedWith).toEqual({
      connectionId: 'salesforce-main',
      leading: 'salesforce-main',
      graceMs: 900_000,
      pipelines: ['75012399'],
    });
    // All that differs between the contracts is where the deal lives.
    expect(config?.contracts.map(({ name, when, advanceTo }) => [name, when.pipelines, advanceTo?.stageId])).toEqual([
      ['standard', ['75012345'], '1100000007'],
      ['salesforce', ['opportunities'], 'Implementation'],
      ['field-sales', ['75012399'], '1200000007'],
    ]);
    const [standard, ...others] = config?.contracts ?? [];
    for (const other of others) {
      expect(other).toEqual({ ...standard, name: other.name, when: other.when, advanceTo: other.advanceTo });
    }
    expect(config?.plays.map((play) => [play.name, play.stage, play.tasks.length])).toEqual([
      ['discovery', 'solutioning', 2],
      ['onboarding', 'implementation', 8],
    ]);
  });

  it('tells editors where the schema is', async () => {
    const text = await readFile(SAMPLE, 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./src/config/stagepost.schema.json');
  });
});

describe('the committed JSON Schema', () => {
  it('is what the present schema gives (node src/config/write-json-schema.ts writes it anew)', async () => {
    const committed = await readFile(new URL('stagepost.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(configJsonSchema(providerSettings))));
  });

  it('names every block, what is required, and what a stage may be', () => {
    const schema = JSON.parse(JSON.stringify(configJsonSchema(providerSettings)));
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(Object.keys(schema.properties)).toEqual([
      'version',
      'publicUrl',
      'company',
      'connections',
      'pipelines',
      'contracts',
      'plays',
      'limits',
    ]);
    expect(schema.required).toEqual(['version', 'publicUrl', 'company', 'connections', 'pipelines']);
    expect(schema.properties.pipelines.items.properties.stages.additionalProperties.enum).toEqual([
      'prospecting',
      'qualification',
      'solutioning',
      'demonstration',
      'negotiation',
      'procurement',
      'implementation',
      'management',
      'expansion',
      'lost',
    ]);
  });
});
