import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { hubspotSettings } from '../crm/hubspot/settings.ts';
import { salesforceSettings } from '../crm/salesforce/settings.ts';
import { docusignSettings } from '../esign/docusign/settings.ts';
import { readArguments } from './arguments.ts';
import { CliProblem } from './cli-problem.ts';
import { runCli } from './main.ts';
import { setUp } from './setup.ts';

/** The least that is a configuration: a simulated HubSpot. */
const LEAST = {
  version: 1,
  publicUrl: 'http://127.0.0.1:4200',
  company: { name: 'Acme', timeZone: 'UTC' },
  connections: {
    'hubspot-main': {
      provider: 'hubspot',
      effectsFrom: '2026-12-01T00:00:00+01:00',
      settings: { portalId: 24681012, baseUrl: 'http://127.0.0.1:4201' },
    },
  },
  pipelines: [{ connection: 'hubspot-main', id: 'default', stages: { closedlost: 'lost' } }],
};

/** Made of 32 bytes of 7; and the token that comes of it, made elsewhere. */
const NEW_KEY = 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc';
const NEW_TOKEN = 'H14qT2O4gyomWgMP7O-NfTavvsLC7CXdB3PlGQ98SaM';
const OLD_TOKEN = 'mCStce1Jc8bKYZUc1zZUVTJr13n1Ac6zxZemz_kndSw';

const WORKFLOW = 'force-app/main/default/workflows/Opportunity.workflow-meta.xml';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-setup-'));
  writeConfig('stagepost.config.yaml', {});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeConfig(name: string, change: { connections?: Record<string, unknown>; publicUrl?: string }): void {
  const config = {
    ...LEAST,
    publicUrl: change.publicUrl ?? 'https://hooks.acme.example',
    connections: { ...LEAST.connections, ...(change.connections ?? { 'salesforce-main': org({}) }) },
  };
  writeFileSync(join(folder, name), stringify(config));
}

function org(settings: Record<string, unknown>) {
  return {
    provider: 'salesforce',
    effectsFrom: '2026-12-01T00:00:00+01:00',
    settings: { orgId: '00D000000000062', instanceUrl: 'https://acme.my.salesforce.com', ...settings },
  };
}

const USER = ['--integration-user', 'hub@acme.example'];

function run(args: readonly string[], variables: Record<string, string> = {}) {
  return setUp(readArguments(['setup', ...args]), {
    folder,
    variables,
    randomBytes: (size) => new Uint8Array(size).fill(7),
    providers: [hubspotSettings, salesforceSettings, docusignSettings],
  });
}

/** What the command says when it refuses. */
async function refusal(args: readonly string[], variables: Record<string, string> = {}): Promise<string> {
  const error = await run(args, variables).then(
    ({ text }) => new Error(`it did it: ${text}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof CliProblem) return `${error.message}\n${error.remedy}`;
  throw error;
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const allFiles = (path: string) =>
  readdirSync(join(folder, path), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).length;

describe('stagepost setup salesforce', () => {
  it('writes a project, with a new key where there is none', async () => {
    const { text, ok } = await run(['salesforce', ...USER]);
    expect(ok).toBe(true);
    expect(read(`stagepost-setup/salesforce-main/${WORKFLOW}`)).toContain(
      `<endpointUrl>https://hooks.acme.example/webhooks/salesforce/salesforce-main?token=${NEW_TOKEN}</endpointUrl>`,
    );
    expect(allFiles('stagepost-setup/salesforce-main')).toBe(17);
    expect(text.split('\n')[0]).toBe('17 files written to stagepost-setup/salesforce-main:');
    expect(text).toContain(`
A signing key was made, and the files rest on it.
Put this into .env (on AWS, the JSON is the value of the secret stagepost/salesforce-main):
  STAGEPOST_SECRET_SALESFORCE_MAIN='{"signingKeys":["${NEW_KEY}"],"clientId":"<consumer key>","clientSecret":"<consumer secret>"}'

What is left, in this order; in full: docs/connecting-salesforce.md
  1. Setup, Users: `);
    expect(text).toContain(
      '  3. In the folder: sf org login web --alias stagepost --instance-url https://acme.my.salesforce.com\n',
    );
  });

  it('takes the newest key of the secret, and then says nothing of keys', async () => {
    writeFileSync(
      join(folder, '.env'),
      `STAGEPOST_SECRET_SALESFORCE_MAIN='{"signingKeys":["kkkkk-a-signing-key-of-tests","older-key-of-tests"]}'\n`,
    );
    const { text } = await run(['salesforce', ...USER]);
    expect(read(`stagepost-setup/salesforce-main/${WORKFLOW}`)).toContain(`?token=${OLD_TOKEN}<`);
    expect(text).not.toMatch(/STAGEPOST_SECRET|kkkkk|signing key/);
  });

  it('says what to add to a secret that has no keys yet, and nothing of what it holds', async () => {
    writeFileSync(join(folder, 'other.env'), `STAGEPOST_SECRET_SALESFORCE_MAIN={"clientId":"a-client-of-ours"}\n`);
    const { text } = await run(['salesforce', ...USER, '--env', 'other.env']);
    expect(text).toContain(`Put this into other.env`);
    expect(text).toContain(`  into the JSON of STAGEPOST_SECRET_SALESFORCE_MAIN: "signingKeys":["${NEW_KEY}"]\n`);
    expect(text).not.toContain('a-client-of-ours');
  });

  it('does the same again without touching anything', async () => {
    await run(['salesforce', ...USER]);
    const { text } = await run(['salesforce', ...USER]);
    expect(text.split('\n')[0]).toBe('0 files written to stagepost-setup/salesforce-main (17 more were there already)');
  });

  it('leaves what somebody changed alone, unless told to replace it', async () => {
    const other = ['--integration-user', 'other@acme.example'];
    await run(['salesforce', ...USER]);
    expect(await refusal(['salesforce', ...other])).toBe(
      `There are files with other content in ${join(folder, 'stagepost-setup/salesforce-main')}:
  ${WORKFLOW}
Nothing was written. To replace them, add --force; to keep them, name another folder: --out <folder>`,
    );
    expect(read(`stagepost-setup/salesforce-main/${WORKFLOW}`)).toContain('hub@acme.example');
    await run(['salesforce', ...other, '--force']);
    expect(read(`stagepost-setup/salesforce-main/${WORKFLOW}`)).toContain('other@acme.example');
    await run(['salesforce', ...USER, '--out', 'elsewhere']);
    expect(read(`elsewhere/${WORKFLOW}`)).toContain('hub@acme.example');
  });

  it('tells programs the same', async () => {
    const { text } = await run(['salesforce', ...USER, '--json']);
    const told = JSON.parse(text);
    expect(told).toMatchObject({
      connection: 'salesforce-main',
      folder: join('stagepost-setup', 'salesforce-main'),
      unchanged: [],
      secret: { variable: 'STAGEPOST_SECRET_SALESFORCE_MAIN', name: 'stagepost/salesforce-main' },
      page: 'docs/connecting-salesforce.md',
    });
    expect(told.written).toContain(WORKFLOW);
    expect(told.secret.missing).toContain(NEW_KEY);
    expect(told.steps).toHaveLength(9);
  });

  it('adds the relay, and the unique key, when asked', async () => {
    const aws = ['--aws-account', '123456789012', '--aws-region', 'eu-central-1'];
    await run(['salesforce', ...USER, ...aws, '--unique-task-key']);
    const main = 'stagepost-setup/salesforce-main';
    expect(read(`${main}/event-relay/main/default/eventRelays/Stagepost.eventRelay-meta.xml`)).toContain('STOP');
    expect(read(`${main}/force-app/main/default/objects/Activity/fields/Stagepost_Key__c.field-meta.xml`)).toContain(
      '<unique>true</unique>',
    );
  });

  it('asks which connection is meant when there are several', async () => {
    writeConfig('two.yaml', {
      connections: { 'salesforce-eu': org({}), 'salesforce-us': org({ orgId: '00D000000000063' }) },
    });
    const args = ['salesforce', ...USER, '--config', 'two.yaml'];
    expect(await refusal(args)).toBe(
      'two.yaml has several connections to salesforce: salesforce-eu, salesforce-us.\nAdd --connection <id>',
    );
    expect(await refusal([...args, '--connection', 'hubspot-main'])).toBe(
      'two.yaml has no connection "hubspot-main" to salesforce.\nIt has: salesforce-eu, salesforce-us',
    );
    await run([...args, '--connection', 'salesforce-us']);
    expect(allFiles('stagepost-setup/salesforce-us')).toBe(17);
  });
});

describe('stagepost setup refuses, and writes nothing:', () => {
  it.each([
    [[], '"setup" needs the name of a provider: hubspot, salesforce.\nWrite: npx stagepost setup <provider>'],
    [['salesfroce'], '"salesfroce" cannot be set up.\nDid you mean "salesforce"? Known are: hubspot, salesforce'],
    [['pipedrive'], '"pipedrive" cannot be set up.\nKnown are: hubspot, salesforce'],
    [['hubspot', '--unique-task-key'], '--unique-task-key means nothing for hubspot.\nLeave it out.'],
    [
      ['salesforce'],
      'The Outbound Message is sent in the name of a user of the org, and nobody said which.\nAdd --integration-user <username of the integration user>, or "username" to the settings of the connection.',
    ],
  ])('%j', async (args, says) => {
    expect(await refusal(args)).toBe(says);
    expect(readdirSync(folder)).toEqual(['stagepost.config.yaml']);
  });

  it('a configuration that cannot be read', async () => {
    expect(await refusal(['hubspot', '--config', 'none.yaml'])).toContain(
      'none.yaml:1:1\n  wrong: the file cannot be read',
    );
  });

  it('a configuration with mistakes, with every one of them', async () => {
    writeConfig('wrong.yaml', { publicUrl: 'ftp://hooks.acme.example' });
    expect(await refusal(['salesforce', '--config', 'wrong.yaml'])).toMatch(
      /^wrong\.yaml:\d+:\d+ {2}publicUrl\n {2}wrong: /,
    );
  });

  it('a configuration without such a connection', async () => {
    writeConfig('none.yaml', { connections: {} });
    expect(await refusal(['salesforce'], { STAGEPOST_CONFIG: 'none.yaml' })).toMatch(
      /^none\.yaml has no connection with "provider: salesforce"\./,
    );
  });

  it('an address that the provider cannot call', async () => {
    writeConfig('local.yaml', { publicUrl: 'http://127.0.0.1:4200' });
    expect(await refusal(['salesforce', ...USER, '--config', 'local.yaml'])).toMatch(
      /^publicUrl is http:\/\/127\.0\.0\.1:4200, which only this machine can reach\.\nSalesforce calls https on port 443/,
    );
  });

  it.each([
    ['not JSON', "'{signingKeys'", /^STAGEPOST_SECRET_SALESFORCE_MAIN in .*\.env is not JSON\./],
    ['a list', "'[]'", /is not JSON/],
    ['keys that are no list', `'{"signingKeys":"abc"}'`, /^"signingKeys" of STAGEPOST_SECRET_SALESFORCE_MAIN/],
    ['a short key', `'{"signingKeys":["abc"]}'`, /^The newest signing key is shorter than 16 characters\./],
  ])('a secret that is %s', async (_, value, says) => {
    writeFileSync(join(folder, '.env'), `STAGEPOST_SECRET_SALESFORCE_MAIN=${value}\n`);
    const said = await refusal(['salesforce', ...USER]);
    expect(said).toMatch(says);
    expect(said).not.toContain('abc');
  });

  it('a file where a folder has to be', async () => {
    writeFileSync(join(folder, 'stagepost-setup'), 'mine');
    expect(await refusal(['salesforce', ...USER])).toMatch(
      /^A file is in the way of .*stagepost-setup.*\nMove it away/,
    );
    expect(read('stagepost-setup')).toBe('mine');
  });

  it('a folder where a file has to be', async () => {
    mkdirSync(join(folder, 'out', 'sfdx-project.json'), { recursive: true });
    expect(await refusal(['salesforce', ...USER, '--out', 'out'])).toMatch(
      /^A folder is in the way: .*sfdx-project\.json/,
    );
    expect(allFiles('out')).toBe(0);
  });
});

describe('the command line', () => {
  it('sets up HubSpot, asks no hub, and knows where the secret comes from', async () => {
    writeFileSync(join(folder, 'least.yaml'), stringify(LEAST));
    let out = '';
    const code = await runCli(['setup', 'hubspot'], {
      variables: { STAGEPOST_CONFIG: 'least.yaml', STAGEPOST_URL: 'not an address' },
      fetch: () => Promise.reject(new Error('asked somebody')),
      write: (text) => {
        out += text;
      },
      writeError: (text) => {
        out += text;
      },
      userName: () => 'ada',
      timeZone: 'UTC',
      width: 100,
      folder,
    });
    expect(out).toContain(
      `The secret is not there yet.
Put this into .env (on AWS, the JSON is the value of the secret stagepost/hubspot-main):
  STAGEPOST_SECRET_HUBSPOT_MAIN='{"signingKeys":["<client secret of the app>"],"accessToken":"<access token of the app>"}'
`,
    );
    expect(code).toBe(0);
    const webhooks = JSON.parse(read('stagepost-setup/hubspot-main/src/app/webhooks/webhooks-hsmeta.json'));
    expect(webhooks.config.settings.targetUrl).toBe('http://127.0.0.1:4200/webhooks/hubspot/hubspot-main');
  });
});
