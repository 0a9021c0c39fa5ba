import { afterEach, describe, expect, it } from 'vitest';
import { NOW_MS, type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';

let hubspot: ScriptedHubSpot | undefined;
afterEach(() => hubspot?.stop());

const DETAILS = 'GET /account-info/v3/details';
const TOKEN = 'POST /oauth/v1/token';
const ACCOUNT = { body: { portalId: 24681012 } };
const EXPIRED = { status: 401, body: { status: 'error', category: 'EXPIRED_AUTHENTICATION', message: 'expired' } };
const tokenReply = (access_token: string, refresh_token = 'refresh-1') => ({
  body: { access_token, refresh_token, expires_in: 1800, token_type: 'bearer' },
});
const oauth: ConnectionSecret = {
  signingKeys: ['k'],
  clientId: 'client',
  clientSecret: 's3cret',
  refreshToken: 'refresh-1',
};
const tokensUsed = (server: ScriptedHubSpot) =>
  server.requests.filter(({ path }) => path !== '/oauth/v1/token').map(({ headers }) => headers.authorization);

async function start(secret: ConnectionSecret, stored: ConnectionSecret = secret): Promise<ScriptedHubSpot> {
  let current = secret;
  hubspot = await startScriptedHubSpot({
    readSecret: async (options) => {
      if (options?.refresh === true) current = stored;
      return current;
    },
  });
  hubspot.on(DETAILS, ACCOUNT);
  return hubspot;
}

describe('the token of a private app', () => {
  it('is read again when HubSpot refuses it, and the request is made once more', async () => {
    const server = await start({ signingKeys: ['k'], accessToken: 'old' }, { signingKeys: ['k'], accessToken: 'new' });
    server.on(DETAILS, EXPIRED, ACCOUNT);
    expect(await server.crm.check()).toEqual({ accountId: '24681012' });
    expect(tokensUsed(server)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('is not tried twice when nobody stored another one', async () => {
    const server = await start({ signingKeys: ['k'], accessToken: 'old' });
    server.on(DETAILS, EXPIRED);
    await expect(server.crm.check()).rejects.toMatchObject({
      code: 'crm.unauthorized',
      message:
        'HubSpot refuses the access token of the private app; renew it and store it in the secret of connection hubspot-main',
      retry: 'never',
      done: 'no',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is tried twice at most', async () => {
    const server = await start({ signingKeys: ['k'], accessToken: 'old' }, { signingKeys: ['k'], accessToken: 'new' });
    server.on(DETAILS, EXPIRED);
    await expect(server.crm.check()).rejects.toMatchObject({ code: 'crm.unauthorized' });
    expect(server.requests).toHaveLength(2);
  });
});

describe('the grant of an OAuth app', () => {
  it('gives a token by its refresh token, sent in the form and not in the URL', async () => {
    const server = await start(oauth);
    server.on(TOKEN, tokenReply('access-1'));
    await server.crm.check();
    expect(server.lines()).toEqual([TOKEN, DETAILS]);
    expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    expect(server.requests[0]?.body).toBe(
      'grant_type=refresh_token&client_id=client&client_secret=s3cret&refresh_token=refresh-1',
    );
    expect(tokensUsed(server)).toEqual(['Bearer access-1']);
  });

  it('keeps the token until a minute before its end', async () => {
    const server = await start(oauth);
    server.on(TOKEN, tokenReply('access-1'), tokenReply('access-2'));
    await server.crm.check();
    server.clock.advance(1_739_999);
    await server.crm.check();
    server.clock.advance(1);
    await server.crm.check();
    expect(tokensUsed(server)).toEqual(['Bearer access-1', 'Bearer access-1', 'Bearer access-2']);
  });

  it('is used once by callers at the same time', async () => {
    const server = await start(oauth);
    server.on(TOKEN, tokenReply('access-1'));
    await Promise.all([server.crm.check(), server.crm.check(), server.crm.check()]);
    expect(server.lines().filter((line) => line === TOKEN)).toHaveLength(1);
  });

  it('is used again once when HubSpot refuses the token before its time', async () => {
    const server = await start(oauth);
    server.on(TOKEN, tokenReply('access-1'), tokenReply('access-2'));
    server.on(DETAILS, EXPIRED, ACCOUNT);
    expect(await server.crm.check()).toEqual({ accountId: '24681012' });
    expect(tokensUsed(server)).toEqual(['Bearer access-1', 'Bearer access-2']);
  });

  it('follows a refresh token that HubSpot replaces', async () => {
    const server = await start(oauth);
    server.on(TOKEN, tokenReply('access-1', 'refresh-2'), tokenReply('access-2', 'refresh-2'));
    await server.crm.check();
    server.clock.advance(1_800_000);
    await server.crm.check();
    const forms = server.requests.filter(({ path }) => path === '/oauth/v1/token').map(({ body }) => String(body));
    expect(forms.map((form) => form.split('refresh_token=').at(-1))).toEqual(['refresh-1', 'refresh-2']);
  });

  it('takes up a refresh token that was stored after the old one died', async () => {
    const server = await start(oauth, { ...oauth, refreshToken: 'refresh-9' });
    server.on(TOKEN, { status: 400, body: { status: 'BAD_REFRESH_TOKEN' } }, tokenReply('access-9'));
    expect(await server.crm.check()).toEqual({ accountId: '24681012' });
    expect(tokensUsed(server)).toEqual(['Bearer access-9']);
  });

  it('says what to do when the refresh token is dead, without telling it', async () => {
    const server = await start(oauth);
    const message = 'missing or invalid refresh token refresh-1';
    server.on(TOKEN, { status: 400, body: { status: 'BAD_REFRESH_TOKEN', message } });
    const error = await server.crm.check().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({
      code: 'crm.unauthorized',
      message:
        'HubSpot refuses the refresh token of the OAuth app; install the app again in the account and store the new refresh token in the secret of connection hubspot-main',
      retry: 'never',
    });
    expect(JSON.stringify(error)).not.toContain('refresh-1');
  });

  it('leaves no doubt about a write that never went out because no token was to be had', async () => {
    const server = await start(oauth);
    server.on(TOKEN, { status: 503, body: {} });
    await expect(server.crm.writeStage('501', { stageId: '1' })).rejects.toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 5_000 },
      done: 'no',
    });
    expect(server.clock.nowMs()).toBe(NOW_MS);
  });

  it('is not usable when the answer holds no token', async () => {
    const server = await start(oauth);
    server.on(TOKEN, { body: { hello: 'world' } });
    await expect(server.crm.check()).rejects.toMatchObject({ code: 'crm.unauthorized' });
  });
});

describe('a secret that is not complete', () => {
  it('is told before any request goes out', async () => {
    const server = await start({ signingKeys: ['k'], clientId: 'client' });
    await expect(server.crm.check()).rejects.toMatchObject({
      code: 'crm.unauthorized',
      message:
        'the secret of connection hubspot-main is not complete: the secret needs accessToken (private app), or clientId, clientSecret and refreshToken (OAuth app)',
    });
    expect(server.requests).toEqual([]);
  });
});
