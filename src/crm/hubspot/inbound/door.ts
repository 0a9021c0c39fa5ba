import type { Door } from '../../../webhooks/door.ts';
import { verifyV3 } from '../signature.ts';

const SIGNATURE_HEADER = 'x-hubspot-signature-v3';
const TIMESTAMP_HEADER = 'x-hubspot-request-timestamp';

/**
 * Lets in what HubSpot has signed with version 3. The older `x-hubspot-signature`, which deal webhooks carry too,
 * is ignored: it knows no time, so anything once seen could be sent again for ever.
 */
export const hubspotDoor: Door = {
  provider: 'hubspot',
  verify: (request, secrets, receivedAtMs) =>
    verifyV3({
      method: request.method,
      url: request.url,
      body: request.body,
      signature: request.headers[SIGNATURE_HEADER],
      timestamp: request.headers[TIMESTAMP_HEADER],
      signingKeys: secrets.signingKeys,
      receivedAtMs,
    }),
  // Any 2xx within 5 s ends HubSpot's attempts; it looks at neither header nor body (HubSpot, "Webhooks API").
  acknowledge: () => ({ status: 200, headers: {}, body: '' }),
  keepHeaders: [TIMESTAMP_HEADER, 'content-type'],
};
