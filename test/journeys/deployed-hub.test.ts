import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import { codeBlocks } from '../docs/markdown.ts';
import { accountOf, type Handler, type RunOptions, stagepost } from './deployed-hub.ts';
import { dealIdOf, type Stand, startStand } from './hub-stand.ts';
import { postWebhook, quarantine, stageEvent } from './signed-webhook.ts';

const AWS = { STAGEPOST_URL: 'http://127.0.0.1:9', AWS_REGION: 'us-east-1' };

let stand: Stand;
let folder: string;
let recordId: string;
let dealId: string;
beforeAll(async () => {
  stand = await startStand({ edit: (yaml) => yaml.replace('    approval: none', '    approval: hub') });
  folder = await mkdtemp(join(tmpdir(), 'stagepost-deployed-'));
  ({ recordId, dealId } = await waitingForApproval());
});
afterAll(async () => {
  await stand.stop();
  await rm(folder, { recursive: true, force: true });
});

async function waitingForApproval() {
  const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Procurement' });
  await contractIs(id, 'awaiting-approval');
  await stand.whenQuiet();
  return { recordId: id, dealId: dealIdOf(id) };
}

async function contractIs(record: string, state: string): Promise<void> {
  await until(`the contract is ${state}`, async () => {
    const contract = await stand.hub.store.loadContract(dealIdOf(record), 1);
    return contract?.state === state ? contract : undefined;
  });
}

/** Against the deployment called acme, as its owner would; nothing listens at the local hub's address. */
function inAws(args: readonly string[], asked: string[] = [], options: RunOptions = {}) {
  return stagepost(stand, ['--aws', '--name', 'acme', ...args], {
    handler: accountOf(stand, asked),
    variables: AWS,
    ...options,
  });
}

/** The actions of IAM that calls need. */
function rightsFor(asked: readonly string[]): readonly string[] {
  return [...new Set(asked)].map((call) => call.replace('s3 GET', 's3 GetObject').replace(' ', ':')).toSorted();
}

/** The actions of each policy that the page shows, in their order there. */
const policies = codeBlocks(readFileSync('docs/looking-into-it.md', 'utf8'))
  .filter(({ language }) => language === 'json')
  .map(
    ({ code }) =>
      (JSON.parse(code) as { readonly Statement: readonly { readonly Action: readonly string[] }[] }).Statement,
  )
  .map((statements) => statements.flatMap(({ Action }) => Action).toSorted());

/** An event that nothing can be made of. */
async function unreadable(): Promise<string> {
  await postWebhook(stand, [{ ...stageEvent('4711', '1100000006', stand.clock.nowMs()), portalId: 77 }]);
  await stand.whenQuiet();
  return (await quarantine(stand)).at(-1)?.id ?? '';
}

describe('what looks', () => {
  it.each([
    ['connections'],
    ['connections --json'],
    ['deals'],
    ['deals --stage procurement --json'],
    ['deal <deal>'],
    ['deal <deal> --json'],
    ['deliveries'],
    ['trace <delivery>'],
    ['trace <delivery> --json'],
    ['trace 01ARYZ6S410000000000000000'],
    ['quarantine'],
    ['quarantine --all --json'],
    ['remap <deal>'],
    ['deal nobody.1'],
    ['deals --limit 0'],
    ['config check'],
  ])('says the same of a hub in AWS as of one on this machine: %s', async (line) => {
    const { signals } = await stand.items(recordId);
    const delivery = signals[0]?.deliveryId ?? '';
    const args = line.replace('<deal>', dealId).replace('<delivery>', delivery).split(' ');
    const there = await inAws(args);
    expect(there).toEqual(await stagepost(stand, args));
    expect(there.out + there.errors).not.toBe('');
  });

  it('needs the rights that its page lists, and no others', async () => {
    const asked: string[] = [];
    await inAws(['deal', dealId], asked);
    await inAws(['deals'], asked);
    await inAws(['deliveries'], asked);
    expect(rightsFor(asked)).toEqual(['dynamodb:GetItem', 'dynamodb:Query']);
    expect(policies[0]).toEqual(['dynamodb:GetItem', 'dynamodb:Query']);
  });
});

describe('what acts', () => {
  it('wakes the workers by their queues, in the name of whoever asked', async () => {
    const asked: string[] = [];
    const said = await inAws(['retry', dealId, '--as', 'Ada'], asked);
    expect(said).toEqual({ code: 0, out: `every worker looks at ${dealId} again now\n`, errors: '' });
    expect(asked.filter((call) => call === 'sqs SendMessage')).toHaveLength(4);
    expect(rightsFor(asked)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    await stand.whenQuiet();
    const { decisions } = await stand.items(recordId);
    expect(decisions.some(({ reason }) => reason.sentence === 'Ada asked for another look')).toBe(true);
  });

  it('approves a contract, and the workers send it', async () => {
    const said = await inAws(['approve', dealId, '1']);
    expect([said.code, said.errors]).toEqual([0, '']);
    expect(said.out).toContain('contract 1 is approved and goes out now\n');
    await contractIs(recordId, 'sent');
    await stand.whenQuiet();
  });

  it('takes it back', async () => {
    const said = await inAws(['void', dealId, '1', '--reason', 'wrong price']);
    expect(said).toEqual({ code: 0, out: 'contract 1 is voided now\n', errors: '' });
    await contractIs(recordId, 'voided');
    await stand.whenQuiet();
  });

  it('maps the history again', async () => {
    const said = await inAws(['remap', dealId, '--apply']);
    expect(said).toEqual({
      code: 0,
      out: `the history means the same under configuration 1; every worker looks at ${dealId} again now\n`,
      errors: '',
    });
    await stand.whenQuiet();
  });

  it('puts what is in quarantine through the inbox again', async () => {
    const id = await unreadable();
    const delivery = id.split('.')[0];
    const said = await inAws(['replay', id]);
    expect(said).toEqual({ code: 0, out: `delivery ${delivery} goes through the inbox again\n`, errors: '' });
    // It could not be understood this time either: it is back, and open again.
    await until('it is back', async () => (await quarantine(stand)).find((entry) => entry.id === id));
    await stand.whenQuiet();
  });

  it('reads what is too large for the table out of the bucket of the deployment', async () => {
    const filler = 'x'.repeat(120_000);
    await postWebhook(stand, [{ ...stageEvent('4712', '1100000006', stand.clock.nowMs()), portalId: 77, filler }]);
    await stand.whenQuiet();
    const asked: string[] = [];
    const said = await inAws(['replay', await largeOne()], asked);
    expect([said.code, said.errors]).toEqual([0, '']);
    expect(rightsFor(asked)).toContain('s3:GetObject');
    expect(rightsFor(asked).filter((right) => !policies.flat().includes(right))).toEqual([]);
    expect(policies[1]).toEqual([
      'dynamodb:PutItem',
      's3:GetObject',
      's3:ListBucket',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    await stand.whenQuiet();
  });

  it('sets up with the keys of the deployment, and says where they belong when there are none', async () => {
    const asked: string[] = [];
    const args = ['setup', 'hubspot', '--config', join(process.cwd(), 'stagepost.config.yaml'), '--out', 'there'];
    const there = await inAws(args, asked, { folder });
    expect([there.code, there.errors, asked]).toEqual([0, '', ['secretsmanager GetSecretValue']]);
    expect(there.out).not.toContain('The secret is not there yet');

    const yaml = await readFile('stagepost.config.yaml', 'utf8');
    await writeFile(join(folder, 'other.yaml'), yaml.replaceAll('hubspot-main', 'hubspot-other'));
    const missing = await inAws(['setup', 'hubspot', '--config', 'other.yaml', '--out', 'other'], [], { folder });
    expect(missing.out).toContain(
      'The secret is not there yet.\nPut this into the secret stagepost/hubspot-other (aws secretsmanager put-secret-value, docs/deploy.md):\n  {"signingKeys":',
    );
  });
});

/** The id of an entry whose delivery lies in a file. */
async function largeOne(): Promise<string> {
  for (const { id } of await quarantine(stand)) {
    if ((await stand.hub.store.loadQuarantine(id))?.fileKey !== undefined) return id;
  }
  throw new Error('nothing in quarantine lies in a file');
}

describe('which hub is meant', () => {
  const handler = () => accountOf(stand);

  it.each([
    ['--aws and the variable of the name', ['deals', '--aws'], { STAGEPOST_NAME: 'acme' }],
    ['--name alone', ['deals', '--name', 'acme'], {}],
    ['the variable STAGEPOST_AWS', ['deals'], { STAGEPOST_AWS: '1', STAGEPOST_NAME: 'acme' }],
  ])('is said by %s', async (_, args, variables) => {
    const said = await stagepost(stand, args, { handler: handler(), variables: { ...AWS, ...variables } });
    expect([said.code, said.errors]).toEqual([0, '']);
    expect(said.out).toContain(dealId);
  });

  it('is the one on this machine when nothing is said, whatever a deployment would be called', async () => {
    const unused: Handler = () => {
      throw new Error('nobody asks AWS');
    };
    for (const STAGEPOST_AWS of ['', '0']) {
      const said = await stagepost(stand, ['deals'], {
        handler: unused,
        variables: { STAGEPOST_AWS, STAGEPOST_NAME: 'acme' },
      });
      expect([said.code, said.errors]).toEqual([0, '']);
    }
  });

  it('has to be said clearly', async () => {
    const said = await stagepost(stand, ['deals'], { variables: { STAGEPOST_AWS: 'yes' } });
    expect(said.errors).toBe('STAGEPOST_AWS is "yes".\nWrite 1 for the hub in AWS, 0 or nothing for this machine.\n');
  });

  it('is named when there is none', async () => {
    const said = await inAws(['deals', '--name', 'other']);
    expect(said).toEqual({
      code: 1,
      out: '',
      errors:
        'There is no hub called "other" in us-east-1: it has no table there.\nName another deployment with --name <name> or STAGEPOST_NAME, another region with AWS_REGION.\n',
    });
  });
});

describe('what AWS refuses', () => {
  /** Fails every call of a service, before or after AWS was reached. */
  function refusing(service: string, fail: () => Promise<unknown>): Handler {
    const account = accountOf(stand);
    return (each) => (each === service ? { ...account(each), handle: fail as never } : account(each));
  }

  function answer(type: string, message: string, statusCode = 400) {
    return async () => ({
      response: {
        statusCode,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: Buffer.from(JSON.stringify({ __type: type, message })),
      },
    });
  }

  const thrown = (name: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { name }));

  it.each([
    [
      'a sign-in that has run out',
      'dynamodb',
      thrown('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
      ['deals'],
      'Your sign-in to AWS has run out.\nSign in again: aws sso login\n',
    ],
    [
      'a token that has run out',
      'dynamodb',
      answer('ExpiredTokenException', 'The security token included in the request is expired'),
      ['deal', 'x'],
      'AWS does not take these credentials (ExpiredTokenException): they have run out, or are not right.\nSign in again (aws sso login), or name another profile: AWS_PROFILE=<profile> npx stagepost ...\n',
    ],
    [
      'a right that is missing at the table',
      'dynamodb',
      answer(
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/ada is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:1:table/acme',
      ),
      ['deals'],
      'These credentials may not do dynamodb:Query on arn:aws:dynamodb:us-east-1:1:table/acme.\nHave that right given to you, or use another profile; docs/looking-into-it.md lists what is needed.\n',
    ],
    [
      'a right that is missing at a queue',
      'sqs',
      answer(
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/ada is not authorized to perform: sqs:getqueueurl on resource: arn:aws:sqs:us-east-1:1:acme-send-contract-hubspot',
        403,
      ),
      ['retry', '<deal>'],
      'These credentials may not do sqs:getqueueurl on arn:aws:sqs:us-east-1:1:acme-send-contract-hubspot.\nHave that right given to you, or use another profile; docs/looking-into-it.md lists what is needed.\n',
    ],
    [
      'a queue that is missing',
      'sqs',
      answer('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.'),
      ['retry', '<deal>'],
      'The hub "acme" in us-east-1 has no such queue; is all of it deployed?\nName another deployment with --name <name> or STAGEPOST_NAME, another region with AWS_REGION.\n',
    ],
  ] as const)('is told in a sentence with what to do: %s', async (_, service, fail, args, errors) => {
    const said = await inAws(
      args.map((arg) => arg.replace('<deal>', dealId)),
      [],
      { handler: refusing(service, fail) },
    );
    expect(said).toEqual({ code: 1, out: '', errors });
  });
});
