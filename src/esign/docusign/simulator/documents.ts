import { writePdf } from './pdf.ts';
import { readPdfText } from './pdf-text.ts';
import { isApprover } from './routing.ts';
import type { SimDocument, SimEnvelope, SimRecipient } from './state.ts';
import { WireError } from './wire-error.ts';
import { wireTime } from './wire-time.ts';
import type { World } from './world.ts';
import { writeZip } from './zip.ts';

export interface Rendered {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly fileName: string;
}

function original(world: World, envelope: SimEnvelope, document: SimDocument): Uint8Array {
  return Buffer.from(world.documents.get(`${envelope.envelopeId}/${document.documentId}`) ?? '', 'base64');
}

function textLines(world: World, envelope: SimEnvelope, document: SimDocument): string[] {
  const bytes = original(world, envelope, document);
  const text = document.fileExtension === 'pdf' ? readPdfText(bytes) : Buffer.from(bytes).toString('utf8');
  return text.split('\n');
}

function valuesOf(recipient: SimRecipient, document: SimDocument): string[] {
  return recipient.tabs.flatMap(({ properties }) => {
    const { tabLabel, value, documentId } = properties;
    return value === undefined || value === '' || documentId !== document.documentId ? [] : [`${tabLabel}: ${value}`];
  });
}

function signatureOf(recipient: SimRecipient): string[] {
  if (recipient.signedAtMs === undefined) return [];
  const what = recipient.type !== 'signers' ? 'Received' : isApprover(recipient) ? 'Approved' : 'Signed';
  return [`${what} by ${recipient.name} <${recipient.email}> at ${wireTime(recipient.signedAtMs)}`];
}

function page(world: World, envelope: SimEnvelope, document: SimDocument): string[] {
  return [
    `Docusign Envelope ID: ${envelope.envelopeId.toUpperCase()}`,
    '',
    ...textLines(world, envelope, document),
    '',
    ...envelope.recipients.flatMap((recipient) => valuesOf(recipient, document)),
    '',
    ...envelope.recipients.flatMap(signatureOf),
  ];
}

function certificateLines(envelope: SimEnvelope): string[] {
  return [
    'Certificate Of Completion',
    '',
    `Envelope Id: ${envelope.envelopeId.toUpperCase()}`,
    `Status: ${envelope.status}`,
    `Subject: ${envelope.emailSubject}`,
    '',
    'Signer Events',
    ...envelope.recipients.flatMap((recipient) => [
      `${recipient.name} <${recipient.email}>: ${recipient.status}`,
      ...signatureOf(recipient),
    ]),
    '',
    'Envelope Summary Events',
    ...envelope.audit.map((event) => `${wireTime(event.atMs)} ${event.action} (${event.userName})`),
  ];
}

function isTouched(envelope: SimEnvelope): boolean {
  return envelope.recipients.some((recipient) => recipient.signedAtMs !== undefined);
}

function render(world: World, envelope: SimEnvelope, document: SimDocument): Uint8Array {
  // Nobody has signed and it is a PDF: the bytes as they came.
  if (!isTouched(envelope) && document.fileExtension === 'pdf') return original(world, envelope, document);
  return writePdf([page(world, envelope, document)]);
}

function pdfName(name: string): string {
  return name.toLowerCase().endsWith('.pdf') ? name : `${name}.pdf`;
}

/**
 * The bytes of a document by its id, or `combined`, `certificate`, `archive`; the shown text carries tab values and
 * signatures. `combined` ends with the certificate unless told otherwise. Throws WireError DOCUMENT_DOES_NOT_EXIST (404).
 */
export function renderDocument(
  world: World,
  envelope: SimEnvelope,
  documentId: string,
  withCertificate: boolean,
): Rendered {
  const certificate = certificateLines(envelope);
  if (documentId === 'certificate') {
    return { bytes: writePdf([certificate]), contentType: 'application/pdf', fileName: 'Summary.pdf' };
  }
  if (documentId === 'combined') {
    const pages = envelope.documents.map((document) => page(world, envelope, document));
    const bytes = writePdf(withCertificate && envelope.status === 'completed' ? [...pages, certificate] : pages);
    return { bytes, contentType: 'application/pdf', fileName: `${envelope.emailSubject}.pdf` };
  }
  if (documentId === 'archive') {
    const files = envelope.documents.map((document) => ({
      name: pdfName(document.name),
      bytes: render(world, envelope, document),
    }));
    const bytes = writeZip([...files, { name: 'Summary.pdf', bytes: writePdf([certificate]) }]);
    return { bytes, contentType: 'application/zip', fileName: `${envelope.emailSubject}.zip` };
  }
  const document = envelope.documents.find((each) => each.documentId === documentId);
  if (document === undefined) {
    throw new WireError(
      404,
      'DOCUMENT_DOES_NOT_EXIST',
      'The document specified either does not exist in the envelope or you do not have rights to access it.',
    );
  }
  const bytes = render(world, envelope, document);
  return { bytes, contentType: 'application/pdf', fileName: pdfName(document.name) };
}
