import { placeAnchors } from './anchors.ts';
import { compose } from './compose.ts';
import type { DocumentSpec, RecipientSpec } from './definition.ts';
import { readEmailSettings, readEventNotifications, readNotification } from './envelope-settings.ts';
import { type Loose, text } from './loose.ts';
import type { SimDocument, SimEnvelope, SimRecipient } from './state.ts';
import { checkParts } from './validate.ts';
import type { World } from './world.ts';

function unusedNumber(used: Set<string>): string {
  let number = 1;
  while (used.has(String(number))) number += 1;
  used.add(String(number));
  return String(number);
}

function numberDocuments(world: World, specs: readonly DocumentSpec[]): SimDocument[] {
  const used = new Set(specs.map((spec) => spec.documentId).filter((id) => id !== undefined));
  return specs.map((spec, index) => ({
    documentId: spec.documentId ?? unusedNumber(used),
    documentIdGuid: world.guid(),
    name: spec.name,
    fileExtension: spec.fileExtension,
    order: spec.order ?? String(index + 1),
    ...(spec.templateId === undefined ? {} : { templateId: spec.templateId }),
  }));
}

function numberRecipients(world: World, specs: readonly RecipientSpec[]): SimRecipient[] {
  const used = new Set(specs.map((spec) => spec.recipientId).filter((id) => id !== undefined));
  return specs.map((spec) => ({
    type: spec.type,
    recipientId: spec.recipientId ?? unusedNumber(used),
    recipientIdGuid: world.guid(),
    userId: world.guid(),
    name: spec.name,
    email: spec.email,
    routingOrder: spec.routingOrder ?? 1,
    status: 'created',
    tabs: spec.tabs.map((tab) => ({
      tabType: tab.tabType,
      tabId: world.guid(),
      properties: { documentId: '1', pageNumber: '1', ...tab.properties },
    })),
    ...(spec.roleName === undefined ? {} : { roleName: spec.roleName }),
    ...(spec.clientUserId === undefined || spec.clientUserId === '' ? {} : { clientUserId: spec.clientUserId }),
    ...(spec.note === undefined ? {} : { note: spec.note }),
  }));
}

/** Makes and saves a draft of the definition, with its documents. Throws WireError (400) for what DocuSign refuses. */
export function buildEnvelope(world: World, definition: Loose, origin: SimEnvelope['origin']): SimEnvelope {
  const switches = world.switches();
  const parts = compose(definition, {
    template: (templateId) => world.templates.get(templateId),
    unknownTabs: switches.unknownTabs,
  });
  checkParts(parts);
  const recipients = placeAnchors(parts.recipients, parts.documents, switches.anchorErrorCode);
  const now = world.nowMs();
  const transactionId = text(definition.transactionId);
  const brandId = text(definition.brandId);
  const envelope: SimEnvelope = {
    envelopeId: world.guid(),
    origin,
    status: 'created',
    emailSubject: parts.emailSubject,
    emailBlurb: parts.emailBlurb,
    recipients: numberRecipients(world, recipients),
    documents: numberDocuments(world, parts.documents),
    customFields: parts.customFields.map(({ listItems, ...field }) => ({
      ...field,
      fieldId: String(world.nextNumber('custom-field', 10_740_000_001)),
      ...(listItems === undefined ? {} : { listItems: [...listItems] }),
    })),
    notification: readNotification(definition.notification),
    eventNotifications: readEventNotifications(definition),
    emailSettings: readEmailSettings(definition.emailSettings),
    folder: 'draft',
    remindersSent: 0,
    audit: [],
    createdAtMs: now,
    statusChangedAtMs: now,
    lastModifiedAtMs: now,
    ...(transactionId === undefined || transactionId === '' ? {} : { transactionId }),
    ...(brandId === undefined ? {} : { brandId }),
  };
  for (const [index, document] of envelope.documents.entries()) {
    const bytes = parts.documents[index]?.bytes ?? new Uint8Array();
    world.documents.set(`${envelope.envelopeId}/${document.documentId}`, Buffer.from(bytes).toString('base64'));
  }
  world.save(envelope);
  return envelope;
}
