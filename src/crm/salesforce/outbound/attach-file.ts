import { HubError } from '../../../domain/errors.ts';
import type { FileToAttach } from '../../crm-port.ts';
import { documentLinkRow } from '../payloads.ts';
import type { SalesforceClient } from './client.ts';
import { cutText, markerOf, withMarker } from './effect-marker.ts';
import { opportunityId } from './opportunity-id.ts';
import { soqlId } from './soql.ts';

/** In base64 a file may be 37.5 MB (Salesforce, "Insert or Update Blob Data"). */
const MAX_MEGABYTES = 37;
/** Lengths of the fields (Salesforce, object reference, "ContentVersion"). */
const MAX_TITLE_LENGTH = 255;
const MAX_PATH_LENGTH = 500;
const MAX_DESCRIPTION_LENGTH = 1_000;

/**
 * Puts the file among the opportunity's files. Its description carries note and key; one that is there already is the
 * answer. Two requests. Throws HubError `crm.refused` for a file that Salesforce would not take.
 */
export async function attachFile(
  client: SalesforceClient,
  recordId: string,
  file: FileToAttach,
): Promise<{ readonly id: string; readonly existed: boolean }> {
  const id = opportunityId(recordId);
  if (file.bytes.length > MAX_MEGABYTES * 1_000_000) {
    throw new HubError(
      'crm.refused',
      `${file.fileName} is larger than the ${MAX_MEGABYTES} MB that Salesforce takes; upload it by hand`,
      { retry: 'never' },
    );
  }
  const existing = await findFile(client, id, file.effectKey);
  if (existing !== undefined) return { id: existing, existed: true };
  // Document, version and link come into being together.
  const created = await client.create('ContentVersion', {
    Title: cutText(file.fileName, MAX_TITLE_LENGTH),
    PathOnClient: cutText(file.fileName, MAX_PATH_LENGTH),
    Description: withMarker(file.note, file.effectKey, MAX_DESCRIPTION_LENGTH),
    FirstPublishLocationId: id,
    VersionData: Buffer.from(file.bytes).toString('base64'),
  });
  return { id: created.id, existed: false };
}

/** Of the opportunity's documents, the latest version of each. */
async function findFile(client: SalesforceClient, id: string, effectKey: string): Promise<string | undefined> {
  const links = await client.query(
    documentLinkRow,
    `SELECT ContentDocument.LatestPublishedVersionId, ContentDocument.LatestPublishedVersion.Description FROM ContentDocumentLink WHERE LinkedEntityId = ${soqlId(id)}`,
  );
  for (const { ContentDocument: document } of links) {
    const versionId = document?.LatestPublishedVersionId;
    const key = markerOf(document?.LatestPublishedVersion?.Description);
    if (typeof versionId === 'string' && key === effectKey) return versionId;
  }
  return undefined;
}
