import { OBJECT_KINDS } from './kinds.ts';
import type { DealEvent } from './model.ts';

/** One element of a webhook request, without what changes from attempt to attempt. */
export type WebhookEvent = Readonly<Record<string, unknown>> & {
  readonly eventId: number;
  readonly subscriptionType: string;
};

export interface EventContext {
  readonly portalId: number;
  readonly appId: number;
  readonly eventId: number;
  readonly subscriptionId: number;
  readonly skewMs: number;
}

/** What the event's subscription is called, e.g. `deal.propertyChange` or `object.merge`. */
export function subscriptionType(event: DealEvent, format: 'classic' | 'generic'): string {
  // Among the hub events, which have no generic form ("Configure webhooks").
  if (event.kind === 'privacyDeletion') return 'contact.privacyDeletion';
  return `${format === 'classic' ? 'deal' : 'object'}.${event.kind}`;
}

/** Fields: HubSpot "Webhooks API" (classic) and "Create generic webhook subscriptions". */
export function webhookEvent(event: DealEvent, format: 'classic' | 'generic', context: EventContext): WebhookEvent {
  return {
    eventId: context.eventId,
    subscriptionId: context.subscriptionId,
    portalId: context.portalId,
    appId: context.appId,
    occurredAt: event.atMs + (event.kind === 'propertyChange' ? context.skewMs : 0),
    subscriptionType: subscriptionType(event, format),
    ...details(event),
    ...(format === 'generic' && event.kind !== 'privacyDeletion' ? generic(event) : {}),
    changeSource: event.source.type,
    sourceId: event.source.id,
  };
}

function details(event: DealEvent): Record<string, unknown> {
  switch (event.kind) {
    case 'creation':
      return { objectId: Number(event.dealId), changeFlag: 'NEW' };
    case 'deletion':
      return { objectId: Number(event.dealId), changeFlag: 'DELETED' };
    case 'restore':
      return { objectId: Number(event.dealId) };
    case 'privacyDeletion':
      // Neither name nor address: they are deleted.
      return { objectId: Number(event.contactId), changeFlag: 'DELETED' };
    case 'propertyChange':
      return { objectId: Number(event.dealId), propertyName: event.property, propertyValue: event.value };
    case 'merge':
      return {
        objectId: Number(event.primaryId),
        primaryObjectId: Number(event.primaryId),
        mergedObjectIds: event.mergedIds.map(Number),
        newObjectId: Number(event.newId),
        numberOfPropertiesMoved: event.propertiesMoved,
      };
    case 'associationChange':
      // These carry no objectId.
      return {
        associationType: `DEAL_TO_${OBJECT_KINDS[event.toType].singular.toUpperCase()}`,
        fromObjectId: Number(event.dealId),
        toObjectId: Number(event.toId),
        associationRemoved: event.removed,
        isPrimaryAssociation: event.primary,
      };
    default:
      return event satisfies never;
  }
}

function generic(event: DealEvent): Record<string, unknown> {
  return {
    objectTypeId: OBJECT_KINDS.deals.typeId,
    ...(event.kind === 'propertyChange' ? { isSensitive: false } : {}),
    ...(event.kind === 'associationChange'
      ? { fromObjectTypeId: OBJECT_KINDS.deals.typeId, toObjectTypeId: OBJECT_KINDS[event.toType].typeId }
      : {}),
  };
}
