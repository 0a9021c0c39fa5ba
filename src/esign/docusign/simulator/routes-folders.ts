import { Hono } from 'hono';
import type { Lifecycle } from './lifecycle.ts';
import { text, texts } from './loose.ts';
import { readJsonBody } from './request-body.ts';
import type { SimEnvelope } from './state.ts';
import { invalidBody, invalidParameter, WireError } from './wire-error.ts';
import type { World } from './world.ts';

/** Folder ids are GUIDs; the recycle bin also answers to its name (Folders: moveEnvelopes). */
const FOLDERS = [
  { type: 'draft', name: 'Drafts', folderId: 'a1d0f6c4-7d0b-4b7e-9f52-0f3c5d1e2a01' },
  { type: 'sentitems', name: 'Sent Items', folderId: 'a1d0f6c4-7d0b-4b7e-9f52-0f3c5d1e2a02' },
  { type: 'recyclebin', name: 'Deleted Items', folderId: 'a1d0f6c4-7d0b-4b7e-9f52-0f3c5d1e2a03' },
] as const;

function folderType(id: string): SimEnvelope['folder'] | undefined {
  return FOLDERS.find((folder) => folder.type === id.toLowerCase() || folder.folderId === id.toLowerCase())?.type;
}

/** Everything under /restapi/v2.1/accounts/{accountId}/folders. */
export function folderRoutes(world: World, lifecycle: Lifecycle): Hono {
  const app = new Hono();
  app.get('/', (context) =>
    context.json({
      resultSetSize: String(FOLDERS.length),
      startPosition: '0',
      endPosition: String(FOLDERS.length - 1),
      totalSetSize: String(FOLDERS.length),
      folders: FOLDERS.map((folder) => ({ ...folder, uri: `/folders/${folder.folderId}` })),
    }),
  );
  app.put('/:folderId', async (context) => {
    if (folderType(context.req.param('folderId')) !== 'recyclebin') {
      throw invalidParameter("The sandbox moves envelopes to 'recyclebin' only.");
    }
    const body = await readJsonBody(context);
    const envelopeIds = texts(body.envelopeIds);
    if (envelopeIds.length === 0) throw invalidBody("'envelopeIds' must name at least one envelope.");
    const envelopes = envelopeIds.map((envelopeId) => world.envelope(envelopeId));
    const from = text(body.fromFolderId);
    if (from !== undefined && envelopes.some((envelope) => envelope.folder !== folderType(from))) {
      throw new WireError(400, 'ENVELOPE_NOT_IN_FOLDER', 'The envelope is not in the specified folder.');
    }
    for (const { envelopeId } of envelopes) lifecycle.recycle(envelopeId);
    return context.json({ envelopes: envelopes.map(({ envelopeId }) => ({ envelopeId })), folders: [] });
  });
  return app;
}
