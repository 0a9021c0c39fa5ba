import { describe, expect, it } from 'vitest';
import type { AwsCli } from '../../cdk/aws-cli.ts';
import { type DeployDeps, deployHub } from '../../cdk/deploy-hub.ts';
import type { DeployedHub } from '../../cdk/deployed-hub.ts';
import type { Deployment } from '../../cdk/deployment.ts';
import { destroyHub } from '../../cdk/destroy-hub.ts';
import { diffHub } from '../../cdk/diff-hub.ts';
import type { ConfigDraft } from '../../src/config/to-hub-config.ts';
import { TEST_DEPLOYMENT } from './templates.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d';
const TABLE = { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
const DATA = { Resources: { Table: { ...TABLE, Properties: { TableName: 'stagepost-test' } } } };
const OTHER_DATA = { Resources: { Table: { ...TABLE, Properties: { TableName: 'other' } } } };
const ASSEMBLY = {
  folder: '/out',
  dataStack: 'stagepost-test-data',
  appStack: 'stagepost-test-app',
  dataTemplate: DATA,
  appTemplate: {},
};
const APPLIED = 'apply /config with https://hooks.example.com to stagepost-test in eu-central-1';
const ASK = { yes: false, letGo: [] };

const CRM = { id: 'crm-main', provider: 'hubspot', role: 'crm', mode: 'observe', effectsFromMs: 0 } as const;
const DRAFT: ConfigDraft = {
  v: 1,
  publicUrl: 'http://127.0.0.1:4200',
  company: 'Acme',
  calendar: { timeZone: 'Europe/Berlin', holidays: [], dueHour: 9 },
  connections: [{ ...CRM, settings: { portalId: 1 } }],
  pipelines: [],
  contracts: [],
  plays: [],
  maxEntryAgeDays: 30,
};
const DEPLOYMENT: Deployment = { ...TEST_DEPLOYMENT, configuredUrl: 'https://hooks.example.com' };

function fails(message: string): () => Promise<never> {
  return () => Promise.reject(new Error(message));
}

/** An account in which everything is well, what was done there in order, and what was said. */
function stand(
  change: { aws?: Partial<AwsCli>; hub?: Partial<DeployedHub>; deployment?: Deployment } & Omit<
    Partial<DeployDeps>,
    'aws' | 'hub'
  > = {},
): {
  readonly deps: DeployDeps;
  readonly done: string[];
  readonly told: string[];
} {
  const done: string[] = [];
  const told: string[] = [];
  const { aws, hub, deployment, ...rest } = change;
  const deps: DeployDeps = {
    variables: { AWS_REGION: 'eu-central-1' },
    hasTerminal: true,
    readDeployment: async () => ({ deployment: deployment ?? DEPLOYMENT, draft: DRAFT, folder: '/config' }),
    build: async () => {
      done.push('build');
      return [];
    },
    synthesize: () => {
      done.push('synthesize');
      return ASSEMBLY;
    },
    cdk: async ([command = '']) => {
      done.push(command);
      return 0;
    },
    outputsFile: '/out/outputs.json',
    readJson: async () => ({
      'stagepost-test-app': { PublicUrl: 'https://hooks.example.com', AlarmTopic: 'arn:topic' },
    }),
    say: (text) => told.push(text),
    ...rest,
    aws: {
      account: async () => '111122223333',
      region: async () => undefined,
      bootstrapVersion: async () => 28,
      template: async () => undefined,
      stackStatus: async () => 'UPDATE_COMPLETE',
      exists: async () => false,
      certificate: async () => ({ status: 'ISSUED', names: ['hooks.example.com'] }),
      secretHasValue: async (name) => name === 'stagepost/crm-main',
      ...aws,
    },
    hub: {
      connections: async () => [],
      apply: async ({ publicUrl }, folder, prefix, { region }) => {
        done.push(`apply ${folder} with ${publicUrl} to ${prefix} in ${region}`);
        return 3;
      },
      ...hub,
    },
  };
  return { deps, done, told };
}

describe('a deployment', () => {
  it('builds, deploys what was synthesized, and ends with what is left to do', async () => {
    const { deps, done, told } = stand();
    expect(await deployHub(ASK, deps)).toEqual({
      deployed: 'stagepost-test',
      account: '111122223333',
      region: 'eu-central-1',
      publicUrl: 'https://hooks.example.com',
      alarmTopic: 'arn:topic',
      configuration: 3,
      webhooks: [
        {
          connection: 'crm-main',
          provider: 'crm-one',
          url: 'https://hooks.example.com/webhooks/crm-one/crm-main',
        },
        {
          connection: 'sign-main',
          provider: 'sign-one',
          url: 'https://hooks.example.com/webhooks/sign-one/sign-main',
        },
      ],
      secretsWithoutValue: ['stagepost/sign-main'],
    });
    expect(done).toEqual(['build', 'synthesize', 'deploy', APPLIED]);
    expect(told.at(-1)).toBe(`stagepost-test is deployed to account 111122223333, eu-central-1.
Version 3 of the configuration is in force within a minute.

Where providers deliver
  https://hooks.example.com/webhooks/crm-one/crm-main
    npx stagepost --aws setup crm-one --connection crm-main writes the files that take it there
  https://hooks.example.com/webhooks/sign-one/sign-main
    goes along with every contract; in the account, make the key that signs what it sends (docs/deploy.md)

Secrets that hold no value yet
  stagepost/sign-main
    aws secretsmanager put-secret-value --region eu-central-1 --secret-id stagepost/sign-main --secret-string file://<file with the JSON>

Nobody hears the alarms: set STAGEPOST_ALARM_EMAIL, or subscribe to arn:topic.

What comes next, click by click: docs/deploy.md`);
  });

  it.each([
    ['never', undefined],
    ['with an old version', 5],
  ])('prepares an account first that was prepared %s', async (_, version) => {
    const { deps, done } = stand({ aws: { bootstrapVersion: async () => version } });
    await deployHub(ASK, deps);
    expect(done).toEqual(['build', 'synthesize', 'bootstrap', 'deploy', APPLIED]);
  });

  it('says where the address goes that AWS gave the HTTP API', async () => {
    // As after `npm run destroy`: the file still has the address of the API that is gone.
    const deployment = { ...DEPLOYMENT, publicUrl: undefined, configuredUrl: 'https://x0.execute-api.example' };
    const { deps, done, told } = stand({
      deployment,
      readJson: async () => ({ 'stagepost-test-app': { PublicUrl: 'https://x1.execute-api.example/' } }),
    });
    expect((await deployHub(ASK, deps)).publicUrl).toBe('https://x1.execute-api.example');
    expect(told.at(-1)).toContain(
      'Write "publicUrl: https://x1.execute-api.example" into the configuration: `npx stagepost --aws setup` tells',
    );
    expect(done.at(-1)).toBe('apply /config with https://x1.execute-api.example to stagepost-test in eu-central-1');
  });

  it('says where the name of a domain has to point to, and that an address must be confirmed', async () => {
    const { deps, told } = stand({
      deployment: {
        ...DEPLOYMENT,
        domain: { name: 'hooks.example.com', certificateArn: CERTIFICATE },
        alarms: { email: 'on-call@example.com' },
      },
      readJson: async () => ({
        'stagepost-test-app': { PublicUrl: 'https://hooks.example.com', DomainTarget: 'd-1.execute-api.example' },
      }),
    });
    await deployHub(ASK, deps);
    expect(told.at(-1)).toContain('Let the name hooks.example.com point to d-1.execute-api.example');
    expect(told.at(-1)).toContain('on-call@example.com has mail from AWS: confirm it');
  });

  it('is done although secrets may not be looked at', async () => {
    const { deps, told } = stand({ aws: { secretHasValue: fails('AccessDenied') } });
    expect((await deployHub(ASK, deps)).secretsWithoutValue).toEqual([]);
    expect(told).toContain('Whether stagepost/crm-main has a value cannot be told: AccessDenied');
  });

  it('fails when the CDK fails, and applies nothing', async () => {
    const { deps, done } = stand({ cdk: async () => 3 });
    await expect(deployHub(ASK, deps)).rejects.toThrow('cdk deploy failed; what it said stands above.');
    expect(done).toEqual(['build', 'synthesize']);
  });

  it('says what is there and what is not when the configuration cannot be applied', async () => {
    const { deps } = stand({ hub: { apply: fails('DynamoDB did not answer (AccessDeniedException).') } });
    await expect(deployHub(ASK, deps)).rejects.toThrow(
      'stagepost-test is deployed, but its configuration is not applied: DynamoDB did not answer (AccessDeniedException).\nRun the same command again',
    );
  });
});

describe('before anything is created', () => {
  it('everything that is wrong is said at once', async () => {
    const { deps, done } = stand({
      variables: {},
      hasTerminal: false,
      aws: { account: fails('The SSO session has expired.') },
      deployment: {
        ...DEPLOYMENT,
        configuredUrl: 'https://old.example.com',
        domain: { name: 'hooks.example.com', certificateArn: CERTIFICATE },
        connections: [
          { id: 'a', provider: 'crm-one', role: 'crm', secret: 's/a', onThisMachine: 'http://127.0.0.1:4201' },
          { id: 'b', provider: 'crm-one', role: 'crm', secret: 's/b' },
        ],
      },
    });
    await expect(deployHub(ASK, deps)).rejects.toThrow(
      new Error(`Nothing was created or changed.
- There is no region: set AWS_REGION, e.g. eu-central-1, or give the profile one.
- The AWS account cannot be told: The SSO session has expired. Sign in first (\`aws sso login\`, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret).
- There is nobody to ask about permissions: add --yes (npm run deploy -- --yes).
- The connection a leads to http://127.0.0.1:4201, a simulator on this machine. Give it the settings of a real account, or name another file in STAGEPOST_CONFIG.
- Write "publicUrl: https://hooks.example.com" into the configuration: contracts name that address.`),
    );
    expect(done).toEqual([]);
  });

  it('a wrong configuration does not hide a missing account', async () => {
    const { deps } = stand({ aws: { account: fails('no credentials.') }, readDeployment: fails('x.yaml:1: wrong') });
    await expect(deployHub(ASK, deps)).rejects.toThrow(/no credentials\.[\s\S]*x\.yaml:1: wrong/);
  });

  it('every problem has its own dash, with its lines under it', async () => {
    const problems = [new Error('STAGEPOST_NAME: no.'), new Error('x.yaml:1:1\n  wrong: a\n  right: b')];
    const { deps } = stand({ readDeployment: () => Promise.reject(new AggregateError(problems, 'for people')) });
    await expect(deployHub(ASK, deps)).rejects.toThrow(
      new Error(`Nothing was created or changed.
- STAGEPOST_NAME: no.
- x.yaml:1:1
    wrong: a
    right: b`),
    );
  });

  it('two connections that share a secret are refused', async () => {
    const connections = DEPLOYMENT.connections.map((each) => ({ ...each, secret: 's' }));
    const { deps } = stand({ deployment: { ...DEPLOYMENT, connections } });
    await expect(deployHub(ASK, deps)).rejects.toThrow(
      'The connections crm-main, sign-main name the same secret s. Give each a secret of its own ("secret:").',
    );
  });

  it('a deployment without connections is refused', async () => {
    const { deps } = stand({ deployment: { ...DEPLOYMENT, connections: [] } });
    await expect(deployHub(ASK, deps)).rejects.toThrow('There is no connection');
  });

  it.each([
    ['us-east-1', 'ISSUED', ['hooks.example.com'], 'is in us-east-1; it has to be in eu-central-1'],
    ['eu-central-1', 'PENDING_VALIDATION', ['hooks.example.com'], 'is not issued yet (PENDING_VALIDATION)'],
    ['eu-central-1', 'ISSUED', ['www.example.com'], 'is not for hooks.example.com but for www.example.com'],
  ])('a certificate in %s, %s, for %j is refused', async (region, status, names, sentence) => {
    const domain = { name: 'hooks.example.com', certificateArn: CERTIFICATE.replace('eu-central-1', region) };
    const { deps, done } = stand({
      deployment: { ...DEPLOYMENT, domain },
      aws: { certificate: async () => ({ status, names }) },
    });
    await expect(deployHub(ASK, deps)).rejects.toThrow(sentence);
    expect(done).toEqual([]);
  });

  it('a certificate for the whole domain is taken', async () => {
    const domain = { name: 'hooks.example.com', certificateArn: CERTIFICATE };
    const { deps, done } = stand({
      deployment: { ...DEPLOYMENT, domain },
      aws: { certificate: async () => ({ status: 'ISSUED', names: ['*.example.com'] }) },
    });
    await deployHub(ASK, deps);
    expect(done).toContain('deploy');
  });

  it('nothing is created, not even a bootstrap, when a bundle breaks its budget', async () => {
    const { deps, done } = stand({
      build: async () => ['record weighs too much'],
      aws: { bootstrapVersion: async () => undefined },
    });
    await expect(deployHub(ASK, deps)).rejects.toThrow('record weighs too much');
    expect(done).toEqual([]);
  });

  it('nothing is created when a connection would mean another account', async () => {
    const { deps, done } = stand({ hub: { connections: async () => [{ ...CRM, settings: { portalId: 2 } }] } });
    await expect(deployHub(ASK, deps)).rejects.toThrow(
      'crm-main was the hubspot account 2, and would now be the hubspot account 1. Keep the id that an account has, and give a new account one of its own.',
    );
    expect(done).toEqual([]);
  });

  it('nothing is created when the configuration in force cannot be read', async () => {
    const { deps, done } = stand({ hub: { connections: fails('AccessDeniedException.') } });
    await expect(deployHub(ASK, deps)).rejects.toThrow(
      'What was applied before cannot be read: AccessDeniedException. Whoever deploys has to read and write the table stagepost-test.',
    );
    expect(done).toEqual([]);
  });

  it('nothing is created when a table would be replaced', async () => {
    const { deps, done } = stand({
      aws: { template: async () => OTHER_DATA, bootstrapVersion: async () => undefined },
    });
    await expect(deployHub({ yes: true, letGo: [] }, deps)).rejects.toThrow(
      'The table other would be replaced by an empty one: another TableName.',
    );
    expect(done).toEqual(['build', 'synthesize']);
  });

  it('nothing is created when a name is taken, and what cannot be told about one is only said', async () => {
    const exists = async (kind: string) => {
      if (kind === 'bucket') throw new Error('Forbidden');
      return kind === 'table';
    };
    const { deps, done, told } = stand({ aws: { exists, bootstrapVersion: async () => undefined } });
    await expect(deployHub(ASK, deps)).rejects.toThrow('what it would make exists already: the table stagepost-test.');
    expect(told.at(-1)).toContain('exists already cannot be told: Forbidden');
    expect(done).toEqual(['build', 'synthesize']);
  });

  it('nothing is created when it cannot be known what is there', async () => {
    const { deps, done } = stand({ aws: { template: fails('AccessDenied') } });
    await expect(deployHub(ASK, deps)).rejects.toThrow('AccessDenied');
    expect(done).toEqual(['build', 'synthesize']);
  });
});

describe('a diff', () => {
  it('shows both stacks and is well', async () => {
    const { deps, done } = stand({ aws: { template: async (stack) => (stack === 'stagepost-test-data' ? DATA : {}) } });
    expect(await diffHub(ASK, deps)).toBe(0);
    expect(done).toEqual(['build', 'synthesize', 'diff']);
  });

  it('says what would be refused, shows the rest, and is not well', async () => {
    const { deps, done, told } = stand({ aws: { template: async () => OTHER_DATA } });
    expect(await diffHub(ASK, deps)).toBe(1);
    expect(told).toEqual(['Would be refused: The table other would be replaced by an empty one: another TableName.']);
    expect(done).toContain('diff');
    const acme = { Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'acme' } } } };
    const { deps: again } = stand({ aws: { template: async () => acme } });
    expect([await diffHub(ASK, again), await diffHub({ letGo: ['acme'] }, again)]).toEqual([1, 0]);
  });
});

describe('destroying', () => {
  const synthesizeNames = () => ASSEMBLY;

  it('takes the app stack, and says what stays and how it is removed', async () => {
    const calls: string[][] = [];
    const { deps, told } = stand({
      cdk: async (args) => {
        calls.push([...args]);
        return 0;
      },
      variables: { AWS_REGION: 'eu-central-1', STAGEPOST_NAME: 'stagepost-test' },
    });
    expect(await destroyHub(ASK, { ...deps, synthesizeNames })).toBe(0);
    expect(calls).toEqual([
      ['destroy', 'App', '--exclusively', '--app', '/out', '--build', '', '--region', 'eu-central-1'],
    ]);
    expect(told.at(-1)).toContain(
      'The data stays: the table stagepost-test, the bucket stagepost-test-files-111122223333-eu-central-1 and the secrets, in the stack stagepost-test-data.',
    );
    expect(told.at(-1)).toContain('aws dynamodb delete-table --region eu-central-1 --table-name stagepost-test');
  });

  it('needs no configuration that is right', async () => {
    const { deps } = stand({ readDeployment: fails('wrong') });
    expect(await destroyHub(ASK, { ...deps, synthesizeNames })).toBe(0);
  });

  it('begins nothing without an account, a name, and somebody to ask', async () => {
    const { deps, done } = stand({
      hasTerminal: false,
      aws: { account: fails('no credentials.') },
      variables: { AWS_REGION: 'eu-central-1', STAGEPOST_NAME: 'X' },
    });
    await expect(destroyHub(ASK, { ...deps, synthesizeNames })).rejects.toThrow(
      /Nothing was removed\.[\s\S]*no credentials\.[\s\S]*STAGEPOST_NAME[\s\S]*add --yes/,
    );
    expect(done).toEqual([]);
  });

  it('does not speak of what stays when it failed', async () => {
    const { deps, told } = stand({ cdk: async () => 1 });
    expect(await destroyHub(ASK, { ...deps, synthesizeNames })).toBe(1);
    expect(told.join()).not.toContain('The data stays');
  });
});
