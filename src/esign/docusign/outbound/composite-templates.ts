import type { EnvelopeDocument, EnvelopeRecipient, EnvelopeSpec } from '../../esign-port.ts';
import { dateAnchor, fieldAnchor, signAnchor } from './anchors.ts';
import { roleOf, type TemplateShape } from './template-shape.ts';

type Json = { readonly [name: string]: unknown };

/**
 * One composite template for each document, in the order of the policy. Recipients keep id and routing order in all of
 * them, so that DocuSign makes one recipient of each.
 */
export function compositeTemplates(
  spec: EnvelopeSpec,
  templates: readonly TemplateShape[],
  customFields: Json,
): readonly Json[] {
  const firstPdf = spec.documents.findIndex(({ source }) => 'pdf' in source);
  return spec.documents.map((document, index) => {
    const number = String(index + 1);
    const place = { index, isFirst: index === 0, isFirstPdf: index === firstPdf };
    // Root custom fields are ignored with composite templates; a name must be unique in the envelope: first one only.
    const fields = place.isFirst ? { customFields } : {};
    if ('template' in document.source) {
      const template = templateOf(templates, document.source.template);
      const recipients = templateRecipients(spec, template, templates, place);
      return {
        compositeTemplateId: number,
        serverTemplates: [{ sequence: '1', templateId: document.source.template }],
        inlineTemplates: [{ sequence: '2', recipients, ...fields }],
      };
    }
    return {
      compositeTemplateId: number,
      inlineTemplates: [{ sequence: '1', recipients: pdfRecipients(spec, templates, place), ...fields }],
      document: pdfDocument(document, document.source.pdf, place),
    };
  });
}

interface Place {
  readonly index: number;
  readonly isFirst: boolean;
  readonly isFirstPdf: boolean;
}

/** Numbers of our own documents; templates count theirs from 1. */
function documentIdOf(place: Place): string {
  return String(101 + place.index);
}

function pdfDocument(document: EnvelopeDocument, pdf: Uint8Array, place: Place): Json {
  return {
    documentId: documentIdOf(place),
    name: document.name,
    fileExtension: 'pdf',
    documentBase64: Buffer.from(pdf).toString('base64'),
  };
}

function templateOf(templates: readonly TemplateShape[], templateId: string): TemplateShape {
  return templates.find((each) => each.templateId === templateId) ?? { templateId, name: templateId, roles: [] };
}

function templateRecipients(
  spec: EnvelopeSpec,
  template: TemplateShape,
  templates: readonly TemplateShape[],
  place: Place,
): Json {
  return recipientLists(spec.recipients, (recipient) => {
    const role = roleOf(template, recipient.role);
    if (role === undefined)
      return isHomeless(recipient, templates) && recipient.kind === 'copy' && place.isFirst ? {} : undefined;
    const filled = role.tabs.filter(({ label }) => Object.hasOwn(spec.tabs, label));
    const tabs: Record<string, Json[]> = {};
    for (const { list, label } of filled) {
      const value = spec.tabs[label] ?? '';
      const named = list === 'numericalTabs' ? { numericalValue: value } : { value };
      tabs[list] = [...(tabs[list] ?? []), { tabLabel: label, ...named }];
    }
    return { roleName: role.roleName, ...(filled.length === 0 ? {} : { tabs }) };
  });
}

function pdfRecipients(spec: EnvelopeSpec, templates: readonly TemplateShape[], place: Place): Json {
  const fieldOwner = spec.recipients
    .filter(({ kind }) => kind === 'signer')
    .reduce((first, each) => (each.routingOrder < first.routingOrder ? each : first));
  return recipientLists(spec.recipients, (recipient) => {
    const homeless = isHomeless(recipient, templates);
    if (recipient.kind === 'copy') return homeless && place.isFirst ? {} : undefined;
    if (recipient.kind === 'approver') {
      return homeless && place.isFirstPdf ? { roleName: recipient.role, tabs: approvalTabs(place) } : undefined;
    }
    // Whoever signs in a template may sign here too; whoever does not must find a place in the first PDF.
    const required = homeless && place.isFirstPdf;
    const fields = recipient === fieldOwner && place.isFirstPdf ? fieldTabs(spec, templates) : [];
    return {
      roleName: recipient.role,
      tabs: {
        signHereTabs: [anchored(signAnchor(recipient.role), required)],
        dateSignedTabs: [anchored(dateAnchor(recipient.role), false)],
        ...(fields.length === 0 ? {} : { textTabs: fields }),
      },
    };
  });
}

function isHomeless(recipient: EnvelopeRecipient, templates: readonly TemplateShape[]): boolean {
  return templates.every((template) => roleOf(template, recipient.role) === undefined);
}

/** Values that no template has a field for stand in our own PDF. */
function fieldTabs(spec: EnvelopeSpec, templates: readonly TemplateShape[]): readonly Json[] {
  const known = new Set(templates.flatMap(({ roles }) => roles.flatMap(({ tabs }) => tabs.map(({ label }) => label))));
  return Object.entries(spec.tabs)
    .filter(([label]) => !known.has(label))
    .map(([label, value]) => ({ ...anchored(fieldAnchor(label), true), tabLabel: label, value, locked: 'true' }));
}

function anchored(anchorString: string, required: boolean): Json {
  return {
    anchorString,
    anchorUnits: 'pixels',
    anchorXOffset: '0',
    anchorYOffset: '0',
    anchorCaseSensitive: 'false',
    anchorIgnoreIfNotPresent: required ? 'false' : 'true',
  };
}

/** An approver presses a button and leaves no mark in the document, so the buttons stand in the margin of page 1. */
function approvalTabs(place: Place): Json {
  const page = { documentId: documentIdOf(place), pageNumber: '1', yPosition: '20' };
  return {
    approveTabs: [{ ...page, xPosition: '380', buttonText: 'Approve', tabLabel: 'stagepost-approve' }],
    declineTabs: [{ ...page, xPosition: '470', buttonText: 'Decline', tabLabel: 'stagepost-decline' }],
  };
}

/** @param detailsOf what the document adds to a recipient; undefined leaves the recipient out of this document */
function recipientLists(
  recipients: readonly EnvelopeRecipient[],
  detailsOf: (recipient: EnvelopeRecipient) => Json | undefined,
): Json {
  const signers: Json[] = [];
  const carbonCopies: Json[] = [];
  for (const recipient of recipients) {
    const details = detailsOf(recipient);
    if (details === undefined) continue;
    const { recipientId, name, email, routingOrder } = recipient;
    const list = recipient.kind === 'copy' ? carbonCopies : signers;
    list.push({ recipientId, name, email, routingOrder: String(routingOrder), ...details });
  }
  return { ...(signers.length === 0 ? {} : { signers }), ...(carbonCopies.length === 0 ? {} : { carbonCopies }) };
}
