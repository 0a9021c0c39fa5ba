import type { ContactRemoval, RecordsToRead, Signal } from '../../../domain/signals.ts';
import type { Delivery } from '../../../webhooks/delivery.ts';
import {
  maySpeakFor,
  type ParseContext,
  type Parsed,
  type Parser,
  type ParserConnection,
  type Reject,
} from '../../../webhooks/parser.ts';
import { LINK_PROPERTY } from '../mapping.ts';
import { webhookAccount, webhookKind } from '../payloads.ts';
import { DEAL_EVENTS, type DealEvent, removalOf, signalsOf } from './event-signals.ts';
import { excerptOf, isNestedDeeperThan } from './hostile-json.ts';

/** HubSpot's events are flat; what is nested deeper than this is not from HubSpot. */
const MAX_DEPTH = 20;
/** HubSpot's object type of deals ("Understanding the CRM", object type ids). */
const DEAL_TYPE_ID = '0-3';
/** And of contacts. */
const CONTACT_TYPE_ID = '0-1';
const PRIVACY_DELETION = 'privacyDeletion';
const MAX_KIND_LENGTH = 80;

type EventReading =
  | { readonly is: 'signals'; readonly signals: readonly Signal[] }
  | { readonly is: 'removal'; readonly removal: ContactRemoval }
  | { readonly is: 'ignored'; readonly kind: string }
  | { readonly is: 'rejected'; readonly code: string; readonly sentence: string };

/**
 * Understands a batch of HubSpot webhooks, classic (`deal.*`) and generic (`object.*` with type 0-3), and that a contact was
 * deleted for privacy (`contact.privacyDeletion`).
 * What one event lacks does not hold up the others; the same fact told twice in a batch comes out once.
 */
export const hubspotParser: Parser = { provider: 'hubspot', parse };

function parse(delivery: Delivery, context: ParseContext): Parsed {
  const text = new TextDecoder().decode(Buffer.from(delivery.bodyBase64, 'base64'));
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    return refused('json.broken', 'the body is not JSON; compare it with what HubSpot shows for this request', text);
  }
  if (!Array.isArray(batch)) {
    return refused(
      'json.not-array',
      'HubSpot sends a list of events; is another kind of webhook sent to this URL?',
      text,
    );
  }

  const signals = new Map<string, Signal>();
  const removals = new Map<string, ContactRemoval>();
  const ignored = new Map<string, number>();
  const rejects: Reject[] = [];
  for (const [index, event] of batch.entries()) {
    const reading = readEvent(event, delivery, context);
    switch (reading.is) {
      case 'signals':
        for (const signal of reading.signals) if (!signals.has(signal.id)) signals.set(signal.id, signal);
        break;
      case 'removal':
        if (!removals.has(reading.removal.id)) removals.set(reading.removal.id, reading.removal);
        break;
      case 'ignored':
        ignored.set(reading.kind, (ignored.get(reading.kind) ?? 0) + 1);
        break;
      case 'rejected':
        rejects.push({ code: reading.code, sentence: reading.sentence, index, excerpt: excerptOf(event) });
        break;
    }
  }
  const reads = [...signals.values()].flatMap((signal) => readsFor(signal, context.receivedAtMs));
  return {
    signals: [...signals.values()],
    ...(reads.length === 0 ? {} : { reads }),
    ...(removals.size === 0 ? {} : { removals: [...removals.values()] }),
    rejects,
    ignored: Object.fromEntries(ignored),
  };
}

/** With which opportunity a deal is synced is read from the deal: the webhook's value may be an older one. */
function readsFor(signal: Signal, receivedAtMs: number): readonly RecordsToRead[] {
  if (signal.kind !== 'hint' || signal.about !== `property:${LINK_PROPERTY}`) return [];
  const { connectionId, recordId, id } = signal;
  return [{ kind: 'read', id: `r/${id}`, connectionId, recordId, sinceMs: receivedAtMs, about: 'link' }];
}

function readEvent(event: unknown, delivery: Delivery, context: ParseContext): EventReading {
  if (isNestedDeeperThan(event, MAX_DEPTH)) {
    return rejected('json.too-deep', `the event is nested deeper than ${MAX_DEPTH} levels; HubSpot's events are flat`);
  }
  const kind = webhookKind.safeParse(event);
  const name = kind.data?.subscriptionType ?? kind.data?.eventType;
  if (!kind.success || name === undefined) {
    return rejected('field.missing', 'the event has no subscriptionType, so nobody can tell what happened');
  }
  const typeId = kind.data.objectTypeId;
  const dealEvent = dealEventOf(name, typeId);
  const isRemoval = isPrivacyDeletion(name, typeId);
  if (dealEvent === undefined && !isRemoval) return { is: 'ignored', kind: kindLabel(name, typeId) };

  const account = webhookAccount.safeParse(event);
  if (!account.success) return rejected('field.missing', 'portalId is missing or not a number');
  const connection = connectionOf(account.data.portalId, delivery, context);
  if (connection === undefined) {
    return rejected(
      'account.unknown',
      `no HubSpot connection has portalId ${account.data.portalId}; add it to the configuration and replay, or stop the app's webhooks for that account`,
    );
  }
  if (!maySpeakFor(delivery, connection, context.connections)) {
    return rejected(
      'account.other',
      `the event was signed with the key of ${delivery.connectionId}, but is about portal ${account.data.portalId} of ${connection.id}; send each portal's events to its own address, from an app whose client secret is that connection's`,
    );
  }
  const connectionId = connection.id;
  if (dealEvent === undefined) {
    const reading = removalOf(event, connectionId, context.receivedAtMs);
    if (reading.ok) return { is: 'removal', removal: reading.removal };
    return rejected('field.wrong', `${name}: ${reading.problem}`);
  }
  const reading = signalsOf(dealEvent, event, connectionId);
  if (reading.ok) return { is: 'signals', signals: reading.signals };
  return rejected('field.wrong', `${name}: ${reading.problem}`);
}

/** Undefined for events about other objects, and for kinds that nobody here uses. */
function dealEventOf(name: string, typeId: string | undefined): DealEvent | undefined {
  const [object, event] = name.split('.', 2);
  if (event === undefined || !DEAL_EVENTS.includes(event)) return undefined;
  if (object === 'deal' || (object === 'object' && typeId === DEAL_TYPE_ID)) return event as DealEvent;
  return undefined;
}

/**
 * HubSpot documents the classic name alone ("Configure webhooks", `hubEvents`); under the generic one it would mean the
 * same, and a person's request must not be passed over for its spelling.
 */
function isPrivacyDeletion(name: string, typeId: string | undefined): boolean {
  const [object, event] = name.split('.', 2);
  if (event !== PRIVACY_DELETION) return false;
  return object === 'contact' || (object === 'object' && typeId === CONTACT_TYPE_ID);
}

function kindLabel(name: string, typeId: string | undefined): string {
  return (typeId === undefined ? name : `${name}:${typeId}`).slice(0, MAX_KIND_LENGTH);
}

/** Two connections may share an account (two apps): then the one whose key verified the delivery has it. */
function connectionOf(portalId: string, delivery: Delivery, context: ParseContext): ParserConnection | undefined {
  const matches = context.connections.filter(
    ({ provider, accountId }) => provider === 'hubspot' && accountId === portalId,
  );
  return matches.find(({ id }) => id === delivery.connectionId) ?? matches[0];
}

function rejected(code: string, sentence: string): EventReading {
  return { is: 'rejected', code, sentence };
}

function refused(code: string, sentence: string, text: string): Parsed {
  return { signals: [], rejects: [{ code, sentence, index: -1, excerpt: excerptOf(text) }], ignored: {} };
}
