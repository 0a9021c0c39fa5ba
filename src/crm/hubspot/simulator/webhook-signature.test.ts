import { expect, test } from 'vitest';
import { webhookSignatureV1, webhookSignatureV3 } from './webhook-signature.ts';

// Published vector: HubSpot/hubspot-api-nodejs, test/unit/signature.spec.ts.
test('signs version 1 as HubSpot published it', () => {
  const body =
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
  expect(webhookSignatureV1('yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', body)).toBe(
    '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de',
  );
});

// Computed with `openssl dgst -sha256 -hmac`, the colon decoded and the blank left encoded.
test.each(['%3A', '%3a', ':'])('signs version 3 over the address with %s decoded and %%20 kept', (colon) => {
  const url = `https://hub.example.com/webhooks/hubspot/eu${colon}1?via=a%20b`;
  expect(webhookSignatureV3('secret-of-the-app', url, '[{"eventId":1}]', 1_772_442_000_000)).toBe(
    'VFMtM8LSIncf1W88rR888kEAkWHtoFJY7j1dGA0gLDw=',
  );
});
