import { expect, test } from 'vitest';
import { authEndpoint, envelopeUrl, isAllowedBaseUrl, isAuthHost } from './hosts.ts';

test.each([
  ['https://demo.docusign.net', true],
  ['https://na3.docusign.net/restapi', true],
  ['https://eu.docusign.com', true],
  ['http://127.0.0.1:4202', true],
  ['http://localhost:4202', true],
  ['http://[::1]:4202', true],
  ['http://demo.docusign.net', false],
  ['https://demo.docusign.net:8443', false],
  ['https://demo.docusign.net.evil.example', false],
  ['https://evildocusign.net', false],
  ['https://docusign.net@evil.example', false],
  ['https://user@demo.docusign.net', false],
  ['https://203.0.113.7', false],
  ['http://127.0.0.1.evil.example', false],
  ['ftp://127.0.0.1', false],
  ['demo.docusign.net', false],
  ['', false],
])('the base address %s is allowed: %s', (url, allowed) => {
  expect(isAllowedBaseUrl(url)).toBe(allowed);
});

test.each([
  ['account.docusign.com', true],
  ['account-d.docusign.com', true],
  ['http://127.0.0.1:4202', true],
  ['https://account.docusign.com', false],
  ['evil.docusign.com', false],
  ['http://127.0.0.1:4202/oauth', false],
  ['http://user:pass@127.0.0.1:4202', false],
  ['http://203.0.113.7', false],
])('the host %s may grant tokens: %s', (host, allowed) => {
  expect(isAuthHost(host)).toBe(allowed);
});

test('the audience of an assertion is the bare host', () => {
  expect(authEndpoint('account-d.docusign.com')).toEqual({
    origin: 'https://account-d.docusign.com',
    audience: 'account-d.docusign.com',
  });
  expect(authEndpoint('http://127.0.0.1:4202/')).toEqual({
    origin: 'http://127.0.0.1:4202',
    audience: '127.0.0.1:4202',
  });
});

test.each([
  ['account.docusign.com', 'https://app.docusign.com/documents/details/e1'],
  ['account-d.docusign.com', 'https://appdemo.docusign.com/documents/details/e1'],
  ['http://127.0.0.1:4202', 'http://127.0.0.1:4202/_sandbox#e1'],
])('an envelope of %s is shown to people at %s', (host, url) => {
  expect(envelopeUrl(host, 'e1')).toBe(url);
});
