import { afterEach, beforeEach, expect, test } from 'vitest';
import { failure } from './draft-samples.ts';
import {
  ACCOUNT,
  NOW_MS,
  type ScriptedAnswer,
  type ScriptedDocuSign,
  startScriptedDocuSign,
} from './scripted-docusign.ts';

const ENVELOPE = '1c8a7d52-6f0b-4c1d-9a5e-0b7c2d3e4f50';

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

function refusal(errorCode: string, status = 400, headers: Record<string, string> = {}): ScriptedAnswer {
  return { status, headers, json: { errorCode, message: 'So it is.' } };
}

const reset = (ms: number) => ({ 'x-ratelimit-reset': String((NOW_MS + ms) / 1000) });

test.each([
  [refusal('HOURLY_APIINVOCATION_LIMIT_EXCEEDED', 400, reset(240_000)), 'esign.rate-limited', { afterMs: 240_000 }],
  [refusal('HOURLY_APIINVOCATION_LIMIT_EXCEEDED', 429, reset(3_000_000)), 'esign.rate-limited', { afterMs: 900_000 }],
  [refusal('HOURLY_APIINVOCATION_LIMIT_EXCEEDED', 400, reset(-60_000)), 'esign.rate-limited', { afterMs: 1_000 }],
  [refusal('HOURLY_APIINVOCATION_LIMIT_EXCEEDED'), 'esign.rate-limited', { afterMs: 900_000 }],
  [refusal('BURST_APIINVOCATION_LIMIT_EXCEEDED'), 'esign.rate-limited', { afterMs: 30_000 }],
  [refusal('HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED'), 'esign.rate-limited', { afterMs: 900_000 }],
  [{ status: 429, headers: { 'retry-after': '7' } }, 'esign.rate-limited', { afterMs: 7_000 }],
  [{ status: 429 }, 'esign.rate-limited', { afterMs: 60_000 }],
  [refusal('USER_LACKS_PERMISSIONS'), 'esign.forbidden', 'never'],
  [refusal('ACCOUNT_LACKS_PERMISSIONS'), 'esign.forbidden', 'never'],
  [{ status: 403, body: '<html>' }, 'esign.forbidden', 'never'],
  [refusal('EDIT_LOCK_NOT_LOCK_OWNER'), 'esign.locked', { afterMs: 60_000 }],
  [refusal('INVALID_REQUEST_BODY'), 'esign.refused', 'never'],
  [{ status: 500, body: 'oops' }, 'esign.unavailable', { afterMs: 30_000 }],
  [{ status: 503 }, 'esign.unavailable', { afterMs: 30_000 }],
  ['hang-up', 'esign.unavailable', { afterMs: 30_000 }],
  [{ status: 302, headers: { location: 'https://evil.example/' } }, 'esign.redirected', 'never'],
] as const)('the answer %j is %s, retry %j', async (answer, code, retry) => {
  docusign.answer(answer);
  const error = await failure(docusign.port.readEnvelope(ENVELOPE));
  expect(error).toMatchObject({ code, retry, done: 'no' });
  expect(docusign.requests).toHaveLength(1);
});

test('without a header the hourly quota ends on the full hour', async () => {
  docusign.passTime(50 * 60_000);
  docusign.answer(refusal('HOURLY_APIINVOCATION_LIMIT_EXCEEDED'));
  expect(await failure(docusign.port.readEnvelope(ENVELOPE))).toMatchObject({ retry: { afterMs: 600_000 } });
});

test.each(['hang-up', { status: 500 }, { status: 502, body: 'bad gateway' }] as const)(
  'a write that got %j may have been done',
  async (answer) => {
    docusign.answer(answer);
    expect(await failure(docusign.port.sendDraft(ENVELOPE))).toMatchObject({
      code: 'esign.unavailable',
      done: 'unknown',
    });
    expect(docusign.requests).toHaveLength(1);
  },
);

test('a write to a closed door was surely not done', async () => {
  const closed = await startScriptedDocuSign();
  await closed.stop();
  docusign.answerGrant(
    { status: 200, json: { access_token: 't', expires_in: 3600 } },
    { status: 200, json: { accounts: [{ account_id: ACCOUNT, base_uri: closed.url }] } },
  );
  const error = await failure(docusign.port.sendDraft(ENVELOPE));
  expect(error).toMatchObject({ code: 'esign.unavailable', done: 'no' });
  expect(error.message).toContain('ECONNREFUSED');
});

test('a write that timed out may have been done', async () => {
  const port = docusign.connect({
    fetch: async (input, init) => {
      if (String(input).includes('/oauth/')) return fetch(input, init);
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    },
  });
  expect(await failure(port.sendDraft(ENVELOPE))).toMatchObject({ code: 'esign.unavailable', done: 'unknown' });
});

test('an error quotes DocuSign for people; its context holds only code and status', async () => {
  docusign.answer({
    status: 400,
    json: { errorCode: 'INVALID_EMAIL_ADDRESS_FOR_RECIPIENT', message: 'ana@northwind is none.' },
  });
  const error = await failure(docusign.port.readEnvelope(ENVELOPE));
  expect(error.message).toBe('DocuSign refused the request: "ana@northwind is none."');
  expect(error.context).toEqual({ errorCode: 'INVALID_EMAIL_ADDRESS_FOR_RECIPIENT', status: 400 });
});

test.each(['..', 'a/b', '', '1c8a?x=1', '%2e%2e'])('an id like "%s" never becomes part of an address', async (id) => {
  expect(await failure(docusign.port.readEnvelope(id))).toMatchObject({
    code: 'esign.refused',
    retry: 'never',
    done: 'no',
  });
  expect(docusign.requests).toEqual([]);
});
