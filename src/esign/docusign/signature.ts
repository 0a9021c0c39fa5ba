import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE_HEADER = 'x-docusign-signature-';

/** DocuSign numbers its signature headers 1 to 100, one for each active Connect key of the account. */
const MAX_SIGNATURES = 100;

/** A SHA-256 digest in base64 has always 44 characters. */
const SIGNATURE_LENGTH = 44;

/**
 * Signature of a Connect message: base64 of HMAC-SHA256 over the raw body, the key taken as UTF-8 text.
 * Source: "How to validate an HMAC signature", developers.docusign.com.
 */
export function signConnect(key: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('base64');
}

/** Values of the headers `x-docusign-signature-1` to `-100`, in that order; names in lower case. */
export function connectSignatures(headers: Readonly<Record<string, string>>): readonly string[] {
  const signatures: string[] = [];
  for (let number = 1; number <= MAX_SIGNATURES; number += 1) {
    const name = `${SIGNATURE_HEADER}${number}`;
    const signature = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (signature !== undefined) signatures.push(signature);
  }
  return signatures;
}

/**
 * Whether any of the signatures belongs to any of the keys. Always computes every key and compares every pair in
 * constant time, so that the time tells nothing; an empty key verifies nothing. Never throws.
 */
export function verifyConnect(signatures: readonly string[], body: Uint8Array, keys: readonly string[]): boolean {
  let matched = false;
  for (const key of keys) {
    if (key === '') continue;
    // Compared as text, not as decoded bytes: decoding base64 is lenient and would accept more than DocuSign sent.
    const expected = Buffer.from(signConnect(key, body));
    for (const signature of signatures) {
      const given = Buffer.from(signature);
      if (given.length === SIGNATURE_LENGTH && timingSafeEqual(given, expected)) matched = true;
    }
  }
  return matched;
}
