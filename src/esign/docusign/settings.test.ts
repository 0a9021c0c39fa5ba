import { expect, test } from 'vitest';
import { docusignSettings } from './settings.ts';

const GOOD = {
  accountId: '9D5F0C1E-4b7a-4c52-8d0e-2f6a1b3c4d5e',
  userId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  integrationKey: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
};

test('the developer environment is the default', () => {
  expect(docusignSettings.settings.parse(GOOD)).toEqual({ ...GOOD, authHost: 'account-d.docusign.com' });
});

test('the account id is compared in small letters', () => {
  expect(docusignSettings.accountIdOf(GOOD)).toBe('9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e');
  expect(docusignSettings.accountIdOf({})).toBe('');
});

test.each([
  [{ ...GOOD, accountId: '1234567' }, 'accountId'],
  [{ ...GOOD, userId: undefined }, 'userId'],
  [{ ...GOOD, authHost: 'demo.docusign.net' }, 'authHost'],
  [{ ...GOOD, privateKey: 'x' }, ''],
])('refuses %j because of "%s"', (value, path) => {
  const result = docusignSettings.settings.safeParse(value);
  expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

test.each([
  [{ signingKeys: ['k'], privateKey: '-----BEGIN RSA PRIVATE KEY-----\n...' }, true],
  [{ signingKeys: ['k'], privateKey: '-----BEGIN PRIVATE KEY-----\n...' }, true],
  [{ signingKeys: ['k'], privateKey: '-----BEGIN PUBLIC KEY-----\n...' }, false],
  [{ signingKeys: [], privateKey: '-----BEGIN PRIVATE KEY-----' }, false],
  [{ signingKeys: [''], privateKey: '-----BEGIN PRIVATE KEY-----' }, false],
  [{ signingKeys: ['k'] }, false],
])('the secret %j is usable: %s', (value, usable) => {
  expect(docusignSettings.secret.safeParse(value).success).toBe(usable);
});
