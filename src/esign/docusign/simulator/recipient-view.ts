import { isActive } from './routing.ts';
import { RECIPIENT_TYPES, type SimEnvelope, type SimRecipient } from './state.ts';
import { wireTime } from './wire-time.ts';

/** Tabs as on the wire: a list for each type. */
export function tabsView(recipient: SimRecipient): Record<string, unknown[]> {
  const grouped: Record<string, unknown[]> = {};
  for (const tab of recipient.tabs) {
    const group = grouped[tab.tabType] ?? [];
    group.push({ ...tab.properties, tabId: tab.tabId, recipientId: recipient.recipientId });
    grouped[tab.tabType] = group;
  }
  return grouped;
}

function recipientView(recipient: SimRecipient, withTabs: boolean): Record<string, unknown> {
  const { sentAtMs, deliveredAtMs, signedAtMs, declinedAtMs } = recipient;
  return {
    recipientId: recipient.recipientId,
    recipientIdGuid: recipient.recipientIdGuid,
    userId: recipient.userId,
    name: recipient.name,
    email: recipient.email,
    routingOrder: String(recipient.routingOrder),
    status: recipient.status,
    deliveryMethod: 'email',
    requireIdLookup: 'false',
    ...(recipient.type === 'signers' ? { isBulkRecipient: 'false', recipientType: 'signer' } : {}),
    ...(recipient.roleName === undefined ? {} : { roleName: recipient.roleName }),
    ...(recipient.clientUserId === undefined ? {} : { clientUserId: recipient.clientUserId }),
    ...(recipient.note === undefined ? {} : { note: recipient.note }),
    ...(sentAtMs === undefined ? {} : { sentDateTime: wireTime(sentAtMs) }),
    ...(deliveredAtMs === undefined ? {} : { deliveredDateTime: wireTime(deliveredAtMs) }),
    ...(signedAtMs === undefined ? {} : { signedDateTime: wireTime(signedAtMs) }),
    ...(declinedAtMs === undefined ? {} : { declinedDateTime: wireTime(declinedAtMs) }),
    ...(recipient.declinedReason === undefined ? {} : { declinedReason: recipient.declinedReason }),
    ...(withTabs ? { tabs: tabsView(recipient) } : {}),
  };
}

/** All recipient lists, empty ones too, as `GET .../recipients` gives them. */
export function recipientsView(envelope: SimEnvelope, withTabs: boolean): Record<string, unknown> {
  const lists = RECIPIENT_TYPES.map((type) => {
    const members = envelope.recipients.filter((recipient) => recipient.type === type);
    return [type, members.map((recipient) => recipientView(recipient, withTabs))] as const;
  });
  const turn = envelope.recipients.filter(isActive).map((recipient) => recipient.routingOrder);
  const last = Math.max(1, ...envelope.recipients.map((recipient) => recipient.routingOrder));
  const notStarted = envelope.status === 'created' || envelope.status === 'deleted';
  const current = turn.length > 0 ? Math.min(...turn) : notStarted ? 1 : last;
  return {
    ...Object.fromEntries(lists),
    intermediaries: [],
    inPersonSigners: [],
    seals: [],
    witnesses: [],
    notaries: [],
    recipientCount: String(envelope.recipients.length),
    currentRoutingOrder: String(current),
  };
}
