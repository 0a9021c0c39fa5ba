import { describe, expect, it } from 'vitest';
import { isHubSpotBaseUrl } from './base-url.ts';
import { hubspotSettings } from './settings.ts';

const messagesOf = (schema: 'settings' | 'secret', value: unknown): string[] =>
  hubspotSettings[schema].safeParse(value).error?.issues.map(({ message }) => message) ?? [];

describe('settings of a HubSpot connection', () => {
  it("takes the portal's number and fills in the address", () => {
    expect(hubspotSettings.settings.parse({ portalId: 24681012 })).toEqual({
      portalId: 24681012,
      baseUrl: 'https://api.hubapi.com',
    });
  });

  it('takes the number written as text, and addresses with a slash at the end', () => {
    const given = { portalId: '24681012', baseUrl: 'http://127.0.0.1:4201/', appUrl: 'https://app-eu1.hubspot.com/' };
    expect(hubspotSettings.settings.parse(given)).toEqual({
      portalId: 24681012,
      baseUrl: 'http://127.0.0.1:4201',
      appUrl: 'https://app-eu1.hubspot.com',
    });
  });

  it('names the account as the webhooks do', () => {
    expect(hubspotSettings.accountIdOf({ portalId: 24681012 })).toBe('24681012');
  });

  it.each([[undefined], ['my portal'], [0], [-5], [1.5], [true], ['']])('refuses %j as portalId', (portalId) => {
    expect(messagesOf('settings', { portalId })).toEqual([
      'portalId must be the number of the HubSpot account (Hub ID)',
    ]);
  });

  it('refuses a setting that does not exist, because it is a typing error', () => {
    expect(messagesOf('settings', { portalId: 1, baseURL: 'https://api.hubapi.com' })).toEqual([
      'Unrecognized key: "baseURL"',
    ]);
  });

  it.each([
    ['https://api.hubapi.com', true],
    ['https://api-eu1.hubapi.com', true],
    ['http://127.0.0.1:4201', true],
    ['http://localhost:4201', true],
    ['http://[::1]:4201', true],
    ['http://api.hubapi.com', false],
    ['https://api.hubapi.com:8443', false],
    ['https://hubapi.com.example.org', false],
    ['https://nothubapi.com', false],
    ['https://user:pass@api.hubapi.com', false],
    ['https://api.hubapi.com/crm', false],
    ['https://api.hubapi.com/?a=b', false],
    ['http://127.0.0.1.example.org', false],
    ['http://169.254.169.254', false],
    ['ftp://127.0.0.1', false],
    ['not an address', false],
  ])('judges the address %s', (baseUrl, allowed) => {
    expect(isHubSpotBaseUrl(baseUrl)).toBe(allowed);
    expect(hubspotSettings.settings.safeParse({ portalId: 1, baseUrl }).success).toBe(allowed);
  });
});

describe('secret of a HubSpot connection', () => {
  it.each([
    ['the token of a private app', { signingKeys: ['s'], accessToken: 'pat-na1-x' }],
    ['an OAuth app', { signingKeys: ['s', 't'], clientId: 'c', clientSecret: 's', refreshToken: 'r' }],
  ])('takes %s', (_what, secret) => {
    expect(messagesOf('secret', secret)).toEqual([]);
  });

  it.each([
    ['no grant', { signingKeys: ['s'] }],
    ['half an OAuth app', { signingKeys: ['s'], clientId: 'c', clientSecret: 's' }],
  ])('refuses %s', (_what, secret) => {
    expect(messagesOf('secret', secret)).toEqual([
      'the secret needs accessToken (private app), or clientId, clientSecret and refreshToken (OAuth app)',
    ]);
  });

  it('refuses a secret without signing keys', () => {
    expect(messagesOf('secret', { signingKeys: [], accessToken: 'pat' })).toEqual([
      'signingKeys needs the client secret of the HubSpot app (newest first)',
    ]);
  });
});
