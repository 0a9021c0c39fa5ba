import fc from 'fast-check';
import { expect, test } from 'vitest';
import { docusignDoor } from '../../src/esign/docusign/inbound/door.ts';
import { connectSignatures, signConnect, verifyConnect } from '../../src/esign/docusign/signature.ts';

const key = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
const body = fc.uint8Array({ maxLength: 300 });

test('what was signed with a key verifies under any list that holds the key, from any header', () => {
  fc.assert(
    fc.property(
      key,
      body,
      fc.array(key, { maxLength: 4 }),
      fc.integer({ min: 1, max: 100 }),
      (signer, bytes, others, place) => {
        const headers = { [`x-docusign-signature-${place}`]: signConnect(signer, bytes) };
        for (const signingKeys of [
          [signer, ...others],
          [...others, signer],
        ]) {
          const request = { method: 'POST', url: 'https://hub.example.com/', headers, body: bytes };
          expect(docusignDoor.verify(request, { signingKeys }, 0)).toEqual({ ok: true });
        }
      },
    ),
  );
});

test('no other key verifies it', () => {
  fc.assert(
    fc.property(key, fc.array(key, { maxLength: 4 }), body, (signer, others, bytes) => {
      fc.pre(!others.includes(signer));
      expect(verifyConnect([signConnect(signer, bytes)], bytes, others)).toBe(false);
    }),
  );
});

test('no other body verifies, be it different in one bit', () => {
  fc.assert(
    fc.property(
      key,
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      (signer, bytes, at, bit) => {
        const changed = Uint8Array.from(bytes);
        const index = at % bytes.length;
        changed[index] = (bytes[index] ?? 0) ^ (1 << bit);
        expect(verifyConnect([signConnect(signer, bytes)], changed, [signer])).toBe(false);
      },
    ),
  );
});

test('no other text of a signature verifies, be it different in one character', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=- ';
  fc.assert(
    fc.property(
      key,
      body,
      fc.integer({ min: 0, max: 43 }),
      fc.constantFrom(...alphabet),
      (signer, bytes, at, character) => {
        const signature = signConnect(signer, bytes);
        fc.pre(signature[at] !== character);
        const changed = signature.slice(0, at) + character + signature.slice(at + 1);
        expect(verifyConnect([changed], bytes, [signer])).toBe(false);
      },
    ),
  );
});

test('whatever the headers hold, nothing throws', () => {
  const name = fc.oneof(
    fc.integer({ min: -5, max: 120 }).map((number) => `x-docusign-signature-${number}`),
    fc.constantFrom('__proto__', 'constructor', 'x-docusign-signature', 'x-docusign-signature-01'),
  );
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ maxLength: 100, unit: 'binary' })), body, (headers, bytes) => {
      const request = { method: 'POST', url: 'https://hub.example.com/', headers, body: bytes };
      const verdict = docusignDoor.verify(request, { signingKeys: ['k'] }, 0);
      const cause = connectSignatures(headers).length === 0 ? 'signature-missing' : 'signature-wrong';
      expect(verdict).toEqual({ ok: false, cause });
    }),
  );
});
