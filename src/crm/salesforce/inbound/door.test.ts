import { describe, expect, it } from 'vitest';
import type { RawRequest } from '../../../webhooks/door.ts';
import { salesforceDoor } from './door.ts';

// The commands that made these are in ../signature.test.ts.
const NEWEST = 'a signing key of the example org';
const PREVIOUS = 'the signing key before that one';
const URL_TOKEN = '-HemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84';
const PREVIOUS_URL_TOKEN = 'BN890dSqq9SMNnMYW4NeiAcqZMMhQucOf4b9laqb9JA';
const API_KEY = 'l_YgybrpXEFAKmlzAxy429YnCkcl2d6y_bbNBvc6L2M';
const PREVIOUS_API_KEY = '5s0KdXd3KTcVNOLr7JZhAR9RUR1uH-2MSED1h7tfBV0';
const BODY_KEY = 'wJn1Gkls9i-FG06WuaPGKYQ8-3C1DG3YVxD1-L-z9Xo';
const BODY = '{"orgId":"00D5g000004XyZaEAK","opportunityId":"0065g00000BqTcAAAV"}';
const SIGNATURE = 'sXx/rCwsVVlnMbX5v9zlFnujRa/jeoEeM6d2vqhO9T0=';
const PREVIOUS_SIGNATURE = '+aULEsJGGftEwuBsS5lghV9j1PzN0pw75T20ffRT8A4=';

const ADDRESS = 'https://hub.example.com/webhooks/salesforce/salesforce-main';
const HINT = { ok: true, hintOnly: true };
const WRONG = { ok: false, cause: 'signature-wrong' };
const MISSING = { ok: false, cause: 'signature-missing' };

function request(headers: Record<string, string>, url = ADDRESS, body = BODY): RawRequest {
  return { method: 'POST', url, headers, body: new TextEncoder().encode(body) };
}
const verify = (raw: RawRequest) => salesforceDoor.verify(raw, { signingKeys: [NEWEST, PREVIOUS] }, 0);

describe('the Salesforce door', () => {
  it.each([
    ['of the newest key', `${ADDRESS}?token=${URL_TOKEN}`],
    ['of the previous key', `${ADDRESS}?token=${PREVIOUS_URL_TOKEN}`],
    ['among other parameters', `${ADDRESS}?a=1&token=${URL_TOKEN}&b=2`],
    ['that is percent-encoded', `${ADDRESS}?%74oken=%2DHemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84`],
    ['before a fragment', `${ADDRESS}?token=${URL_TOKEN}#part`],
    ['that stands before a wrong one', `${ADDRESS}?token=${URL_TOKEN}&token=wrong`],
  ])('takes a URL token %s as a hint', (_what, url) => {
    expect(verify(request({}, url))).toEqual(HINT);
  });

  it.each([
    ['x-api-key', { 'x-api-key': API_KEY }],
    ['x-api-key, of the previous key', { 'x-api-key': PREVIOUS_API_KEY }],
    ['authorization', { authorization: `Bearer ${API_KEY}` }],
    ['authorization, in small letters', { authorization: `bearer ${API_KEY}` }],
    ['x-api-key, beside another authorization', { 'x-api-key': API_KEY, authorization: 'Bearer of.somebody.else' }],
  ])('takes an API key in %s as a hint', (_where, headers) => {
    expect(verify(request(headers))).toEqual(HINT);
  });

  it.each([
    ['alone', { 'x-stagepost-signature': SIGNATURE }],
    ['of the previous key', { 'x-stagepost-signature': PREVIOUS_SIGNATURE }],
    ['beside the API key', { 'x-stagepost-signature': SIGNATURE, 'x-api-key': API_KEY }],
    ['beside a wrong API key', { 'x-stagepost-signature': SIGNATURE, 'x-api-key': 'wrong' }],
  ])('takes a right signature %s for more than a hint', (_what, headers) => {
    expect(verify(request(headers))).toEqual({ ok: true });
  });

  it.each([
    ['of another body', request({ 'x-stagepost-signature': SIGNATURE }, ADDRESS, `${BODY} `)],
    ['that is wrong, beside a right API key', request({ 'x-stagepost-signature': 'wrong', 'x-api-key': API_KEY })],
    ['that is empty, beside a right API key', request({ 'x-stagepost-signature': '', 'x-api-key': API_KEY })],
    ['that is wrong, under a right token', request({ 'x-stagepost-signature': 'x' }, `${ADDRESS}?token=${URL_TOKEN}`)],
    ['without its padding', request({ 'x-stagepost-signature': SIGNATURE.slice(0, -1) })],
    ['that decodes to the same bytes', request({ 'x-stagepost-signature': SIGNATURE.replace('0=', '1=') })],
  ])('refuses a signature %s', (_what, raw) => {
    expect(verify(raw)).toEqual(WRONG);
  });

  it.each([
    ['a wrong API key', request({ 'x-api-key': 'wrong' })],
    ['a wrong API key under a right token', request({ 'x-api-key': 'wrong' }, `${ADDRESS}?token=${URL_TOKEN}`)],
    ['an empty API key', request({ 'x-api-key': '' })],
    ['a wrong bearer', request({ authorization: 'Bearer wrong' })],
    ['a wrong token', request({}, `${ADDRESS}?token=wrong`)],
    ['an empty token', request({}, `${ADDRESS}?token=`)],
    ['a right token behind a wrong one', request({}, `${ADDRESS}?token=wrong&token=${URL_TOKEN}`)],
    ['the API key as token', request({}, `${ADDRESS}?token=${API_KEY}`)],
    ['the token as API key', request({ 'x-api-key': URL_TOKEN })],
    ['the key of the signature as API key', request({ 'x-api-key': BODY_KEY })],
    ['the signing key itself', request({ 'x-api-key': NEWEST })],
    ['percent codes that are none', request({}, `${ADDRESS}?token=%%%E0%A4%A`)],
  ])('refuses %s', (_what, raw) => {
    expect(verify(raw)).toEqual(WRONG);
  });

  it.each([
    ['nothing', request({})],
    ['no URL at all', request({}, 'not a url')],
    ['a token in the fragment, which no server sees', request({}, `${ADDRESS}#?token=${URL_TOKEN}`)],
    ['a token under another name', request({}, `${ADDRESS}?Token=${URL_TOKEN}`)],
    ['a user and a password', request({ authorization: 'Basic YTpi' })],
  ])('says that nothing proves the caller when there is %s', (_what, raw) => {
    expect(verify(raw)).toEqual(MISSING);
  });

  it('lets nobody in with the empty key', () => {
    const emptyKeysApiKey = 'b9GQQBPEEt6qnmtZbH9lc87NvbAlVOSiJmy3Aj4ywQI';
    expect(salesforceDoor.verify(request({ 'x-api-key': emptyKeysApiKey }), { signingKeys: [''] }, 0)).toEqual(WRONG);
    expect(salesforceDoor.verify(request({ 'x-api-key': API_KEY }), { signingKeys: [] }, 0)).toEqual(WRONG);
  });

  it('keeps no header that authenticates', () => {
    expect(salesforceDoor.keepHeaders).toEqual(['content-type']);
  });
});

describe('the yes of the Salesforce door', () => {
  const SOAP =
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
    '<soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>' +
    '</notificationsResponse></soapenv:Body></soapenv:Envelope>';

  it.each([
    ['XML', '<?xml version="1.0"?><a/>'],
    ['XML after spaces', ' \r\n\t<a/>'],
    ['XML after a byte order mark', '\ufeff <a/>'],
    ['XML in UTF-16', new Uint8Array([0xff, 0xfe, 0x3c, 0x00, 0x61, 0x00])],
    ['XML in the other UTF-16', new Uint8Array([0xfe, 0xff, 0x00, 0x3c, 0x00, 0x61])],
  ])('is the Ack that Salesforce waits for, for %s', (_what, body) => {
    const raw = { ...request({}), body: typeof body === 'string' ? new TextEncoder().encode(body) : body };
    expect(salesforceDoor.acknowledge(raw)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: SOAP,
    });
  });

  it.each([
    ['JSON', '{"a":"<"}'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff'],
  ])('is JSON for %s', (_what, body) => {
    expect(salesforceDoor.acknowledge(request({}, ADDRESS, body))).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"accepted":true}',
    });
  });
});

describe('a URL of the Salesforce door in a log', () => {
  // printf '%s' "$TOKEN" | sha256sum
  it.each([
    ['?token=-HemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84', '?token=sha256:0b6f19822919'],
    ['?token=abc', '?token=sha256:ba7816bf8f01'],
    ['?a=1&token=abc&b=2', '?a=1&token=sha256:ba7816bf8f01&b=2'],
    ['?token=abc&token=a+b', '?token=sha256:ba7816bf8f01&token=sha256:c8687a08aa5d'],
    ['?token=', '?token=sha256:e3b0c44298fc'],
    ['?%74o%6Ben=%61bc', '?token=sha256:ba7816bf8f01'],
    ['?Token=abc', '?token=sha256:ba7816bf8f01'],
    ['?TOKEN%3Dabc', '?token=sha256:ba7816bf8f01'],
    ['?a=1;token=abc', '?a=1;token=sha256:ba7816bf8f01'],
    ['?token=abc;b=2', '?token=sha256:ba7816bf8f01;b=2'],
    ['?token=abc#b', '?token=sha256:ba7816bf8f01#b'],
    ['?a?token=abc', '?a?token=sha256:ba7816bf8f01'],
    ['?a=1#token=abc', '?a=1#token=sha256:ba7816bf8f01'],
    ['?access_token=abc', '?access_token=sha256:ba7816bf8f01'],
    ['/token=abc', '/token=sha256:ba7816bf8f01'],
    ['/-HemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84', '/sha256:0b6f19822919'],
    ['?t=-HemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84', '?t=sha256:0b6f19822919'],
    ['?-HemlJAdwHCVECjnC53loZglnp37aCrdF9lJuIVdE84', '?sha256:0b6f19822919'],
  ])('shows %s as %s', (query, shown) => {
    expect(salesforceDoor.redactUrl?.(ADDRESS + query)).toBe(ADDRESS + shown);
  });

  it.each([[''], ['?'], ['?a=1&b=%E0%A4%A'], ['?a=%zz#&&;']])('leaves %j as it is', (query) => {
    expect(salesforceDoor.redactUrl?.(ADDRESS + query)).toBe(ADDRESS + query);
  });

  it.each([['not a url'], [''], ['\ud800?\udfff'], ['%%%']])('survives %j', (url) => {
    expect(salesforceDoor.redactUrl?.(url)).toBe(url);
  });
});
