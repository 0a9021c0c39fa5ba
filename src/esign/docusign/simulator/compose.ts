import {
  type CustomFieldSpec,
  type DocumentSpec,
  type RecipientSpec,
  readCustomFields,
  readDocument,
  readRecipient,
  readRecipients,
} from './definition.ts';
import { type Loose, list, record, text } from './loose.ts';
import { writePdf } from './pdf.ts';
import type { SimTemplate } from './state.ts';
import { fillRoles } from './template-roles.ts';
import { invalidBody, WireError } from './wire-error.ts';

/** What an envelope definition amounts to, whichever of its three forms it has. */
export interface Parts {
  readonly documents: readonly DocumentSpec[];
  readonly recipients: readonly RecipientSpec[];
  readonly customFields: readonly CustomFieldSpec[];
  readonly emailSubject: string;
  readonly emailBlurb: string;
}

export interface ComposeOptions {
  readonly template: (templateId: string) => SimTemplate | undefined;
  readonly unknownTabs: 'ignored' | 'refused';
}

function findTemplate(options: ComposeOptions, templateId: string | undefined): SimTemplate {
  const found = templateId === undefined ? undefined : options.template(templateId.toLowerCase());
  if (found === undefined) throw new WireError(400, 'TEMPLATE_ID_INVALID', 'Invalid template ID.');
  return found;
}

function documentsOf(template: SimTemplate): DocumentSpec[] {
  return template.documents.map((document) => ({
    documentId: undefined,
    name: document.name,
    fileExtension: 'pdf',
    order: undefined,
    bytes: writePdf([document.lines]),
    templateId: template.templateId,
  }));
}

/** The same person named in several templates is one recipient with the tabs of all. */
function mergePeople(people: readonly RecipientSpec[]): RecipientSpec[] {
  const merged: RecipientSpec[] = [];
  for (const person of people) {
    const index = merged.findIndex(
      (other) =>
        other.type === person.type &&
        other.recipientId === person.recipientId &&
        other.email.toLowerCase() === person.email.toLowerCase() &&
        other.name === person.name &&
        other.routingOrder === person.routingOrder,
    );
    const other = merged[index];
    if (other === undefined) merged.push(person);
    else merged[index] = { ...other, tabs: [...other.tabs, ...person.tabs] };
  }
  return merged;
}

function mergeFields(fields: readonly CustomFieldSpec[]): CustomFieldSpec[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

function bySequence(items: readonly Loose[]): Loose[] {
  return [...items].sort((a, b) => Number(text(a.sequence) ?? 0) - Number(text(b.sequence) ?? 0));
}

function composeOne(composite: Loose, options: ComposeOptions): Omit<Parts, 'emailSubject' | 'emailBlurb'> {
  const servers = bySequence(list(composite.serverTemplates)).map((server) =>
    findTemplate(options, text(server.templateId)),
  );
  const inlines = bySequence(list(composite.inlineTemplates));
  const document = composite.document;
  if (servers.length === 0 && inlines.length === 0) {
    throw invalidBody('A composite template needs serverTemplates or inlineTemplates.');
  }
  let people = inlines.flatMap((inline) => readRecipients(inline.recipients));
  const recipients: RecipientSpec[] = [];
  for (const template of servers) {
    // A person may fill a role in each of the templates, so everybody is tried against every template.
    const { filled } = fillRoles(template, people, options.unknownTabs);
    recipients.push(...filled);
  }
  const isFilled = (person: RecipientSpec) =>
    recipients.some(
      (other) => other.roleName === person.roleName && other.email === person.email && other.name === person.name,
    );
  people = people.filter((person) => !isFilled(person));
  // A document of the composite takes the place of the templates' documents.
  const documents =
    document === undefined || document === null ? servers.flatMap(documentsOf) : [readDocument(record(document))];
  return {
    documents: [...documents, ...inlines.flatMap((inline) => list(inline.documents).map(readDocument))],
    recipients: [...recipients, ...people],
    customFields: inlines.flatMap((inline) => readCustomFields(inline.customFields)),
  };
}

/**
 * Reads `documents`, `templateId` with `templateRoles`, or `compositeTemplates`.
 * With composite templates the custom fields at the root are ignored (esignature.rest.swagger-v2.1.json, compositeTemplate).
 * Throws WireError TEMPLATE_ID_INVALID and INVALID_REQUEST_BODY.
 */
export function compose(definition: Loose, options: ComposeOptions): Parts {
  const composites = list(definition.compositeTemplates);
  const subject = text(definition.emailSubject) ?? '';
  const blurb = text(definition.emailBlurb) ?? '';
  if (composites.length > 0) {
    const parts = composites.map((composite) => composeOne(composite, options));
    return {
      documents: parts.flatMap((part) => part.documents),
      recipients: mergePeople(parts.flatMap((part) => part.recipients)),
      customFields: mergeFields(parts.flatMap((part) => part.customFields)),
      emailSubject: subject,
      emailBlurb: blurb,
    };
  }
  const customFields = mergeFields(readCustomFields(definition.customFields));
  const ownDocuments = list(definition.documents).map(readDocument);
  const ownRecipients = readRecipients(definition.recipients);
  if (text(definition.templateId) === undefined) {
    return {
      documents: ownDocuments,
      recipients: ownRecipients,
      customFields,
      emailSubject: subject,
      emailBlurb: blurb,
    };
  }
  const template = findTemplate(options, text(definition.templateId));
  const roles = list(definition.templateRoles).map((role) => readRecipient('signers', role));
  const { filled, unmatched } = fillRoles(template, [...roles, ...ownRecipients], options.unknownTabs);
  return {
    documents: [...documentsOf(template), ...ownDocuments],
    recipients: [...filled, ...unmatched],
    customFields,
    emailSubject: subject === '' ? template.emailSubject : subject,
    emailBlurb: blurb === '' ? template.emailBlurb : blurb,
  };
}
