import { describe, expect, it } from 'vitest';
import type { AwsCli } from '../../cdk/aws-cli.ts';
import { compareWithDeployed } from '../../cdk/check-deployed.ts';
import type { Findings } from '../../cdk/check-taken.ts';
import { createTemplates, TEST_DEPLOYMENT } from './templates.ts';

const PLACE = { account: '111122223333', region: 'eu-central-1' };
const BUCKET = 'stagepost-test-files-111122223333-eu-central-1';
const { data, app } = createTemplates();
const dataTemplate = data.toJSON();
const appTemplate = app.toJSON();
const ASSEMBLY = {
  folder: '/out',
  dataStack: 'stagepost-test-data',
  appStack: 'stagepost-test-app',
  dataTemplate,
  appTemplate,
};
const [FIRST_SECRET, SECOND_SECRET] = ['stagepost/crm-main', 'stagepost/sign-main'];

interface Account {
  /** Templates with the state of their stacks. */
  readonly stacks?: Readonly<Record<string, readonly [unknown, string | undefined]>>;
  readonly taken?: readonly string[];
  readonly letGo?: readonly string[];
  readonly forbidden?: string;
}

/** Compares with an account in which there is this; also answers what was asked for. */
async function compare(account: Account): Promise<Findings & { readonly asked: readonly string[] }> {
  const { stacks = {}, taken = [], letGo = [], forbidden } = account;
  const asked: string[] = [];
  const never = (): Promise<never> => Promise.reject(new Error('is not asked here'));
  const aws: AwsCli = {
    account: never,
    region: never,
    bootstrapVersion: never,
    certificate: never,
    secretHasValue: never,
    template: async (stack) => stacks[stack]?.[0] as object | undefined,
    stackStatus: async (stack) => stacks[stack]?.[1],
    exists: async (kind, name) => {
      asked.push(`${kind} ${name}`);
      if (forbidden !== undefined) throw new Error(forbidden);
      return taken.includes(name);
    },
  };
  return { ...(await compareWithDeployed(ASSEMBLY, { deployment: TEST_DEPLOYMENT, place: PLACE, letGo }, aws)), asked };
}

const WHOLE = {
  'stagepost-test-data': [dataTemplate, 'UPDATE_COMPLETE'],
  'stagepost-test-app': [appTemplate, 'UPDATE_COMPLETE'],
} as const;

const EVERYTHING_LEFT = [
  `There is no stack stagepost-test-data, but what it would make exists already: the table stagepost-test, the bucket ${BUCKET}. Take it in with \`npx cdk import Data\`, delete it (docs/deploy.md, "The first deployment failed half way"), or give this deployment another STAGEPOST_NAME.`,
  'Secrets that exist already, outside the stack stagepost-test-data: stagepost/crm-main, stagepost/sign-main. If they are another deployment\'s, name others in this configuration ("secret:" in the connection). If they were left behind, take them in with `npx cdk import Data` or delete them (docs/deploy.md, "The first deployment failed half way").',
];
const ALL_NAMES = ['stagepost-test', BUCKET, FIRST_SECRET, SECOND_SECRET];

describe('names that are taken', () => {
  it('are asked for before a first deployment, and nothing is wrong when there are none', async () => {
    expect(await compare({})).toEqual({
      problems: [],
      notes: [],
      asked: [`secret ${FIRST_SECRET}`, `secret ${SECOND_SECRET}`, 'table stagepost-test', `bucket ${BUCKET}`],
    });
  });

  it('are all told at once after the data stack was deleted', async () => {
    expect((await compare({ taken: ALL_NAMES })).problems).toEqual(EVERYTHING_LEFT);
  });

  it('are not asked for when the stack has them', async () => {
    expect(await compare({ stacks: WHOLE, taken: ALL_NAMES })).toEqual({ problems: [], notes: [], asked: [] });
  });

  it('are asked for when a connection comes back whose secret was left behind', async () => {
    const without = Object.fromEntries(
      Object.entries(dataTemplate.Resources).filter(([id]) => !id.startsWith('Secretsignmain')),
    );
    expect(Object.keys(without).length).toBe(Object.keys(dataTemplate.Resources).length - 1);
    const stacks = { ...WHOLE, 'stagepost-test-data': [{ Resources: without }, 'UPDATE_COMPLETE'] } as const;
    const { problems, asked } = await compare({ stacks, taken: ALL_NAMES });
    expect(asked).toEqual([`secret ${SECOND_SECRET}`]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('outside the stack stagepost-test-data: stagepost/sign-main.');
  });

  it('forbid nothing when they may not be looked at, and that is said', async () => {
    const { problems, notes } = await compare({ forbidden: 'AccessDenied' });
    expect(problems).toEqual([]);
    expect(notes).toEqual([
      'Whether the secret stagepost/crm-main exists already cannot be told: AccessDenied',
      'Whether the secret stagepost/sign-main exists already cannot be told: AccessDenied',
      'Whether the table stagepost-test exists already cannot be told: AccessDenied',
      `Whether the bucket ${BUCKET} exists already cannot be told: AccessDenied`,
    ]);
  });
});

describe('a data stack that was never made to the end', () => {
  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED'])(
    'in the state %s has to be deleted, and what it left is told',
    async (status) => {
      const stacks = { 'stagepost-test-data': [dataTemplate, status] } as const;
      expect((await compare({ stacks, taken: ALL_NAMES })).problems).toEqual([
        `The stack stagepost-test-data was never made to the end (${status}) and can only be deleted: docs/deploy.md, "The first deployment failed half way".`,
        ...EVERYTHING_LEFT,
      ]);
    },
  );

  it('is no obstacle when only its changes were looked at', async () => {
    const stacks = { 'stagepost-test-data': [dataTemplate, 'REVIEW_IN_PROGRESS'] } as const;
    expect((await compare({ stacks })).problems).toEqual([]);
  });
});

describe('what runs', () => {
  const domain = {
    name: 'hooks.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b',
  };
  const named = createTemplates({ deployment: { ...TEST_DEPLOYMENT, domain } }).app.toJSON();
  const withDomain = (status: string | undefined) => ({ ...WHOLE, 'stagepost-test-app': [named, status] }) as const;

  it('keeps what variables asked for, unless it is let go', async () => {
    const stacks = withDomain('UPDATE_COMPLETE');
    expect((await compare({ stacks })).problems.join()).toContain('The domain hooks.example.com would be taken away');
    expect((await compare({ stacks, letGo: ['domain'] })).problems).toEqual([]);
  });

  // Of a stack that is gone the template may still be answered.
  it.each(['ROLLBACK_COMPLETE', 'DELETE_COMPLETE', undefined])('is not asked about in the state %s', async (status) => {
    expect((await compare({ stacks: withDomain(status) })).problems).toEqual([]);
  });
});
