import type { Parts } from './compose.ts';
import type { CustomFieldSpec, DocumentSpec, RecipientSpec } from './definition.ts';
import { invalidBody, WireError } from './wire-error.ts';

const LONGEST = { subject: 100, blurb: 10_000, name: 100, email: 100, note: 1000, customField: 100 };
/** "eSignature API rules and resource limits". */
const MOST_RECIPIENTS = 100;

function checkRecipient(recipient: RecipientSpec): void {
  const who = `The recipient Id follows. Recipient Id: ${recipient.recipientId ?? ''}`;
  if (recipient.name.trim() === '' || recipient.name.length > LONGEST.name) {
    throw new WireError(400, 'INVALID_USERNAME_FOR_RECIPIENT', `The user name for the recipient is invalid. ${who}`);
  }
  if (recipient.email.length > LONGEST.email || !/^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/.test(recipient.email)) {
    throw new WireError(
      400,
      'INVALID_EMAIL_ADDRESS_FOR_RECIPIENT',
      `The email address for the recipient is invalid. ${who}`,
    );
  }
  if ((recipient.note ?? '').length > LONGEST.note)
    throw invalidBody(`The note is longer than 1000 characters. ${who}`);
}

function checkRecipients(recipients: readonly RecipientSpec[]): void {
  if (recipients.length > MOST_RECIPIENTS) throw invalidBody('An envelope has at most 100 recipients.');
  const ids = new Set<string>();
  for (const recipient of recipients) {
    checkRecipient(recipient);
    if (recipient.recipientId === undefined) continue;
    if (ids.has(recipient.recipientId)) {
      throw new WireError(
        400,
        'ENVELOPE_HAS_DUPLICATE_RECIPIENTS',
        `The Envelope contains duplicate recipients. Recipient Id: ${recipient.recipientId}`,
      );
    }
    ids.add(recipient.recipientId);
  }
}

function checkDocuments(documents: readonly DocumentSpec[]): void {
  const ids = new Set<string>();
  for (const { documentId, name, fileExtension, bytes } of documents) {
    if (documentId !== undefined && !/^[1-9]\d{0,9}$/.test(documentId)) {
      throw invalidBody(`documentId "${documentId}" is not a whole number from 1.`);
    }
    if (documentId !== undefined && ids.has(documentId)) {
      throw invalidBody(`documentId "${documentId}" is used twice; it must be unique in the envelope.`);
    }
    if (documentId !== undefined) ids.add(documentId);
    if (name === '') throw invalidBody('A document has no name.');
    if (fileExtension === 'pdf' && Buffer.from(bytes.subarray(0, 1024)).indexOf('%PDF-') < 0) {
      throw new WireError(400, 'PDF_VALIDATION_FAILED', `PDF validation failed. Document "${name}" is not a PDF.`);
    }
  }
}

function checkCustomFields(fields: readonly CustomFieldSpec[]): void {
  for (const field of fields) {
    if (field.name === '') throw invalidBody('A custom field has no name.');
    if (field.name.length > LONGEST.customField || field.value.length > LONGEST.customField) {
      throw new WireError(
        400,
        'INVALID_CUSTOM_FIELD_VALUE',
        `Name and value of an envelope custom field have at most 100 characters. Field: ${field.name.slice(0, 100)}`,
      );
    }
  }
}

/** Checks what holds for drafts too. Throws WireError, always with status 400. */
export function checkParts(parts: Parts): void {
  checkRecipients(parts.recipients);
  checkDocuments(parts.documents);
  checkCustomFields(parts.customFields);
  if (parts.emailSubject.length > LONGEST.subject) throw invalidBody('emailSubject has at most 100 characters.');
  if (parts.emailBlurb.length > LONGEST.blurb) throw invalidBody('emailBlurb has at most 10000 characters.');
}
