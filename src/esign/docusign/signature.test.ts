import { expect, test } from 'vitest';
import { connectSignatures, signConnect, verifyConnect } from './signature.ts';

// Computed with: printf '{"event":"envelope-completed"}\r\n' | openssl dgst -sha256 -hmac 'a Connect key' -binary | base64
const BODY = Buffer.from('{"event":"envelope-completed"}\r\n');
const KEY = 'a Connect key';
const SIGNATURE = 'lds1ZG3tTEgFXBZhCaeARZmYnHfYi6p/pu2qBcfs95E=';

test('signs as openssl does, line ends included', () => {
  expect(signConnect(KEY, BODY)).toBe(SIGNATURE);
});

test('takes key and body as UTF-8', () => {
  // printf '{"event":"envelope-completed","n":"ä"}' | openssl dgst -sha256 -hmac 'schön' -binary | base64
  const body = Buffer.from('{"event":"envelope-completed","n":"ä"}');
  expect(signConnect('schön', body)).toBe('v1l+xJsXQgFoR0glTsgHyn+3VmfXWlwgLIfm/UMWnkU=');
});

test.each([
  ['the signature of the only key', [SIGNATURE], [KEY], true],
  ['a signature of the previous key', [SIGNATURE], ['a newer key', KEY], true],
  ['the right one among many', ['x', 'AAAA', SIGNATURE], [KEY], true],
  ['no signature', [], [KEY], false],
  ['no key', [SIGNATURE], [], false],
  ['another key', [SIGNATURE], ['another key'], false],
  ['a shorter text', [SIGNATURE.slice(0, 43)], [KEY], false],
  ['a longer text', [`${SIGNATURE}=`], [KEY], false],
  ['blanks around it', [` ${SIGNATURE}`], [KEY], false],
  ['another spelling of the same bytes', ['lds1ZG3tTEgFXBZhCaeARZmYnHfYi6p/pu2qBcfs95F='], [KEY], false],
  ['44 characters of several bytes each', ['é'.repeat(44)], [KEY], false],
  ['22 characters that make 44 bytes', ['é'.repeat(22)], [KEY], false],
])('verifies %s: %s %s gives %s', (_, signatures, keys, expected) => {
  expect(verifyConnect(signatures, BODY, keys)).toBe(expected);
});

test('an empty key verifies nothing, not even what it signed', () => {
  expect(verifyConnect([signConnect('', BODY)], BODY, [''])).toBe(false);
});

test('one changed byte of the body is enough to refuse', () => {
  expect(verifyConnect([SIGNATURE], Buffer.from('{"event":"envelope-completed"}\n'), [KEY])).toBe(false);
});

test('looks at the headers 1 to 100 and no further', () => {
  const headers = {
    'x-docusign-signature-0': 'zero',
    'x-docusign-signature-1': 'first',
    'x-docusign-signature-7': 'seventh',
    'x-docusign-signature-100': 'hundredth',
    'x-docusign-signature-101': 'beyond',
    'x-docusign-signature': 'none',
  };
  expect(connectSignatures(headers)).toEqual(['first', 'seventh', 'hundredth']);
});
