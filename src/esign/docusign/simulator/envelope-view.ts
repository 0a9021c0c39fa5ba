import { recipientsView } from './recipient-view.ts';
import type { SimEnvelope } from './state.ts';
import { wireTime } from './wire-time.ts';
import type { World } from './world.ts';

/** `include` of Envelopes: get and list, and `includeData` of Connect. */
export type Include = 'custom_fields' | 'recipients' | 'tabs' | 'documents' | 'folders';

const FOLDER_NAMES = { draft: 'Drafts', sentitems: 'Sent Items', recyclebin: 'Deleted Items' };

/** Custom fields as EnvelopeCustomFields: list. */
export function customFieldsView(envelope: SimEnvelope): Record<string, unknown> {
  const of = (kind: 'text' | 'list') =>
    envelope.customFields
      .filter((field) => field.kind === kind)
      .map(({ kind: _, ...field }) => ({ ...field, configurationType: null }));
  return { textCustomFields: of('text'), listCustomFields: of('list') };
}

/** Documents as EnvelopeDocuments: list, the certificate last. */
export function documentsView(envelope: SimEnvelope): Record<string, unknown>[] {
  const base = `/envelopes/${envelope.envelopeId}/documents`;
  const documents = envelope.documents.map((document) => ({
    documentId: document.documentId,
    documentIdGuid: document.documentIdGuid,
    name: document.name,
    type: 'content',
    uri: `${base}/${document.documentId}`,
    order: document.order,
    pages: [{ pageId: `${document.documentIdGuid}-1`, sequence: '1', height: '842', width: '595', dpi: '72' }],
    display: 'inline',
    includeInDownload: 'true',
  }));
  const certificate = { documentId: 'certificate', name: 'Summary', type: 'summary', uri: `${base}/certificate` };
  return [...documents, { ...certificate, order: '999', display: 'inline', includeInDownload: 'true' }];
}

function times(envelope: SimEnvelope): Record<string, string> {
  const all: Record<string, number | undefined> = {
    createdDateTime: envelope.createdAtMs,
    lastModifiedDateTime: envelope.lastModifiedAtMs,
    statusChangedDateTime: envelope.statusChangedAtMs,
    initialSentDateTime: envelope.sentAtMs,
    sentDateTime: envelope.sentAtMs,
    deliveredDateTime: envelope.deliveredAtMs,
    completedDateTime: envelope.completedAtMs,
    declinedDateTime: envelope.declinedAtMs,
    voidedDateTime: envelope.voidedAtMs,
    deletedDateTime: envelope.deletedAtMs,
  };
  const known = Object.entries(all).flatMap(([name, atMs]) => (atMs === undefined ? [] : [[name, wireTime(atMs)]]));
  return Object.fromEntries(known);
}

/** The envelope as DocuSign shows it: all scalars are text, what is not known is absent. */
export function envelopeView(world: World, envelope: SimEnvelope, include: readonly string[]): Record<string, unknown> {
  const path = `/envelopes/${envelope.envelopeId}`;
  const has = (part: Include) => include.includes(part);
  const expiresAfterMs = Number(envelope.notification.expirations.expireAfter) * 86_400_000;
  return {
    status: envelope.status,
    documentsUri: `${path}/documents`,
    recipientsUri: `${path}/recipients`,
    attachmentsUri: `${path}/attachments`,
    envelopeUri: path,
    emailSubject: envelope.emailSubject,
    emailBlurb: envelope.emailBlurb,
    envelopeId: envelope.envelopeId,
    signingLocation: 'online',
    customFieldsUri: `${path}/custom_fields`,
    notificationUri: `${path}/notification`,
    enableWetSign: 'true',
    allowMarkup: 'false',
    allowReassign: 'true',
    ...times(envelope),
    documentsCombinedUri: `${path}/documents/combined`,
    certificateUri: `${path}/documents/certificate`,
    templatesUri: `${path}/templates`,
    expireEnabled: envelope.notification.expirations.expireEnabled,
    expireAfter: envelope.notification.expirations.expireAfter,
    ...(envelope.sentAtMs === undefined ? {} : { expireDateTime: wireTime(envelope.sentAtMs + expiresAfterMs) }),
    sender: {
      userName: envelope.origin === 'api' ? 'Stagepost Sandbox' : 'Somebody Else',
      userId: envelope.origin === 'api' ? world.userId : '00000000-0000-4000-8000-00000000e15e',
      accountId: world.accountId,
      email: envelope.origin === 'api' ? 'sandbox.sender@example.com' : 'somebody.else@example.com',
    },
    ...(envelope.transactionId === undefined ? {} : { transactionId: envelope.transactionId }),
    ...(envelope.voidedReason === undefined ? {} : { voidedReason: envelope.voidedReason }),
    ...(envelope.brandId === undefined ? {} : { brandId: envelope.brandId }),
    ...(has('custom_fields') ? { customFields: customFieldsView(envelope) } : {}),
    ...(has('recipients') || has('tabs') ? { recipients: recipientsView(envelope, has('tabs')) } : {}),
    ...(has('documents') ? { envelopeDocuments: documentsView(envelope) } : {}),
    ...(has('folders') ? { folders: [{ name: FOLDER_NAMES[envelope.folder], type: envelope.folder }] } : {}),
    purgeState: 'unpurged',
    envelopeIdStamping: 'true',
    is21CFRPart11: 'false',
    signerCanSignOnMobile: 'true',
    autoNavigation: 'true',
    isSignatureProviderEnvelope: 'false',
    hasFormDataChanged: 'false',
    allowComments: 'true',
    hasComments: 'false',
    allowViewHistory: 'true',
    envelopeMetadata: { allowAdvancedCorrect: 'true', enableSignWithNotary: 'false', allowCorrect: 'true' },
    anySigner: null,
    envelopeLocation: 'current_site',
    isDynamicEnvelope: 'false',
  };
}
