import type { Delivery } from '../../../webhooks/delivery.ts';
import type { ParseContext } from '../../../webhooks/parser.ts';
import { recordId18 } from '../ids.ts';
import { OPPORTUNITY_PARTS, opportunityIdOf } from './opportunity.ts';
import { ignored, type Part, rejected } from './parts.ts';
import { readRecord } from './reads.ts';
import { connectionOf } from './which-connection.ts';
import { childOf, type Found, textOf } from './xml-child.ts';
import { readXml, splitName, type XmlElement } from './xml-tree.ts';

const SOAP = ['http://schemas.xmlsoap.org/soap/envelope/'];
const OUTBOUND = ['http://soap.sforce.com/2005/09/outbound'];
const SOBJECT = ['urn:sobject.enterprise.soap.sforce.com', 'urn:sobject.partner.soap.sforce.com'];
const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Salesforce puts no more into one message ("Understanding the Outbound Messaging WSDL"). */
const MAX_NOTIFICATIONS = 100;

/**
 * An Outbound Message says that records may have changed, and what it says of them was read when it was sent, not when
 * it happened (Salesforce, "Understanding Notifications"): so it leads to a read of each, and its fields are ignored.
 */
export function readOutboundMessage(text: string, delivery: Delivery, context: ParseContext): readonly Part[] {
  const xml = readXml(text);
  if (!xml.ok) return [rejected(xml.code, xml.sentence, text)];
  const notifications = notificationsOf(xml.root);
  if (!notifications.ok) return [rejected(notifications.code, notifications.sentence, text)];
  const org = textOf(childOf(notifications.element, 'OrganizationId', OUTBOUND));
  if (!org.ok && org.code !== 'field.missing') return [rejected(org.code, org.sentence, text)];
  const whose = connectionOf(org.ok ? org.text : undefined, delivery, context);
  if (!whose.ok) return [rejected(whose.code, whose.sentence, text)];

  const all = notifications.element.children.filter(({ name }) => name === 'Notification');
  if (all.length === 0) return [rejected('field.missing', 'the message holds no Notification', text)];
  if (all.length > MAX_NOTIFICATIONS) {
    const sentence = `the message holds ${all.length} notifications, and Salesforce sends at most ${MAX_NOTIFICATIONS}; find out who sent it`;
    return [rejected('notifications.too-many', sentence, text)];
  }
  return all.map((notification, index) => {
    const reading = readNotification(notification, whose.connectionId, context.receivedAtMs);
    return 'is' in reading ? reading : rejected(reading.code, reading.sentence, notification.source, index);
  });
}

/** `Envelope`, in it `Body`, in it `notifications` and nothing else. */
function notificationsOf(root: XmlElement): Found {
  if (root.name !== 'Envelope') return noOutboundMessage(`its root is <${root.name.slice(0, 40)}>`);
  if (!SOAP.includes(root.namespace)) {
    const sentence = `the Envelope is in the namespace "${root.namespace.slice(0, 100)}" instead of SOAP 1.1's`;
    return { ok: false, code: 'xml.namespace', sentence };
  }
  const body = childOf(root, 'Body', SOAP);
  if (!body.ok)
    return body.code === 'xml.namespace' ? body : noOutboundMessage('its Body is missing, or there are two');
  const notifications = childOf(body.element, 'notifications', OUTBOUND);
  if (!notifications.ok)
    return notifications.code === 'xml.namespace' ? notifications : noOutboundMessage('its Body is another one');
  return body.element.children.length === 1 ? notifications : noOutboundMessage('its Body holds more than one thing');
}

function noOutboundMessage(why: string): Found {
  const sentence = `the request is no Outbound Message of Salesforce, ${why}; is something else sent to this URL?`;
  return { ok: false, code: 'soap.not-outbound-message', sentence };
}

function readNotification(
  notification: XmlElement,
  connectionId: string,
  receivedAtMs: number,
): Part | { readonly code: string; readonly sentence: string } {
  if (!OUTBOUND.includes(notification.namespace)) {
    return { code: 'xml.namespace', sentence: 'a Notification is not in the namespace of Outbound Messages' };
  }
  const given = textOf(childOf(notification, 'Id', OUTBOUND));
  if (!given.ok) return given;
  const notificationId = recordId18(given.text);
  if (notificationId === undefined)
    return { code: 'field.wrong', sentence: 'the Id of the Notification is no Salesforce id' };

  const record = childOf(notification, 'sObject', OUTBOUND);
  // Whoever deletes a record before its message leaves, leaves the message empty ("Considerations for Outbound Messages").
  if (!record.ok) return record.code === 'field.missing' ? ignored('notification-without-record') : record;
  if (record.element.children.length === 0) return ignored('notification-without-record');

  const type = typeOf(record.element);
  if (!type.ok) return type;
  const isPart = OPPORTUNITY_PARTS.includes(type.text);
  if (type.text !== 'Opportunity' && !isPart) return ignored(`object:${type.text}`);
  const field = isPart ? 'OpportunityId' : 'Id';
  const id = textOf(childOf(record.element, field, SOBJECT));
  if (!id.ok) return isPart && id.code === 'field.missing' ? ignored('without-opportunity') : id;
  const opportunity = opportunityIdOf(id.text, `${field} of the ${type.text}`);
  if (!opportunity.ok) return opportunity;
  return readRecord({
    connectionId,
    recordId: opportunity.recordId,
    origin: `om/${notificationId}`,
    sinceMs: receivedAtMs,
    about: 'outbound-message',
  });
}

/** `xsi:type="sf:Opportunity"`: a name in a namespace, like the name of an element. */
function typeOf(record: XmlElement): ReturnType<typeof textOf> {
  const type = record.attributes.find(({ name, namespace }) => name === 'type' && namespace === SCHEMA_INSTANCE);
  if (type === undefined) return { ok: false, code: 'field.missing', sentence: 'the sObject has no xsi:type' };
  const [prefix, name] = splitName(type.value.trim());
  if (SOBJECT.includes(record.namespaceOf(prefix) ?? '')) return { ok: true, text: name };
  return {
    ok: false,
    code: 'xml.namespace',
    sentence: 'the xsi:type of the sObject is not in the namespace of sObjects',
  };
}
