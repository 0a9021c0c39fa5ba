import type { Delivery } from '../../../webhooks/delivery.ts';
import type { ParseContext, Parser } from '../../../webhooks/parser.ts';
import { PARTNER_SOURCE_PREFIX, readChangeEvent } from './change-event.ts';
import { readFlowCallout } from './flow-callout.ts';
import { looksLikeXml } from './looks-like-xml.ts';
import { readOutboundMessage } from './outbound-message.ts';
import { gather, type Part, rejected } from './parts.ts';
import { NO_CONNECTION } from './which-connection.ts';

/** A text that is none may hide a session id from whoever looks for it. */
const NOT_KEPT = '(not kept: the bytes are no text in UTF-8)';

/**
 * Understands three kinds of deliveries: Outbound Messages and callouts of flows, which only lead to reads of the records
 * that they name, and change events from EventBridge, which also tell when a record came or went.
 */
export const salesforceParser: Parser = {
  provider: 'salesforce',
  partnerSourcePrefix: PARTNER_SOURCE_PREFIX,
  parse: (delivery, context) => gather(partsOf(delivery, context)),
};

function partsOf(delivery: Delivery, context: ParseContext): readonly Part[] {
  const body = Buffer.from(delivery.bodyBase64, 'base64');
  const isXml = looksLikeXml(body);
  const text = textOf(body);
  if (text === undefined) {
    const sentence = 'the body is no text in UTF-8, the only encoding in which Salesforce sends; find out who sent it';
    return [rejected(isXml ? 'xml.broken' : 'json.broken', sentence, NOT_KEPT)];
  }
  // The door names the connection whose secret it saw. Only what came from EventBridge came without one, and nobody who
  // knows a secret may pass for it.
  if (NO_CONNECTION.includes(delivery.connectionId)) return readChangeEvent(text, delivery, context);
  return isXml ? readOutboundMessage(text, delivery, context) : readFlowCallout(text, delivery, context);
}

/** Without its byte order mark; undefined for bytes that are no UTF-8, UTF-16 among them. */
function textOf(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
