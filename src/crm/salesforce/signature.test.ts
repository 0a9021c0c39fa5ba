import { describe, expect, it } from 'vitest';
import { derivedToken, isOneOf, signBody } from './signature.ts';

const KEY = 'a signing key of the example org';
const BODY = '{"orgId":"00D5g000004XyZaEAK","opportunityId":"0065g00000BqTcAAAV"}';

describe('what a signing key of Salesforce gives', () => {
  // printf '%s' 'stagepost/salesforce/outbound-message/v1' | openssl dgst -sha256 -hmac "$KEY" -binary | basenc --base64url | tr -d '='
  // and the same with flow-api-key and flow-body-key
  it.each([
    ['urlToken', '-HemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84'],
    ['apiKey', 'l_YgybrpXEFAKmlzAxy429YnCkcl2d6y_bbNBvc6L2M'],
    ['bodyKey', 'wJn1Gkls9i-FG06WuaPGKYQ8-3C1DG3YVxD1-L-z9Xo'],
  ] as const)('derives the %s as openssl does', (purpose, token) => {
    expect(derivedToken(KEY, purpose)).toBe(token);
  });

  it('derives another token from another key', () => {
    expect(derivedToken('the signing key before that one', 'urlToken')).toBe(
      'BN890dSqq9SMNnMYW4NeiAcqZMMhQucOf4b9laqb9JA',
    );
  });

  // The key is the derived body key as text, as Apex is given it:
  // printf '%s' "$BODY" | openssl dgst -sha256 -hmac 'wJn1Gkls9i-FG06WuaPGKYQ8-3C1DG3YVxD1-L-z9Xo' -binary | base64
  it.each([
    ['a body', BODY, 'sXx/rCwsVVlnMbX5v9zlFnujRa/jeoEeM6d2vqhO9T0='],
    ['letters that are more than one byte', '{"name":"Größe"}', '1dKmPF4w3A/5QDw6Tg278GSExbtcviNTzvPGqYee7k4='],
    ['nothing', '', 'EjyeY6AoaQyODi4wbf/fpwt3c0vgk2DAPZ8Zt48RodI='],
  ])('signs %s as openssl does, as text and as bytes', (_what, body, signature) => {
    expect(signBody(body, KEY)).toBe(signature);
    expect(signBody(new TextEncoder().encode(body), KEY)).toBe(signature);
  });
});

describe('comparing with what the keys give', () => {
  const ofKey = (key: string) => `value of ${key}`;

  it.each([
    ['of the newest key', 'value of newest', true],
    ['of the previous key', 'value of previous', true],
    ['of another key', 'value of other', false],
    ['with something behind it', 'value of newest ', false],
    ['without its last character', 'value of newes', false],
    ['that is empty', '', false],
    ['that is no well-formed text', '\ud800', false],
    ['that is long', 'x'.repeat(1_000_000), false],
  ])('judges a value %s', (_what, given, isOne) => {
    expect(isOneOf(given, ['newest', 'previous'], ofKey)).toBe(isOne);
  });

  it('lets nobody in without a key, or with the empty one', () => {
    expect(isOneOf('value of newest', [], ofKey)).toBe(false);
    expect(isOneOf('value of ', [''], ofKey)).toBe(false);
  });
});
