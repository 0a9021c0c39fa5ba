import { createHash, createHmac } from 'node:crypto';

/** The only escapes that are undone before signing (HubSpot "Validating requests", version 3). */
const DECODED: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/** SHA-256 over secret and body, hex: what CRM webhooks carry as `X-HubSpot-Signature`. */
export function webhookSignatureV1(clientSecret: string, body: string): string {
  return createHash('sha256').update(`${clientSecret}${body}`, 'utf8').digest('hex');
}

/** HMAC-SHA256 over method, address, body and time, Base64; written apart from the adapter's own. */
export function webhookSignatureV3(clientSecret: string, url: string, body: string, timestampMs: number): string {
  const uri = url.replace(/%[0-9a-f]{2}/gi, (hex) => DECODED[hex.toUpperCase()] ?? hex);
  return createHmac('sha256', clientSecret).update(`POST${uri}${body}${timestampMs}`, 'utf8').digest('base64');
}
