import { HubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { FileToAttach } from '../../crm-port.ts';
import { uploadedFile } from '../payloads.ts';
import { type HubSpotClient, toDeal } from './client.ts';
import { markerOf, richText, withMarker } from './effect-marker.ts';
import type { HubSpotHttp } from './http.ts';
import { listAssociated, readObjects, textOf } from './objects.ts';

/** "Note to deal" (HubSpot, "Associations v4", type ids). */
const NOTE_TO_DEAL = 214;
const FOLDER = '/stagepost';
/** A signed contract may be large and the line slow. */
const UPLOAD_TIMEOUT_MS = 25_000;

export interface AttachParts {
  readonly http: HubSpotHttp;
  readonly client: HubSpotClient;
  readonly clock: Clock;
}

/**
 * Puts the file into the account's file manager, private, and a note with it on the deal. The note carries the key;
 * one that is there already is the answer. Uploading the same bytes again gives the same file.
 */
export async function attachFile(
  parts: AttachParts,
  recordId: string,
  file: FileToAttach,
): Promise<{ readonly id: string; readonly existed: boolean }> {
  const existing = await findNote(parts.client, recordId, file.effectKey);
  if (existing !== undefined) return { id: existing, existed: true };
  const fileId = await upload(parts.http, file);
  const note = await parts.client.objects.create('notes', {
    properties: {
      hs_timestamp: new Date(parts.clock.nowMs()).toISOString(),
      hs_note_body: withMarker(richText(file.note), file.effectKey),
      hs_attachment_ids: fileId,
    },
    associations: toDeal(recordId, NOTE_TO_DEAL),
  });
  return { id: note.id, existed: false };
}

async function findNote(client: HubSpotClient, recordId: string, effectKey: string): Promise<string | undefined> {
  const links = await listAssociated(client, recordId, 'notes');
  const ids = [...new Set(links.map(({ id }) => id))];
  const notes = await readObjects(client, 'notes', ids, ['hs_note_body']);
  return [...notes.values()].find((note) => markerOf(textOf(note, 'hs_note_body')) === effectKey)?.id;
}

async function upload(http: HubSpotHttp, file: FileToAttach): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(file.bytes)], { type: file.contentType }), file.fileName);
  form.set('fileName', file.fileName);
  form.set('folderPath', FOLDER);
  form.set(
    'options',
    JSON.stringify({
      access: 'PRIVATE',
      overwrite: false,
      duplicateValidationStrategy: 'RETURN_EXISTING',
      duplicateValidationScope: 'EXACT_FOLDER',
    }),
  );
  const url = `${http.baseUrl}/files/v3/files`;
  const reply = await http.send({ method: 'POST', url, body: form, timeoutMs: UPLOAD_TIMEOUT_MS });
  const uploaded = uploadedFile.safeParse(JSON.parse(reply.text));
  if (uploaded.success) return uploaded.data.id;
  throw new HubError('crm.unavailable', 'HubSpot took the file but did not tell its id; it is uploaded again', {
    retry: { afterMs: 5_000 },
  });
}
