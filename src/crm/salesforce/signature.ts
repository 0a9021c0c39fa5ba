import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Salesforce signs nothing. What proves its requests is derived from a key of our own, so that one secret is rotated and
 * none of the derived values, should it leak, gives away the key or another value.
 */
const PURPOSES = {
  /** In the URL of an Outbound Message. */
  urlToken: 'stagepost/salesforce/outbound-message/v1',
  /** In the header of a Flow HTTP callout. */
  apiKey: 'stagepost/salesforce/flow-api-key/v1',
  /** Key with which Apex signs the body of a callout (`Crypto.generateMac`). */
  bodyKey: 'stagepost/salesforce/flow-body-key/v1',
} as const;

export type Purpose = keyof typeof PURPOSES;

/** 256 bits in base64url: 43 characters that need no encoding in URLs, headers and XML. */
export function derivedToken(signingKey: string, purpose: Purpose): string {
  return createHmac('sha256', signingKey).update(PURPOSES[purpose]).digest('base64url');
}

/** Base64 of HMAC-SHA256 over the raw body, as Apex makes it with `Crypto.generateMac('hmacSHA256', body, key)`. */
export function signBody(body: string | Uint8Array, signingKey: string): string {
  return createHmac('sha256', derivedToken(signingKey, 'bodyKey')).update(body).digest('base64');
}

/** Compares in constant time with what every key gives; never throws. An empty key lets nobody in. */
export function isOneOf(given: string, signingKeys: readonly string[], derive: (key: string) => string): boolean {
  const digest = sha256(given);
  let matches = false;
  for (const key of signingKeys) {
    const same = timingSafeEqual(digest, sha256(derive(key)));
    if (key !== '' && same) matches = true;
  }
  return matches;
}

/** Digests are of equal length, whatever was given. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
