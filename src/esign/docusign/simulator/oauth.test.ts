import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT_ID, openStand, type Stand, USER_ID } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

test('a good assertion earns a bearer token for an hour, and userinfo names the account and its base URL', async () => {
  const response = await stand.grant(stand.assertion());
  expect(response.status).toBe(200);
  const token = (await response.json()) as Record<string, unknown>;
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
  const info = await fetch(`${stand.baseUrl}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${token.access_token}` },
  });
  expect(await info.json()).toMatchObject({
    sub: USER_ID,
    accounts: [{ account_id: ACCOUNT_ID, is_default: true, base_uri: stand.baseUrl }],
  });
});

test.each([
  ['of an unknown integration', { iss: '00000000-0000-4000-8000-000000000000' }, 'issuer_not_found'],
  ['for an unknown user', { sub: '00000000-0000-4000-8000-000000000000' }, 'user_not_found'],
  ['with a scheme in the audience', { aud: 'https://account-d.docusign.com' }, 'invalid_audience'],
  ['that has expired', { exp: 1_772_441_000 }, 'expired_assertion'],
])('an assertion %s is refused', async (_, overrides, description) => {
  const response = await stand.grant(stand.assertion(overrides));
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'invalid_grant', error_description: description });
});

test('an assertion signed by another key is refused', async () => {
  const response = await stand.grant(stand.assertion({}, true));
  expect(await response.json()).toEqual({
    error: 'invalid_grant',
    error_description: 'no_valid_keys_or_signatures',
  });
});

test('without consent, or without the scope impersonation, the answer is consent_required', async () => {
  const narrow = await stand.grant(stand.assertion({ scope: 'signature' }));
  expect([narrow.status, await narrow.json()]).toEqual([400, { error: 'consent_required' }]);
  stand.simulator.control.setSwitches({ consent: 'missing' });
  const refused = await stand.grant(stand.assertion());
  expect([refused.status, await refused.json()]).toEqual([400, { error: 'consent_required' }]);
});

test('an unknown token and one older than an hour are answered with 401', async () => {
  const ask = (token: string) =>
    fetch(`${stand.baseUrl}/restapi/v2.1/accounts/${ACCOUNT_ID}`, { headers: { authorization: `Bearer ${token}` } });
  const { token } = await stand.client();
  expect((await ask(token)).status).toBe(200);
  stand.clock.advance(3_600_000);
  const late = await ask(token);
  expect(late.status).toBe(401);
  expect(await late.json()).toMatchObject({ errorCode: 'AUTHORIZATION_INVALID_TOKEN' });
  expect((await ask('made-up')).status).toBe(401);
});

test('a token is good for its own account only', async () => {
  const { token } = await stand.client();
  const response = await fetch(`${stand.baseUrl}/restapi/v2.1/accounts/99999999-2222-4333-8444-555555555555`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errorCode: 'USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT' });
});
