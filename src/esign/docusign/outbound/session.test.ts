import { jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failure } from './draft-samples.ts';
import {
  ACCOUNT,
  INTEGRATION_KEY,
  NOW_MS,
  PRIVATE_KEY_PEM,
  PUBLIC_KEY,
  type ScriptedDocuSign,
  startScriptedDocuSign,
  USER,
} from './scripted-docusign.ts';

const ENVELOPE = '1c8a7d52-6f0b-4c1d-9a5e-0b7c2d3e4f50';
const FOUND = { status: 200, json: { envelopeId: ENVELOPE, status: 'sent' } };

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

test('gets a token with a signed assertion, then looks up where the account lives', async () => {
  docusign.answer(FOUND);
  await docusign.port.readEnvelope(ENVELOPE);

  const [tokenRequest, infoRequest] = docusign.grants;
  expect(tokenRequest).toMatchObject({ method: 'POST', path: '/oauth/token', query: {} });
  expect(tokenRequest?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  const form = new URLSearchParams(tokenRequest?.body);
  expect([...form.keys()]).toEqual(['grant_type', 'assertion']);
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', PUBLIC_KEY, {
    algorithms: ['RS256'],
    currentDate: new Date(NOW_MS),
  });
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT' });
  expect(payload).toEqual({
    iss: INTEGRATION_KEY,
    sub: USER,
    aud: docusign.url.slice('http://'.length),
    scope: 'signature impersonation',
    iat: 1795168800,
    exp: 1795169400,
  });
  expect(infoRequest).toMatchObject({ method: 'GET', path: '/oauth/userinfo', query: {} });
  expect(infoRequest?.headers.authorization).toBe('Bearer token-1');
  expect(docusign.requests[0]?.headers.authorization).toBe('Bearer token-1');
});

test('keeps the token until a minute before its end', async () => {
  docusign.answer(FOUND, FOUND, FOUND);
  await docusign.port.readEnvelope(ENVELOPE);
  docusign.passTime(3_539_000);
  await docusign.port.readEnvelope(ENVELOPE);
  expect(docusign.grants).toHaveLength(2);
  docusign.passTime(1_000);
  await docusign.port.readEnvelope(ENVELOPE);
  expect(docusign.grants).toHaveLength(4);
  expect(docusign.requests.map((request) => request.headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-1',
    'Bearer token-2',
  ]);
});

test('callers at the same time share one grant', async () => {
  docusign.answer(FOUND, FOUND, FOUND);
  await Promise.all([1, 2, 3].map(() => docusign.port.readEnvelope(ENVELOPE)));
  expect(docusign.grants).toHaveLength(2);
});

test('a refused token is renewed once, and the request repeated', async () => {
  docusign.answer({ status: 401, json: { errorCode: 'AUTHORIZATION_INVALID_TOKEN', message: 'expired' } }, FOUND);
  expect((await docusign.port.readEnvelope(ENVELOPE))?.status).toBe('sent');
  expect(docusign.requests.map((request) => request.headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-2',
  ]);
});

test('a token that is refused twice is the end', async () => {
  const refused = { status: 401, json: { errorCode: 'AUTHORIZATION_INVALID_TOKEN', message: 'expired' } };
  docusign.answer(refused, refused);
  const error = await failure(docusign.port.sendDraft(ENVELOPE));
  expect(error).toMatchObject({ code: 'esign.unauthorized', retry: 'never', done: 'no' });
  expect(docusign.requests).toHaveLength(2);
});

test('missing consent names the address that the user must open', async () => {
  docusign.answerGrant({ status: 400, json: { error: 'consent_required' } });
  const error = await failure(docusign.port.check());
  expect(error).toMatchObject({ code: 'esign.consent-required', retry: 'never', done: 'no' });
  expect(error.message).toContain(
    `${docusign.url}/oauth/auth?response_type=code&scope=signature%20impersonation&client_id=${INTEGRATION_KEY}&redirect_uri=${encodeURIComponent(docusign.url)}%2Fme`,
  );
});

test.each([
  ['issuer_not_found', undefined, /integration key is unknown/],
  ['invalid_grant', 'user_not_found', /invalid_grant: user_not_found.*check userId/],
  ['invalid_grant', 'no_valid_keys_or_signatures', /private key belongs/],
])('the answer %s (%s) says what to check', async (error, error_description, sentence) => {
  docusign.answerGrant({ status: 400, json: { error, error_description } });
  const failed = await failure(docusign.port.check());
  expect(failed).toMatchObject({ code: 'esign.unauthorized', retry: 'never', done: 'no' });
  expect(failed.message).toMatch(sentence);
});

test('an account that the grant does not cover is named, with those that it covers', async () => {
  const other = { account_id: 'aaaaaaaa-0000-4000-8000-000000000001', base_uri: docusign.url };
  docusign.answerGrant(
    { status: 200, json: { access_token: 't', expires_in: 3600 } },
    { status: 200, json: { accounts: [other] } },
  );
  const error = await failure(docusign.port.check());
  expect(error).toMatchObject({ code: 'esign.account-unknown', retry: 'never' });
  expect(error.message).toContain(ACCOUNT);
  expect(error.message).toContain('aaaaaaaa-0000-4000-8000-000000000001');
});

test.each([
  'https://evil.example',
  'http://demo.docusign.net',
  'https://demo.docusign.net.evil.example',
  'https://demo.docusign.net',
])('a sandbox that leads to %s gets nothing', async (base_uri) => {
  docusign.answerGrant(
    { status: 200, json: { access_token: 't', expires_in: 3600 } },
    { status: 200, json: { accounts: [{ account_id: ACCOUNT, base_uri }] } },
  );
  expect(await failure(docusign.port.check())).toMatchObject({ code: 'esign.host-refused', retry: 'never' });
  expect(docusign.requests).toEqual([]);
});

test('a real account is asked at its own hosts only, and must not lead to the loopback', async () => {
  const asked: string[] = [];
  const port = docusign.connect({
    settings: { authHost: 'account-d.docusign.com' },
    fetch: async (input) => {
      asked.push(String(input));
      return String(input).endsWith('/oauth/token')
        ? Response.json({ access_token: 't', expires_in: 3600 })
        : Response.json({ accounts: [{ account_id: ACCOUNT, base_uri: docusign.url }] });
    },
  });
  expect(await failure(port.check())).toMatchObject({ code: 'esign.host-refused' });
  expect(asked).toEqual([
    'https://account-d.docusign.com/oauth/token',
    'https://account-d.docusign.com/oauth/userinfo',
  ]);
});

test('a private key on one line with written line ends works', async () => {
  docusign.answer(FOUND);
  const port = docusign.connect({ secret: { privateKey: PRIVATE_KEY_PEM.replaceAll('\n', '\\n') } });
  expect((await port.readEnvelope(ENVELOPE))?.status).toBe('sent');
});

test('a private key that is none is said so, without quoting it', async () => {
  const port = docusign.connect({ secret: { privateKey: '-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0' } });
  const error = await failure(port.check());
  expect(error).toMatchObject({ code: 'esign.key-invalid', retry: 'never' });
  expect(error.cause).toBeUndefined();
  expect(error.message).not.toContain('c2VjcmV0');
});

test('a grant that breaks is tried later, and was surely not the effect', async () => {
  docusign.answerGrant('hang-up', { status: 503 });
  const hungUp = await failure(docusign.port.sendDraft(ENVELOPE));
  expect(hungUp).toMatchObject({ code: 'esign.unavailable', retry: { afterMs: 30_000 }, done: 'no' });
  const unavailable = await failure(docusign.port.sendDraft(ENVELOPE));
  expect(unavailable).toMatchObject({ code: 'esign.unavailable', retry: { afterMs: 30_000 }, done: 'no' });
  expect(docusign.requests).toEqual([]);
});

test.each([
  [{ accountId: 'x' }, /accountId must be a GUID/],
  [{ authHost: 'evil.example' }, /authHost must be/],
  [{ authHost: 'http://account-d.docusign.com' }, /authHost must be/],
  [{ basePath: 'https://demo.docusign.net' }, /basePath/],
])('settings %j are refused at once', (settings, sentence) => {
  expect(() => docusign.connect({ settings })).toThrow(
    expect.objectContaining({ code: 'esign.settings-invalid', message: expect.stringMatching(sentence) }),
  );
});
