import { expect, test } from 'vitest';
import type { RawRequest } from '../../../webhooks/door.ts';
import { docusignDoor } from './door.ts';

const BODY = Buffer.from('{"event":"envelope-completed"}\r\n');
const SIGNATURE = 'lds1ZG3tTEgFXBZhCaeARZmYnHfYi6p/pu2qBcfs95E=';
const SECRETS = { signingKeys: ['a newer key', 'a Connect key'] };

function request(headers: Readonly<Record<string, string>>, body: Uint8Array = BODY): RawRequest {
  return { method: 'POST', url: 'https://hub.example.com/webhooks/docusign/docusign-main', headers, body };
}

test.each([
  ['a good signature in the first header', { 'x-docusign-signature-1': SIGNATURE }, { ok: true }],
  ['a good signature in the last header', { 'x-docusign-signature-100': SIGNATURE }, { ok: true }],
  [
    'a good one after a wrong one',
    { 'x-docusign-signature-1': 'A'.repeat(43).concat('='), 'x-docusign-signature-2': SIGNATURE },
    { ok: true },
  ],
  ['no header', {}, { ok: false, cause: 'signature-missing' }],
  ['a header beyond 100', { 'x-docusign-signature-101': SIGNATURE }, { ok: false, cause: 'signature-missing' }],
  ['an empty header', { 'x-docusign-signature-1': '' }, { ok: false, cause: 'signature-wrong' }],
  ['a wrong signature', { 'x-docusign-signature-1': 'A'.repeat(44) }, { ok: false, cause: 'signature-wrong' }],
])('answers to %s', (_, headers, verdict) => {
  expect(docusignDoor.verify(request(headers), SECRETS, 0)).toEqual(verdict);
});

test('refuses a body that was written anew', () => {
  const rewritten = Buffer.from('{ "event": "envelope-completed" }\r\n');
  const headers = { 'x-docusign-signature-1': SIGNATURE };
  expect(docusignDoor.verify(request(headers, rewritten), SECRETS, 0)).toEqual({ ok: false, cause: 'signature-wrong' });
});

test('survives a hundred headers of rubbish', () => {
  const headers = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`x-docusign-signature-${index + 1}`, '\u0000é'.repeat(5000)]),
  );
  expect(docusignDoor.verify(request(headers), SECRETS, 0)).toEqual({ ok: false, cause: 'signature-wrong' });
});

test('says yes with an empty 200, and keeps no header that authenticates', () => {
  expect(docusignDoor.acknowledge(request({}))).toEqual({ status: 200, headers: {}, body: '' });
  expect(docusignDoor.keepHeaders).toEqual(['content-type']);
});
