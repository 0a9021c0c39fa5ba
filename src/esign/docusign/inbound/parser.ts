import type { Delivery } from '../../../webhooks/delivery.ts';
import {
  maySpeakFor,
  type ParseContext,
  type Parsed,
  type Parser,
  type ParserConnection,
  type Reject,
} from '../../../webhooks/parser.ts';
import { CONTRACT_FIELD, customFieldOf, eventOf, signalOf } from '../mapping.ts';
import { type ConnectMessage, connectMessagePayload } from '../payloads.ts';
import { parseHostileJson } from './hostile-json.ts';

const MAX_EXCERPT_LENGTH = 8000;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Kinds of Connect events that are not about envelopes or recipients. */
const OTHER_KINDS = /^(template|click|sms|agreement|workflow|account)-/;

/**
 * Reads Connect messages (JSON, one message for each event). The account in the signed body selects the connection.
 * Envelopes without our custom field belong to other people: counted as `foreign-envelope`, nothing of them is kept.
 */
export const docusignParser: Parser = {
  provider: 'docusign',
  parse(delivery, context) {
    const text = new TextDecoder().decode(Buffer.from(delivery.bodyBase64, 'base64')).trim();
    if (text.startsWith('<')) return rejected(xmlReject(text));
    const json = parseHostileJson(text);
    if (!json.ok) return rejected(brokenReject(json.why, text));
    const message = connectMessagePayload.safeParse(json.value);
    if (message.success) return readMessage(message.data, text, delivery, context);
    if (isAggregate(json.value)) return rejected(aggregateReject(text));
    const path = message.error.issues[0]?.path.join('.') ?? '';
    const where = path === '' ? 'the message is not an object' : `the field ${path} is missing or of a wrong type`;
    return rejected(reject('field.wrong', `${where}; check that Connect sends the format REST v2.1`, text));
  },
};

function readMessage(message: ConnectMessage, text: string, delivery: Delivery, context: ParseContext): Parsed {
  const { accountId = '', envelopeId = '', envelopeSummary: envelope } = message.data;
  const event = eventOf(message.event);
  if (event === undefined) return ignored(`event:${kindOf(message.event)}`);
  if (envelope === undefined || envelope === null) return ignored('no-summary');
  if (envelope.customFields === undefined || envelope.customFields === null) return ignored('no-custom-fields');
  if (customFieldOf(envelope, CONTRACT_FIELD) === undefined) return ignored('foreign-envelope');

  const connection = connectionOf(accountId, delivery, context);
  if (connection === undefined) {
    const sentence = `no DocuSign connection has the account id "${accountId.slice(0, 60)}"; add the connection or correct its accountId, then replay`;
    return rejected(reject('account.unknown', sentence, text));
  }
  if (!maySpeakFor(delivery, connection, context.connections)) {
    const sentence = `the message was signed with the key of ${delivery.connectionId}, but is about account ${accountId.slice(0, 60)} of ${connection.id}; send each account's messages to its own address, with a Connect key of that connection`;
    return rejected(reject('account.other', sentence, text));
  }
  if (!GUID.test(envelopeId)) {
    return rejected(reject('field.missing', 'data.envelopeId is no GUID, so the envelope is unknown', text));
  }
  if (event.startsWith('recipient-') && (message.data.recipientId ?? '') === '') {
    return rejected(reject('field.missing', `data.recipientId is missing in a message ${message.event}`, text));
  }
  const fact = { connectionId: connection.id, envelopeId: envelopeId.toLowerCase(), event, envelope };
  return { signals: [signalOf(message, fact, context.receivedAtMs)], rejects: [], ignored: {} };
}

/** Several connections may use one account: then the one whose URL was called. */
function connectionOf(accountId: string, delivery: Delivery, context: ParseContext): ParserConnection | undefined {
  const wanted = accountId.toLowerCase();
  const matches = context.connections.filter((connection) => connection.accountId.toLowerCase() === wanted);
  return matches.find((connection) => connection.id === delivery.connectionId) ?? matches[0];
}

/** Counters must stay few: what is no known kind of Connect event is counted under one name. */
function kindOf(event: string): string {
  if (/^(envelope|recipient)-[a-z-]{1,30}$/.test(event)) return event;
  return OTHER_KINDS.exec(event)?.[1] ?? 'unknown';
}

/** The older JSON format: an envelope at the top, no event. */
function isAggregate(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'envelopeId' in value && !('event' in value);
}

const HOW_TO_CONFIGURE =
  'in DocuSign, Settings, Connect: set the data format to REST v2.1 (JSON) and the event message delivery mode to "Send Individual Messages (SIM)"';

function xmlReject(text: string): Reject {
  return reject('format.xml', `Connect sent legacy XML; ${HOW_TO_CONFIGURE}`, ours(text));
}

function aggregateReject(text: string): Reject {
  return reject(
    'format.aggregate',
    `Connect sent an aggregate message without an event; ${HOW_TO_CONFIGURE}`,
    ours(text),
  );
}

/** A message in a wrong format may be about anybody's envelope: its text is kept only if it names our field. */
function ours(text: string): string {
  return text.includes(CONTRACT_FIELD) ? text : '(not kept: the message does not name an envelope of the hub)';
}

function brokenReject(why: 'broken' | 'too-deep', text: string): Reject {
  if (why === 'too-deep') return reject('json.too-deep', 'the message nests deeper than any message of Connect', text);
  return reject('json.broken', `the message is no valid JSON; ${HOW_TO_CONFIGURE}`, text);
}

function reject(code: string, sentence: string, text: string): Reject {
  return { code, sentence, index: -1, excerpt: text.slice(0, MAX_EXCERPT_LENGTH) };
}

function rejected(reason: Reject): Parsed {
  return { signals: [], rejects: [reason], ignored: {} };
}

function ignored(kind: string): Parsed {
  return { signals: [], rejects: [], ignored: { [kind]: 1 } };
}
