import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ORG_ID,
  records,
  refusal,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
  TOKEN,
  tokenReply,
} from '../../../../test/conformance/scripted-salesforce.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';

let salesforce: ScriptedSalesforce | undefined;
afterEach(() => salesforce?.stop());

const ORG = request.query('SELECT Id FROM Organization');
const FOUND = records({ Id: ORG_ID });
const EXPIRED = refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
const signingKeys = ['0123456789abcdef'];
const credentials: ConnectionSecret = { signingKeys, clientId: 'client', clientSecret: 's3cret' };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const jwt: ConnectionSecret = { signingKeys, clientId: 'client', privateKey: pem };
const denied = (error: string, error_description: string) => ({ status: 400, body: { error, error_description } });
const tokensUsed = (server: ScriptedSalesforce) =>
  server.requests.filter(({ path }) => path !== '/services/oauth2/token').map(({ headers }) => headers.authorization);
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown as Error,
  );

async function start(
  secret: ConnectionSecret,
  options: { stored?: ConnectionSecret; settings?: Record<string, unknown> } = {},
): Promise<ScriptedSalesforce> {
  let current = secret;
  salesforce = await startScriptedSalesforce({
    readSecret: async (how) => {
      if (how?.refresh === true) current = options.stored ?? secret;
      return current;
    },
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  salesforce.on(ORG, FOUND);
  return salesforce;
}

describe('the grant by client credentials', () => {
  it('gives a token for a form, with the secret neither in the URL nor in a header', async () => {
    const server = await start(credentials);
    await server.crm.check();
    expect(server.lines()).toEqual([TOKEN, ORG]);
    expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    expect(server.requests[0]?.body).toBe('grant_type=client_credentials&client_id=client&client_secret=s3cret');
    expect(tokensUsed(server)).toEqual(['Bearer token-1']);
  });

  it('is asked once by callers at the same time, and not again while the token is good', async () => {
    const server = await start(credentials);
    await Promise.all([server.crm.check(), server.crm.check(), server.crm.check()]);
    server.clock.advance(86_400_000);
    await server.crm.check();
    expect(server.lines().filter((line) => line === TOKEN)).toHaveLength(1);
  });

  it('is asked again when Salesforce refuses the token, and the request is made once more', async () => {
    const server = await start(credentials);
    server.on(TOKEN, tokenReply(server, 'token-1'), tokenReply(server, 'token-2'));
    server.on(ORG, EXPIRED, FOUND);
    expect(await server.crm.check()).toEqual({ accountId: ORG_ID });
    expect(tokensUsed(server)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('sends a write once more too, because a refused token means that nothing was done', async () => {
    const server = await start(credentials);
    server.on(TOKEN, tokenReply(server, 'token-1'), tokenReply(server, 'token-2'));
    const remove = request.remove('Task', '00T5g00000TtAaAEAV');
    server.on(remove, EXPIRED, { status: 204 });
    await server.crm.deleteTask('00T5g00000TtAaAEAV');
    expect(server.calls()).toEqual([remove, remove]);
  });

  it('takes up a secret that was stored after the old one died', async () => {
    const server = await start(credentials, { stored: { ...credentials, clientSecret: 'n3w' } });
    server.on(TOKEN, denied('invalid_client', 'invalid client credentials'), tokenReply(server, 'token-9'));
    expect(await server.crm.check()).toEqual({ accountId: ORG_ID });
    expect(tokensUsed(server)).toEqual(['Bearer token-9']);
  });

  it('leaves no doubt about a write that never went out because no token was to be had', async () => {
    const server = await start(credentials);
    server.on(TOKEN, { status: 503, body: {} });
    await expect(server.crm.deleteTask('00T5g00000TtAaAEAV')).rejects.toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 5_000 },
      done: 'no',
    });
  });

  it('is not usable when the answer holds no token', async () => {
    const server = await start(credentials);
    server.on(TOKEN, { body: { hello: 'world' } });
    await expect(server.crm.check()).rejects.toMatchObject({ code: 'crm.unauthorized', retry: 'never' });
  });

  it('is of no use when it is for another org than the configuration says', async () => {
    const server = await start(credentials, { settings: { orgId: '00D000000000001EAA' } });
    await expect(server.crm.readDeal('0065g00000AbCdEAAV', [])).rejects.toMatchObject({
      code: 'crm.settings',
      message: `connection salesforce-main names the org 00D000000000001EAA, but at ${server.url} answers the org 00D5g000004AbCdEAK; correct orgId or instanceUrl`,
      retry: 'never',
    });
    expect(server.lines()).toEqual([TOKEN]);
  });

  it.each([
    ['https://evil.example'],
    ['https://acme.my.salesforce.com'],
    ['http://127.0.0.1:1/elsewhere'],
    ['nonsense'],
  ])('does not carry the token to %s, whoever says so', async (instance_url) => {
    const server = await start(credentials);
    server.on(TOKEN, { body: { access_token: 'token-1', instance_url } });
    await expect(server.crm.check()).rejects.toMatchObject({
      code: 'crm.unauthorized',
      message: 'Salesforce sends connection salesforce-main to an address that is not one of an org; check instanceUrl',
    });
    expect(server.lines()).toEqual([TOKEN]);
  });
});

describe('the grant by a signed assertion', () => {
  it.each([
    ['production', 'https://login.salesforce.com'],
    ['sandbox', 'https://test.salesforce.com'],
  ])('says in %s who asks for whom, for two minutes counted in seconds', async (environment, audience) => {
    const server = await start(jwt, { settings: { environment, username: 'hub@acme.example' } });
    await server.crm.check();
    const form = new URLSearchParams(String(server.requests[0]?.body));
    expect([...form.keys()]).toEqual(['grant_type', 'assertion']);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = form.get('assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256' });
    expect(decodeJwt(assertion)).toEqual({
      iss: 'client',
      sub: 'hub@acme.example',
      aud: audience,
      exp: 1_795_424_520,
    });
    await jwtVerify(assertion, publicKey, { currentDate: new Date('2026-11-23T09:01:00Z') });
  });

  it('takes a key whose line ends were written out, and one in the older form', async () => {
    for (const key of [pem.replaceAll('\n', '\\n'), privateKey.export({ type: 'pkcs1', format: 'pem' }) as string]) {
      const server = await start({ ...jwt, privateKey: key }, { settings: { username: 'hub@acme.example' } });
      expect(await server.crm.check()).toEqual({ accountId: ORG_ID });
      await server.stop();
    }
  });

  it('needs the name of the user', async () => {
    const server = await start(jwt);
    await expect(server.crm.check()).rejects.toMatchObject({
      code: 'crm.settings',
      message:
        'connection salesforce-main has a private key but no username; add the user name of the integration user to its settings',
      retry: 'never',
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['is none', 'not a key'],
    ['is not RSA', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string],
  ])('says so when the key %s, and does not quote it', async (_what, key) => {
    const server = await start({ ...jwt, privateKey: key }, { settings: { username: 'hub@acme.example' } });
    const error = await thrownBy(server.crm.check());
    expect(error).toMatchObject({
      code: 'crm.unauthorized',
      message:
        'the private key in the secret of connection salesforce-main cannot be used; store the whole PEM text of an RSA key as "privateKey"',
    });
    expect(error).not.toHaveProperty('cause');
  });
});

describe('a grant that Salesforce refuses', () => {
  it.each([
    ['invalid_grant', 'no client credentials user enabled', 'choose the user it runs as in the app'],
    ['invalid_grant', "user hasn't approved this consumer", "pre-authorise the integration user's profile"],
    ['invalid_app_access', 'user is not admin approved to access this app', 'pre-authorise'],
    ['invalid_grant', 'Audience validation failed', 'check "environment" in the settings'],
    ['invalid_grant', 'expired authorization code', "check this machine's clock"],
    ['invalid_grant', 'invalid assertion', 'check that the private key belongs to the certificate'],
    ['inactive_user', 'user inactive', 'activate the integration user'],
    ['invalid_grant', 'ip restricted', 'IP restrictions'],
    ['invalid_client', 'invalid client credentials', "store the app's consumer key and secret"],
    ['invalid_client_id', 'client identifier invalid', "store the app's consumer key and secret"],
    ['something_new', 'never seen before', 'check the External Client App and its integration user'],
  ])('names what to mend for %s: %s', async (error, description, remedy) => {
    const server = await start(credentials);
    server.on(TOKEN, denied(error, description));
    const thrown = await thrownBy(server.crm.check());
    expect(thrown).toMatchObject({ code: 'crm.unauthorized', retry: 'never', done: 'no' });
    expect(thrown.message).toContain(`Salesforce refuses the client credentials of the app (${error}); `);
    expect(thrown.message).toContain(remedy);
    expect(thrown.message).toContain('connection salesforce-main');
  });

  it('never repeats what it was sent', async () => {
    const server = await start(credentials);
    server.on(TOKEN, denied('invalid_grant s3cret', 'no such secret: s3cret of client'));
    const error = await thrownBy(server.crm.check());
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('s3cret');
  });

  it.each([
    ['unknown_error', 'retry your request', { code: 'crm.unavailable', retry: { afterMs: 5_000 } }],
    ['invalid_grant', 'login rate exceeded', { code: 'crm.rate-limited', retry: { afterMs: 60_000 } }],
  ])('is only a matter of time for %s: %s', async (error, description, expected) => {
    const server = await start(credentials);
    server.on(TOKEN, denied(error, description), tokenReply(server, 'token-1'));
    await expect(server.crm.check()).rejects.toMatchObject({ ...expected, done: 'no' });
    expect(await server.crm.check()).toEqual({ accountId: ORG_ID });
  });

  it('is not asked about again for a minute', async () => {
    const server = await start(credentials);
    server.on(TOKEN, denied('invalid_grant', 'no client credentials user enabled'));
    const first = await thrownBy(server.crm.check());
    server.clock.advance(59_999);
    expect(await thrownBy(server.crm.readDeal('0065g00000AbCdEAAV', []))).toMatchObject({
      code: 'crm.unauthorized',
      message: first.message,
      // Nobody has asked again: it may be mended.
      retry: { afterMs: 1 },
    });
    expect(server.lines()).toEqual([TOKEN]);
    server.clock.advance(1);
    server.on(TOKEN, tokenReply(server, 'token-1'));
    expect(await server.crm.check()).toEqual({ accountId: ORG_ID });
  });
});

describe('an org that refuses every token', () => {
  it('is asked twice, and then not for a minute', async () => {
    const server = await start(credentials);
    server.on(TOKEN, tokenReply(server, 'token-1'), tokenReply(server, 'token-2'), tokenReply(server, 'token-3'));
    server.on(ORG, EXPIRED);
    const expected = {
      code: 'crm.unauthorized',
      message:
        'Salesforce refuses even a token that the client credentials of the app had only just been given; for connection salesforce-main check that the app has the scope "api" and that neither it nor the integration user is restricted to other IP addresses or hours',
    };
    await expect(server.crm.check()).rejects.toMatchObject({ ...expected, retry: 'never' });
    await expect(server.crm.check()).rejects.toMatchObject({ ...expected, retry: { afterMs: 60_000 } });
    expect(server.lines()).toEqual([TOKEN, ORG, TOKEN, ORG]);
    server.clock.advance(60_000);
    server.on(ORG, EXPIRED, FOUND);
    expect(await server.crm.check()).toEqual({ accountId: ORG_ID });
  });

  it('renews no second time in one call of the port', async () => {
    const server = await start(credentials);
    server.on(TOKEN, tokenReply(server, 'token-1'), tokenReply(server, 'token-2'), tokenReply(server, 'token-3'));
    const describeTask = request.describe('Task');
    const create = request.create('Task');
    server.on(describeTask, EXPIRED, { body: { fields: [{ name: 'Id' }] } });
    server.on(create, EXPIRED);
    const task = { effectKey: 'k', title: 't', body: 'b', priority: 'low', ownerId: undefined } as const;
    await expect(
      server.crm.createTask('0065g00000AbCdEAAV', { ...task, dueAtMs: 0, dueDate: '2026-11-24' }),
    ).rejects.toMatchObject({ code: 'crm.unauthorized', done: 'no' });
    expect(server.lines()).toEqual([TOKEN, describeTask, TOKEN, describeTask, create]);
  });
});

describe('a secret that is not complete', () => {
  it('is told before any request goes out', async () => {
    const server = await start({ signingKeys, clientId: 'client' });
    await expect(server.crm.check()).rejects.toMatchObject({
      code: 'crm.unauthorized',
      message:
        'the secret of connection salesforce-main is not complete: the secret needs clientSecret (client credentials) or privateKey (JWT bearer, PEM) beside clientId',
    });
    expect(server.requests).toEqual([]);
  });
});
