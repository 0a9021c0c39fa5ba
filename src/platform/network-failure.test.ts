import { describe, expect, it } from 'vitest';
import { networkCode, neverLeft } from './network-failure.ts';

const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });

describe('the code of a failed call', () => {
  it.each([
    ['the failure itself', withCode('ECONNRESET'), 'ECONNRESET'],
    ['what fetch hides', new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }), 'ENOTFOUND'],
    ['a time-out', Object.assign(new Error('late'), { name: 'TimeoutError', code: 23 }), 'timed out'],
    ['a code that is none, above one that is', withCode(23, withCode('EPIPE')), 'EPIPE'],
    ['none', new Error('the answer is not JSON'), undefined],
    ['no error', 'ECONNREFUSED', undefined],
  ])('is %s', (_what, error, code) => {
    expect(networkCode(error)).toBe(code);
  });

  it('is not looked for in a circle for ever', () => {
    const error = new Error('x');
    error.cause = error;
    expect(networkCode(error)).toBeUndefined();
  });
});

it.each([
  ['ECONNREFUSED', true],
  ['EAI_AGAIN', true],
  ['UND_ERR_CONNECT_TIMEOUT', true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
  ['ECONNRESET', false],
  ['EPIPE', false],
  ['UND_ERR_SOCKET', false],
  ['timed out', false],
  [undefined, false],
])('%s: nothing left is %s', (code, never) => {
  expect(neverLeft(code)).toBe(never);
});
