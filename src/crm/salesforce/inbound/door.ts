import type { Acknowledgement, Door, RawRequest, Verdict } from '../../../webhooks/door.ts';
import { derivedToken, isOneOf, signBody } from '../signature.ts';
import { looksLikeXml } from './looks-like-xml.ts';
import { withoutSessionId } from './session-id.ts';
import { tokenOf, withoutToken } from './url-token.ts';

const SIGNATURE_HEADER = 'x-stagepost-signature';
const API_KEY_HEADER = 'x-api-key';

const MISSING: Verdict = { ok: false, cause: 'signature-missing' };
const WRONG: Verdict = { ok: false, cause: 'signature-wrong' };
const HINT: Verdict = { ok: true, hintOnly: true };

/**
 * The yes to an Outbound Message. Anything else, a 200 without this body included, counts as not delivered and is told
 * again for 24 hours (Salesforce, "Understanding the Outbound Messaging WSDL").
 */
const SOAP_YES: Acknowledgement = {
  status: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body:
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
    '</soapenv:Body></soapenv:Envelope>',
};

const JSON_YES: Acknowledgement = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"accepted":true}',
};

/**
 * Lets in what knows a secret of the connection. Salesforce signs neither Outbound Messages nor the callouts of flows, so
 * a token in the URL or an API key prove the caller and never the body: such a request is but a hint. A body that Apex
 * has signed is more than that. The strongest proof that is given decides: whoever sends a wrong signature is refused,
 * whatever else is right.
 */
export const salesforceDoor: Door = {
  provider: 'salesforce',
  verify: (request, { signingKeys }) => {
    const signature = request.headers[SIGNATURE_HEADER];
    if (signature !== undefined) {
      return isOneOf(signature, signingKeys, (key) => signBody(request.body, key)) ? { ok: true } : WRONG;
    }
    const apiKey = apiKeyOf(request);
    if (apiKey !== undefined) return isOneOf(apiKey, signingKeys, (key) => derivedToken(key, 'apiKey')) ? HINT : WRONG;
    const token = tokenOf(request.url);
    if (token === undefined) return MISSING;
    return isOneOf(token, signingKeys, (key) => derivedToken(key, 'urlToken')) ? HINT : WRONG;
  },
  acknowledge: (request) => (looksLikeXml(request.body) ? SOAP_YES : JSON_YES),
  // "Send Session ID" is to be off; should somebody turn it on, the session ends here. Bytes stay bytes in Latin-1.
  redactBody: (body) => Buffer.from(withoutSessionId(Buffer.from(body).toString('latin1')), 'latin1'),
  redactUrl: withoutToken,
  keepHeaders: ['content-type'],
};

/** An external credential may send the key in a header of any name; these two are understood. */
function apiKeyOf({ headers }: RawRequest): string | undefined {
  return headers[API_KEY_HEADER] ?? /^bearer (.*)$/is.exec(headers['authorization'] ?? '')?.[1];
}
