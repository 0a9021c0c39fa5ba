import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { Connection } from 'jsforce/lib/connection.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  API,
  CLIENT_ID,
  CLIENT_SECRET,
  ORG_ID,
  START_MS,
  startTestStand,
  type TestStand,
  USERNAME,
} from './test-stand.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwtPublicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const NOW_SECONDS = START_MS / 1000;

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand({ jwtPublicKeyPem });
});
afterEach(() => salesforce.close());

const token = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${salesforce.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form), headers });
const refusal = async (form: Record<string, string>) => {
  const response = await token(form);
  return [response.status, await response.json()];
};
const assertion = (claims: Record<string, unknown> = {}, key: KeyObject = privateKey) =>
  new SignJWT({ iss: CLIENT_ID, sub: USERNAME, aud: 'https://login.salesforce.com', exp: NOW_SECONDS + 120, ...claims })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(key);

test('client credentials give a session in the shape that Salesforce documents', async () => {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  const response = await token(form);
  expect(response.status).toBe(200);
  const integration = salesforce.control.users().find(({ username }) => username === USERNAME);
  expect(await response.json()).toEqual({
    access_token: expect.stringMatching(/^00DHr0000003pQx![A-Za-z0-9]{96}$/),
    signature: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    scope: 'api',
    instance_url: salesforce.url,
    id: `${salesforce.url}/id/${ORG_ID}/${integration?.id}`,
    token_type: 'Bearer',
    issued_at: '1772442000000',
  });
});

test('the secret may come in a Basic header', async () => {
  const authorization = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`;
  expect((await token({ grant_type: 'client_credentials' }, { authorization })).status).toBe(200);
});

test.each([
  [{ client_id: 'other' }, 'invalid_client_id', 'client identifier invalid'],
  [{ client_secret: 'wrong' }, 'invalid_client', 'invalid client credentials'],
  [{ grant_type: 'password' }, 'unsupported_grant_type', 'grant type not supported'],
])('refuses client credentials with %j', async (changes, error, description) => {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET, ...changes };
  expect(await refusal(form)).toEqual([400, { error, error_description: description }]);
});

test('the SDK signs in with a JWT and learns who and where it is', async () => {
  const connection = new Connection({ loginUrl: salesforce.url, version: '66.0' });
  const user = await connection.authorize({ grant_type: JWT_BEARER, assertion: await assertion() });
  expect(user).toMatchObject({ organizationId: ORG_ID, id: expect.stringMatching(/^005/) });
  expect(connection.instanceUrl).toBe(salesforce.url);
  expect(await connection.identity()).toMatchObject({ organization_id: ORG_ID, username: USERNAME });
});

test.each([
  ['of another app', { iss: 'other' }, 'invalid_client_id', 'client identifier invalid'],
  ['for another host', { aud: 'https://test.salesforce.com' }, 'invalid_grant', 'audience is invalid'],
  ['for an unknown user', { sub: 'nobody@example.com' }, 'invalid_grant', "user hasn't approved this consumer"],
  ['that is over', { exp: NOW_SECONDS - 1 }, 'invalid_grant', 'expired authorization code'],
  ['with exp in milliseconds', { exp: (NOW_SECONDS + 60) * 1000 }, 'invalid_grant', 'expired authorization code'],
  ['that lasts four minutes', { exp: NOW_SECONDS + 240 }, 'invalid_grant', 'expired authorization code'],
])('refuses a JWT %s', async (_, claims, error, description) => {
  const form = { grant_type: JWT_BEARER, assertion: await assertion(claims) };
  expect(await refusal(form)).toEqual([400, { error, error_description: description }]);
});

test('refuses a JWT with a foreign signature, and text that is no JWT', async () => {
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  for (const text of [await assertion({}, foreign), 'no jwt', '']) {
    expect(await refusal({ grant_type: JWT_BEARER, assertion: text })).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'invalid assertion' },
    ]);
  }
});

test('a sandbox has its own audience, and five minutes can be allowed', async () => {
  salesforce.control.switches.set({ environment: 'sandbox', jwtMinutes: 5 });
  const claims = { aud: 'https://test.salesforce.com', exp: NOW_SECONDS + 240 };
  expect((await token({ grant_type: JWT_BEARER, assertion: await assertion(claims) })).status).toBe(200);
});

test('a session lives on while it is used and ends when it is not', async () => {
  salesforce.advance(119 * 60_000);
  expect((await salesforce.call('GET', '/limits')).status).toBe(200);
  salesforce.advance(119 * 60_000);
  expect((await salesforce.call('GET', '/limits')).status).toBe(200);
  salesforce.advance(120 * 60_000);
  const ended = await salesforce.call('GET', '/limits');
  expect(ended.status).toBe(401);
  expect(await ended.json()).toEqual([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
});

test('the SDK signs in again after all sessions were ended', async () => {
  let refreshed = 0;
  const connection = new Connection({
    loginUrl: salesforce.url,
    version: '66.0',
    oauth2: { loginUrl: salesforce.url, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
    refreshFn: async (conn, callback) => {
      refreshed += 1;
      const answer = await conn.oauth2.requestToken({ grant_type: 'client_credentials' });
      callback(null, answer.access_token);
    },
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  salesforce.control.oauth.revoke();
  expect(await connection.query('SELECT Id FROM Organization')).toMatchObject({ records: [{ Id: ORG_ID }] });
  expect(refreshed).toBe(1);
});

test('an org can refuse every grant, or hand out sessions that are worth nothing', async () => {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  salesforce.control.switches.set({ grantRefused: true });
  expect(await refusal(form)).toEqual([
    400,
    { error: 'invalid_grant', error_description: 'no client credentials user enabled' },
  ]);
  salesforce.control.switches.set({ grantRefused: false, alwaysUnauthorized: true });
  const { access_token } = await (await token(form)).json();
  const answer = await fetch(`${salesforce.url}${API}/limits`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(answer.status).toBe(401);
});

test('an inactive integration user gets nothing, and a new secret ends the old one', async () => {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  salesforce.control.setUserActive(USERNAME, false);
  expect(await refusal(form)).toEqual([400, { error: 'inactive_user', error_description: 'user is inactive' }]);
  salesforce.control.setUserActive(USERNAME, true);
  salesforce.control.oauth.setClientSecret('rotated');
  expect((await token(form)).status).toBe(400);
  expect((await token({ ...form, client_secret: 'rotated' })).status).toBe(200);
});

test('identity answers 403 to a token that is none; a revoked token is one', async () => {
  const userinfo = () =>
    fetch(`${salesforce.url}/services/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${salesforce.sdk.accessToken}` },
    });
  expect(await (await userinfo()).json()).toMatchObject({ organization_id: ORG_ID, preferred_username: USERNAME });
  await salesforce.sdk.oauth2.revokeToken(salesforce.sdk.accessToken ?? '');
  const refused = await userinfo();
  expect([refused.status, await refused.text()]).toEqual([403, 'Bad_OAuth_Token']);
});
