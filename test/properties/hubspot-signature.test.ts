import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signV3, verifyV3 } from '../../src/crm/hubspot/signature.ts';

const NOW_MS = 1_795_424_400_000;
const WINDOW_MS = 300_000;

const delivery = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'GET'),
  url: fc.webUrl({ withQueryParameters: true }),
  body: fc.uint8Array({ maxLength: 400 }),
  clientSecret: fc.string({ minLength: 1, maxLength: 60 }),
  timestampMs: fc.integer({ min: NOW_MS - WINDOW_MS, max: NOW_MS + WINDOW_MS }),
});
type Delivered = Parameters<typeof signV3>[0] & { readonly body: Uint8Array };

const verify = (given: Delivered, signature: string, change: Partial<Parameters<typeof verifyV3>[0]> = {}) =>
  verifyV3({
    method: given.method,
    url: given.url,
    body: given.body,
    signature,
    timestamp: String(given.timestampMs),
    signingKeys: [given.clientSecret],
    receivedAtMs: NOW_MS,
    ...change,
  });

describe('HubSpot signature, version 3, whatever the request', () => {
  it('accepts what was signed within the window, among any other keys', () => {
    fc.assert(
      fc.property(delivery, fc.array(fc.string(), { maxLength: 4 }), fc.nat(), (given, others, seed) => {
        const signingKeys = others.toSpliced(seed % (others.length + 1), 0, given.clientSecret);
        expect(verify(given, signV3(given), { signingKeys })).toEqual({ ok: true });
      }),
    );
  });

  it('refuses the same request with anything about it changed', () => {
    fc.assert(
      fc.property(delivery, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, seed, mask) => {
        const signature = signV3(given);
        const at = seed % Math.max(1, given.body.length);
        const body =
          given.body.length === 0 ? Uint8Array.of(mask) : given.body.map((byte, i) => (i === at ? byte ^ mask : byte));
        const changes: Partial<Parameters<typeof verifyV3>[0]>[] = [
          { body },
          { url: `${given.url}x` },
          { method: given.method === 'POST' ? 'PUT' : 'POST' },
          { timestamp: String(given.timestampMs + 1) },
          { signingKeys: [`${given.clientSecret}x`] },
        ];
        for (const change of changes) {
          expect(verify(given, signature, change)).toEqual({ ok: false, cause: 'signature-wrong' });
        }
      }),
    );
  });

  it('refuses every other signature, and every other spelling of the right one', () => {
    fc.assert(
      fc.property(
        delivery,
        fc.string({ maxLength: 60 }),
        fc.nat(43),
        fc.constantFrom(...'Aa0+/=-_ '),
        (given, text, at, character) => {
          const signature = signV3(given);
          const respelt = signature.slice(0, at) + character + signature.slice(at + 1);
          for (const other of [text, respelt, `${signature}=`, signature.replace(/=+$/, '')]) {
            if (other !== signature) expect(verify(given, other).ok).toBe(false);
          }
        },
      ),
    );
  });

  it('refuses what was signed outside the window, and tells on which side', () => {
    fc.assert(
      fc.property(delivery, fc.integer({ min: 1, max: NOW_MS - WINDOW_MS }), (given, beyondMs) => {
        const stale = { ...given, timestampMs: NOW_MS - WINDOW_MS - beyondMs };
        const future = { ...given, timestampMs: NOW_MS + WINDOW_MS + beyondMs };
        expect(verify(stale, signV3(stale))).toEqual({ ok: false, cause: 'timestamp-stale' });
        expect(verify(future, signV3(future))).toEqual({ ok: false, cause: 'timestamp-future' });
      }),
    );
  });

  it('never throws, whatever the headers hold', () => {
    fc.assert(
      fc.property(
        delivery,
        fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
        fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
        (given, signature, timestamp) => {
          expect(verify(given, '', { signature, timestamp }).ok).toBe(false);
        },
      ),
    );
  });
});
