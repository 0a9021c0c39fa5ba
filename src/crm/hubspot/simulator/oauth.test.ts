import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const RIGHT = {
  grant_type: 'refresh_token',
  client_id: 'sandbox-hubspot-client',
  client_secret: 'secret-of-the-app',
  refresh_token: 'sandbox-hubspot-refresh-token',
};
const refresh = async (changes: Partial<typeof RIGHT> = {}, version = 'v1') => {
  const body = new URLSearchParams({ ...RIGHT, ...changes });
  const response = await fetch(`${hubspot.url}/oauth/${version}/token`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
};
const accountStatus = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${hubspot.url}/account-info/v3/details`, { headers })).status;
};

test('gives a token for half an hour, whose holder it names', async () => {
  const { body } = await refresh();
  expect(body).toMatchObject({
    token_type: 'bearer',
    expires_in: 1800,
    refresh_token: 'sandbox-hubspot-refresh-token',
  });
  expect(await accountStatus(body.access_token)).toBe(200);
  const info = await hubspot.sdk.oauth.accessTokensApi.get(body.access_token);
  expect([info.hubId, info.appId, info.expiresIn]).toEqual([8800123, 4400456, 1800]);
  hubspot.advance(1_799_000);
  expect(await accountStatus(body.access_token)).toBe(200);
  hubspot.advance(1000);
  expect(await accountStatus(body.access_token)).toBe(401);
});

test('version 3 names hub and scopes too', async () => {
  hubspot.control.switches.set({ missingScopes: ['files'] });
  const { body } = await refresh({}, 'v3');
  expect(body.hub_id).toBe(8800123);
  expect(body.scopes).toContain('crm.objects.deals.read');
  expect(body.scopes).not.toContain('files');
});

test('hands out a new refresh token every time when the switch says so', async () => {
  hubspot.control.switches.set({ refreshTokenRotates: true });
  const first = await refresh();
  expect(first.body.refresh_token).not.toBe('sandbox-hubspot-refresh-token');
  expect((await refresh()).body.status).toBe('BAD_REFRESH_TOKEN');
  expect((await refresh({ refresh_token: first.body.refresh_token })).status).toBe(200);
});

test.each([
  [{ refresh_token: 'wrong' }, 'BAD_REFRESH_TOKEN', 'invalid_grant'],
  [{ client_id: 'wrong' }, 'BAD_CLIENT_ID', 'invalid_client'],
  [{ client_secret: 'wrong' }, 'BAD_CLIENT_SECRET', 'invalid_client'],
  [{ grant_type: 'password' }, 'BAD_GRANT_TYPE', 'unsupported_grant_type'],
])('answers 400 to %j', async (changes, status, error) => {
  const answer = await refresh(changes);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ status, error });
});

test('a revoked installation ends its tokens at once, a new one starts with its own', async () => {
  const { body } = await refresh();
  hubspot.control.oauth.revoke();
  expect(await accountStatus(body.access_token)).toBe(401);
  expect((await refresh()).body.status).toBe('BAD_REFRESH_TOKEN');
  hubspot.control.oauth.install('second-installation');
  expect((await refresh({ refresh_token: 'second-installation' })).status).toBe(200);
});

test("the private app's token lives until it is rotated", async () => {
  hubspot.advance(400 * 86_400_000);
  expect(await accountStatus('pat-na1-0000-test')).toBe(200);
  hubspot.control.accessToken.set('pat-na1-0000-next');
  expect(await accountStatus('pat-na1-0000-test')).toBe(401);
  expect(await accountStatus('pat-na1-0000-next')).toBe(200);
});

test('the log shows no secret of the form', async () => {
  await refresh();
  expect(hubspot.control.requests.list()[0]).toMatchObject({
    method: 'POST',
    path: '/oauth/v1/token',
    status: 200,
    body: '',
    form: {
      grant_type: 'refresh_token',
      client_id: 'sandbox-hubspot-client',
      client_secret: '***',
      refresh_token: '***',
    },
  });
});
