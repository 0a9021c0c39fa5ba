import { describe, expect, it } from 'vitest';
import { isLoopbackUrl, isSalesforceUrl } from './instance-url.ts';
import { salesforceSettings } from './settings.ts';

const messagesOf = (schema: 'settings' | 'secret', value: unknown): string[] =>
  salesforceSettings[schema].safeParse(value).error?.issues.map(({ message }) => message) ?? [];

const minimal = { orgId: '00D5g000004AbCd', instanceUrl: 'https://acme.my.salesforce.com' };

describe('settings of a Salesforce connection', () => {
  it('take org and address, and fill in the rest', () => {
    expect(salesforceSettings.settings.parse(minimal)).toEqual({
      orgId: '00D5g000004AbCdEAK',
      instanceUrl: 'https://acme.my.salesforce.com',
      environment: 'production',
      apiVersion: '66.0',
      recordTypes: false,
      stageHistory: 'opportunityHistory',
    });
  });

  it('take everything that may differ between orgs, and addresses with a slash at the end', () => {
    const given = {
      orgId: '00D5g000004AbCdEAK',
      instanceUrl: 'http://127.0.0.1:4202/',
      environment: 'sandbox',
      username: 'hub@acme.example',
      apiVersion: '68.0',
      currency: 'EUR',
      recordTypes: true,
      stageHistory: 'fieldHistory',
    };
    expect(salesforceSettings.settings.parse(given)).toEqual({ ...given, instanceUrl: 'http://127.0.0.1:4202' });
  });

  it('name the account as check does, whichever length was given', () => {
    expect(salesforceSettings.accountIdOf(minimal)).toBe('00D5g000004AbCdEAK');
  });

  it.each([[undefined], [''], ['0065g00000AbCdE'], ['00D'], [24681012], ["00D5g000004AbC'"]])(
    'refuse %j as orgId',
    (orgId) => {
      expect(messagesOf('settings', { ...minimal, orgId })).toEqual([
        'orgId must be the Salesforce org id (Setup, Company Information): 15 or 18 characters, first 00D',
      ]);
    },
  );

  it.each([['66'], ['v66.0'], ['066.0'], ['66.0/../..'], [66]])('refuse %j as apiVersion', (apiVersion) => {
    expect(messagesOf('settings', { ...minimal, apiVersion })).toHaveLength(1);
  });

  it('refuse a setting that does not exist, because it is a typing error', () => {
    expect(messagesOf('settings', { ...minimal, instanceURL: 'https://acme.my.salesforce.com' })).toEqual([
      'Unrecognized key: "instanceURL"',
    ]);
  });

  it.each([
    ['https://acme.my.salesforce.com', true],
    ['https://acme--uat.sandbox.my.salesforce.com', true],
    ['https://acme-dev-ed.develop.my.salesforce.com', true],
    ['http://127.0.0.1:4202', true],
    ['http://localhost:4202', true],
    ['http://[::1]:4202', true],
    ['https://acme.lightning.force.com', false],
    ['https://login.salesforce.com', false],
    ['https://na139.salesforce.com', false],
    ['http://acme.my.salesforce.com', false],
    ['https://acme.my.salesforce.com:8443', false],
    ['https://acme.my.salesforce.com.example.org', false],
    ['https://evilmy.salesforce.com', false],
    ['https://.my.salesforce.com', false],
    ['https://user:pass@acme.my.salesforce.com', false],
    ['https://acme.my.salesforce.com/services', false],
    ['https://acme.my.salesforce.com/?a=b', false],
    ['http://127.0.0.1.example.org', false],
    ['http://169.254.169.254', false],
    ['ftp://127.0.0.1', false],
    ['not an address', false],
  ])('judge the address %s', (instanceUrl, allowed) => {
    expect(isSalesforceUrl(instanceUrl)).toBe(allowed);
    expect(salesforceSettings.settings.safeParse({ ...minimal, instanceUrl }).success).toBe(allowed);
  });

  it.each([
    ['http://127.0.0.1:4202', true],
    ['https://localhost', true],
    ['https://acme.my.salesforce.com', false],
    ['127.0.0.1', false],
  ])('know whether %s is on this machine', (url, expected) => {
    expect(isLoopbackUrl(url)).toBe(expected);
  });
});

describe('secret of a Salesforce connection', () => {
  const signingKeys = ['0123456789abcdef'];

  it.each([
    ['client credentials', { signingKeys, clientId: 'c', clientSecret: 's' }],
    ['a private key', { signingKeys: [...signingKeys, 'fedcba9876543210'], clientId: 'c', privateKey: 'pem' }],
  ])('takes %s', (_what, secret) => {
    expect(messagesOf('secret', secret)).toEqual([]);
  });

  it('refuses a secret without a grant', () => {
    expect(messagesOf('secret', { signingKeys, clientId: 'c' })).toEqual([
      'the secret needs clientSecret (client credentials) or privateKey (JWT bearer, PEM) beside clientId',
    ]);
  });

  it.each([
    ['none', [], 'signingKeys needs a random key of your own (newest first); `npx stagepost setup` makes one'],
    ['a short one', ['short'], 'a signing key needs at least 16 characters'],
  ])('refuses signing keys: %s', (_what, keys, message) => {
    expect(messagesOf('secret', { signingKeys: keys, clientId: 'c', clientSecret: 's' })).toEqual([message]);
  });
});
