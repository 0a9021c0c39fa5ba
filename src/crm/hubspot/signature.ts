import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Verdict } from '../../webhooks/door.ts';

/** How far the signed time may lie from the time of receipt, either way (HubSpot, "Validating requests": 5 minutes). */
export const MAX_CLOCK_DISTANCE_MS = 300_000;

/**
 * The only percent codes that HubSpot decodes in the URL before it signs: : / ? @ ! $ ' ( ) * , ;
 * (HubSpot, "Validating requests"). Lower-case hex digits are accepted, because no source rules them out.
 */
const DECODED_CODES = /%(?:3a|2f|3f|40|21|24|27|28|29|2a|2c|3b)/gi;

const BASE64_SHA256_LENGTH = 44;

export interface V3Request {
  readonly method: string;
  /** Full URL as it was called, with scheme, host and query. */
  readonly url: string;
  readonly body: string | Uint8Array;
}

/** Signature version 3 as HubSpot makes it: base64 of HMAC-SHA256 over method, URL, body and time, without separators. */
export function signV3(request: V3Request & { readonly timestampMs: number; readonly clientSecret: string }): string {
  return digest(request, String(request.timestampMs), request.clientSecret);
}

/**
 * Accepts exactly what one of the keys has signed, if it was signed within 5 minutes of `receivedAtMs`.
 * Compares in constant time, tries every key, never throws.
 */
export function verifyV3(
  request: V3Request & {
    readonly signature: string | undefined;
    readonly timestamp: string | undefined;
    readonly signingKeys: readonly string[];
    readonly receivedAtMs: number;
  },
): Verdict {
  const { signature, timestamp, receivedAtMs } = request;
  if (signature === undefined || timestamp === undefined) return { ok: false, cause: 'signature-missing' };
  let matches = false;
  for (const key of request.signingKeys) {
    // An empty key would let in whoever signs with nothing.
    if (key !== '' && sameText(digest(request, timestamp, key), signature)) matches = true;
  }
  if (!matches || !/^\d{1,15}$/.test(timestamp)) return { ok: false, cause: 'signature-wrong' };
  const signedAtMs = Number(timestamp);
  if (receivedAtMs - signedAtMs > MAX_CLOCK_DISTANCE_MS) return { ok: false, cause: 'timestamp-stale' };
  if (signedAtMs - receivedAtMs > MAX_CLOCK_DISTANCE_MS) return { ok: false, cause: 'timestamp-future' };
  return { ok: true };
}

function digest(request: V3Request, timestamp: string, key: string): string {
  const url = request.url.replace(DECODED_CODES, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  return createHmac('sha256', key)
    .update(`${request.method}${url}`)
    .update(request.body)
    .update(timestamp)
    .digest('base64');
}

/** The texts are compared, not what they decode to: base64 decoders take several spellings for the same bytes. */
function sameText(expected: string, given: string): boolean {
  if (given.length !== BASE64_SHA256_LENGTH) return false;
  const givenBytes = Buffer.from(given);
  return givenBytes.length === BASE64_SHA256_LENGTH && timingSafeEqual(Buffer.from(expected), givenBytes);
}
