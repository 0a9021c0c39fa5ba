import type { DocumentSpec, RecipientSpec, TabSpec } from './definition.ts';
import { flag } from './loose.ts';
import { readPdfText } from './pdf-text.ts';
import { WireError } from './wire-error.ts';

function textOf(document: DocumentSpec): string {
  return document.fileExtension === 'pdf' ? readPdfText(document.bytes) : Buffer.from(document.bytes).toString('utf8');
}

function contains(text: string, anchor: string, tab: TabSpec): boolean {
  const squeeze = (value: string) => value.replace(/\s+/g, ' ');
  const fold = (value: string) => (flag(tab.properties.anchorCaseSensitive) ? value : value.toLowerCase());
  return fold(squeeze(text)).includes(fold(squeeze(anchor)));
}

/**
 * Looks for the anchor strings of all tabs in the text of the documents.
 * Throws WireError with `errorCode` for one that is nowhere, unless the tab says `anchorIgnoreIfNotPresent`;
 * tabs so forgiven are left out of the answer.
 */
export function placeAnchors(
  recipients: readonly RecipientSpec[],
  documents: readonly DocumentSpec[],
  errorCode: string,
): RecipientSpec[] {
  const cache = new Map<DocumentSpec, string>();
  const searchable = (document: DocumentSpec) => {
    const known = cache.get(document) ?? textOf(document);
    cache.set(document, known);
    return known;
  };
  const stays = (tab: TabSpec, recipient: RecipientSpec): boolean => {
    const anchor = tab.properties.anchorString;
    if (anchor === undefined || anchor === '') return true;
    if (documents.some((document) => contains(searchable(document), anchor, tab))) return true;
    if (flag(tab.properties.anchorIgnoreIfNotPresent)) return false;
    throw new WireError(
      400,
      errorCode,
      `The Anchor Tab String specified was not found in the document. Anchor: "${anchor}", recipient ${recipient.recipientId ?? recipient.name}.`,
    );
  };
  return recipients.map((recipient) => ({ ...recipient, tabs: recipient.tabs.filter((tab) => stays(tab, recipient)) }));
}
