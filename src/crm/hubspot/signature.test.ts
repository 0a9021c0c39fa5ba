import { describe, expect, it } from 'vitest';
import { signV3, verifyV3 } from './signature.ts';

// Published by HubSpot with its own clients: HubSpot/hubspot-api-python tests/spec/utils/test_signature.py and
// HubSpot/hubspot-api-ruby spec/helpers/signature_spec.rb.
const PUBLISHED = {
  clientSecret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  method: 'POST',
  url: 'https://www.example.com/webhook_uri',
  body: "{'example_field':'example_value'}",
  timestampMs: 15_000_000,
  signature: 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=',
};

const accepted = {
  method: PUBLISHED.method,
  url: PUBLISHED.url,
  body: PUBLISHED.body,
  signature: PUBLISHED.signature,
  timestamp: '15000000',
  signingKeys: [PUBLISHED.clientSecret],
  receivedAtMs: 15_000_000,
};

describe('HubSpot signature, version 3', () => {
  it('signs the published example as HubSpot does', () => {
    expect(signV3(PUBLISHED)).toBe('HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=');
  });

  it('signs bytes as it signs the text that they spell', () => {
    expect(signV3({ ...PUBLISHED, body: new TextEncoder().encode(PUBLISHED.body) })).toBe(PUBLISHED.signature);
  });

  it('accepts the published example', () => {
    expect(verifyV3(accepted)).toEqual({ ok: true });
  });

  it.each([
    ['the current key stands first', ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', 'previous']],
    ['the key is the previous one', ['newest', 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy']],
  ])('accepts when %s', (_when, signingKeys) => {
    expect(verifyV3({ ...accepted, signingKeys })).toEqual({ ok: true });
  });

  it.each([
    ['exactly five minutes old', 15_300_000, { ok: true }],
    ['a millisecond older than five minutes', 15_300_001, { ok: false, cause: 'timestamp-stale' }],
    ['exactly five minutes ahead', 14_700_000, { ok: true }],
    ['a millisecond more than five minutes ahead', 14_699_999, { ok: false, cause: 'timestamp-future' }],
  ])('judges a signature that is %s', (_age, receivedAtMs, verdict) => {
    expect(verifyV3({ ...accepted, receivedAtMs })).toEqual(verdict);
  });

  it.each([
    ['signature', { signature: undefined }],
    ['timestamp', { timestamp: undefined }],
  ])('says so when the %s header is missing', (_header, change) => {
    expect(verifyV3({ ...accepted, ...change })).toEqual({ ok: false, cause: 'signature-missing' });
  });

  it.each([
    ['another method', { method: 'PUT' }],
    ['another host', { url: 'https://www.example.org/webhook_uri' }],
    ['a query that was not signed', { url: 'https://www.example.com/webhook_uri?a=1' }],
    ['another body', { body: "{'example_field':'example_valuf'}" }],
    ['another time', { timestamp: '15000001' }],
    ['another spelling of the time', { timestamp: '015000000' }],
    ['another key', { signingKeys: ['zzzzzzzz-yyyy-yyyy-yyyy-yyyyyyyyyyyy'] }],
    ['no key at all', { signingKeys: [] }],
    ['a signature without its padding', { signature: 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw' }],
    ['a signature that decodes to the same bytes', { signature: 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQx=' }],
    ['an empty signature', { signature: '' }],
    ['44 characters that are more bytes', { signature: 'é'.repeat(44) }],
    ['a signature of another length', { signature: 'A'.repeat(4_000) }],
  ])('refuses %s', (_what, change) => {
    expect(verifyV3({ ...accepted, ...change })).toEqual({ ok: false, cause: 'signature-wrong' });
  });

  it('refuses what was signed with the empty key, even if one is configured', () => {
    const signature = 'D+QDCQx+tzqBgTMAdcxzvR7795sVZVgPpLO7hIRjmvQ=';
    expect(signV3({ ...PUBLISHED, clientSecret: '' })).toBe(signature);
    expect(verifyV3({ ...accepted, signature, signingKeys: [''] })).toEqual({ ok: false, cause: 'signature-wrong' });
  });

  it('refuses a time that is no number, even if it was signed', () => {
    // openssl: printf '%s' "POSThttps://www.example.com/webhook_uri{'example_field':'example_value'}soon" | openssl dgst -sha256 -hmac "$KEY" -binary | base64
    const signature = 'guXtIME+/KAXF8jI3XXOIHNQN1A0FEKORBIdmzHyx9I=';
    expect(verifyV3({ ...accepted, timestamp: 'soon', signature })).toEqual({ ok: false, cause: 'signature-wrong' });
  });

  it.each([
    ['%3A', ':'],
    ['%2F', '/'],
    ['%3F', '?'],
    ['%40', '@'],
    ['%21', '!'],
    ['%24', '$'],
    ['%27', "'"],
    ['%28', '('],
    ['%29', ')'],
    ['%2A', '*'],
    ['%2C', ','],
    ['%3B', ';'],
    ['%3a', ':'],
    ['%2f', '/'],
  ])('reads %s in the URL as %s', (code, character) => {
    const encoded = signV3({ ...PUBLISHED, url: `https://www.example.com/hook?to=a${code}b` });
    const plain = signV3({ ...PUBLISHED, url: `https://www.example.com/hook?to=a${character}b` });
    expect(encoded).toBe(plain);
  });

  it('signs the decoded URL as openssl does', () => {
    // printf '%s' 'POSThttps://www.example.com/hook?to=a:b/c%20d[]15000000' | openssl dgst -sha256 -hmac "$KEY" -binary | base64
    const url = 'https://www.example.com/hook?to=a%3Ab%2Fc%20d';
    expect(signV3({ ...PUBLISHED, url, body: '[]' })).toBe('53SQ8UVn/CXtVcwiwuVttzAnl6Jkj/wa6JQLFN3EDfI=');
  });

  it.each([
    ['%20', ' '],
    ['%26', '&'],
    ['%3D', '='],
    ['%2B', '+'],
    ['%25', '%'],
    ['%23', '#'],
    ['%253A', '%3A'],
  ])('leaves %s in the URL as it is', (code, character) => {
    const encoded = signV3({ ...PUBLISHED, url: `https://www.example.com/hook?to=a${code}b` });
    const plain = signV3({ ...PUBLISHED, url: `https://www.example.com/hook?to=a${character}b` });
    expect(encoded).not.toBe(plain);
  });
});
