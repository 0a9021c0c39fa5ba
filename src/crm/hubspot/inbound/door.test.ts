import { describe, expect, it } from 'vitest';
import { hubspotDoor } from './door.ts';

// The published example, see signature.test.ts.
const request = {
  method: 'POST',
  url: 'https://www.example.com/webhook_uri',
  headers: {
    'x-hubspot-signature-v3': 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=',
    'x-hubspot-request-timestamp': '15000000',
  },
  body: new TextEncoder().encode("{'example_field':'example_value'}"),
};
const secrets = { signingKeys: ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'] };

describe('the HubSpot door', () => {
  it('lets in what HubSpot signed', () => {
    expect(hubspotDoor.verify(request, secrets, 15_000_000)).toEqual({ ok: true });
  });

  it('does not let in the old signature, which knows no time', () => {
    const headers = {
      'x-hubspot-signature': '69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750',
      'x-hubspot-signature-version': 'v1',
    };
    expect(hubspotDoor.verify({ ...request, headers }, secrets, 15_000_000)).toEqual({
      ok: false,
      cause: 'signature-missing',
    });
  });

  it('says yes with a plain 200', () => {
    expect(hubspotDoor.acknowledge(request)).toEqual({ status: 200, headers: {}, body: '' });
  });

  it('keeps no header that authenticates', () => {
    expect(hubspotDoor.keepHeaders).toEqual(['x-hubspot-request-timestamp', 'content-type']);
  });
});
