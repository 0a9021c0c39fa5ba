import * as z from 'zod';
import { badRequest, conflict, notFound, unauthorized } from './failures.ts';
import type { StoredFile } from './files.ts';
import { describeIssues, readForm, type SimulatorApp } from './http.ts';
import { isoInstant } from './instants.ts';
import type { Portal } from './portal.ts';

const optionsSchema = z.object({
  access: z.enum([
    'PUBLIC_INDEXABLE',
    'PUBLIC_NOT_INDEXABLE',
    'HIDDEN_INDEXABLE',
    'HIDDEN_NOT_INDEXABLE',
    'HIDDEN_PRIVATE',
    'PRIVATE',
    'HIDDEN_SENSITIVE',
    'SENSITIVE',
  ]),
  ttl: z.string().optional(),
  overwrite: z.boolean().default(false),
  duplicateValidationStrategy: z.enum(['NONE', 'REJECT', 'RETURN_EXISTING']).default('NONE'),
  duplicateValidationScope: z.enum(['ENTIRE_PORTAL', 'EXACT_FOLDER']).default('ENTIRE_PORTAL'),
});

const DEFAULT_EXPIRY_SECONDS = 3600;
const DOCUMENTS = ['pdf', 'doc', 'docx', 'txt', 'csv', 'xls', 'xlsx'];

/** Path of downloads that need no token but a signature. */
export const SIGNED_DOWNLOAD_PREFIX = '/_signed-files/';

/** Uploads, metadata and downloads (HubSpot "Files API", v3). */
export function fileRoutes(app: SimulatorApp, portal: Portal, baseUrl: string | undefined): void {
  const { files, clock } = portal;
  const existing = (id: string): StoredFile => {
    const file = files.find(id);
    if (file === undefined) throw notFound(`File with id ${id} not found`);
    return file;
  };

  app.post('/files/v3/files', async (c) => {
    const form = await readForm(c);
    const file = form.get('file');
    if (file === null || typeof file === 'string') throw badRequest('file is required');
    const folderPath = formText(form, 'folderPath');
    const folderId = formText(form, 'folderId');
    if (folderPath === undefined && folderId === undefined) throw badRequest('folderPath or folderId is required');
    if (folderPath !== undefined && folderId !== undefined) {
      throw badRequest('folderPath and folderId cannot be used together');
    }
    const options = parseOptions(formText(form, 'options'));
    const folder = folderPath === undefined ? `/folder-${folderId}` : `/${folderPath.replace(/^\/+|\/+$/g, '')}`;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const fileName = formText(form, 'fileName') ?? file.name;

    if (options.duplicateValidationStrategy !== 'NONE') {
      const within = options.duplicateValidationScope === 'EXACT_FOLDER' ? folder : undefined;
      const duplicate = files.duplicateOf(bytes, within);
      if (duplicate !== undefined) {
        if (options.duplicateValidationStrategy === 'RETURN_EXISTING') return c.json(viewFile(duplicate), 201);
        throw conflict(`The file already exists with id ${duplicate.id}`);
      }
    }
    const same = files.at(folder, fileName);
    if (options.overwrite && same !== undefined) files.remove(same.id);
    const contentType = file.type === '' ? 'application/octet-stream' : file.type;
    return c.json(
      viewFile(files.add({ fileName, folderPath: folder, contentType, access: options.access, bytes })),
      201,
    );
  });

  app.get('/files/v3/files/:id', (c) => c.json(viewFile(existing(c.req.param('id')))));

  app.delete('/files/v3/files/:id', (c) => {
    if (!files.remove(c.req.param('id'))) throw notFound(`File with id ${c.req.param('id')} not found`);
    return c.body(null, 204);
  });

  app.get('/files/v3/files/:id/signed-url', (c) => {
    const file = existing(c.req.param('id'));
    const seconds = Number(c.req.query('expirationSeconds') ?? DEFAULT_EXPIRY_SECONDS);
    if (!Number.isInteger(seconds) || seconds < 1) throw badRequest('expirationSeconds was not a valid number');
    const expiresAtMs = clock.nowMs() + seconds * 1000;
    const query = new URLSearchParams({ expires: String(expiresAtMs), signature: files.sign(file, expiresAtMs) });
    const origin = baseUrl ?? new URL(c.req.url).origin;
    return c.json({
      name: file.name,
      extension: file.extension,
      type: fileType(file),
      size: file.size,
      expiresAt: isoInstant(expiresAtMs),
      url: `${origin}${SIGNED_DOWNLOAD_PREFIX}${file.id}?${query}`,
    });
  });

  const download = (file: StoredFile) =>
    new Response(new Uint8Array(files.bytes(file.id)), {
      headers: {
        'content-type': file.contentType,
        'content-disposition': `attachment; filename="${encodeURIComponent(file.name)}.${encodeURIComponent(file.extension)}"`,
      },
    });

  app.get('/files/v3/files/:id/download', (c) => download(existing(c.req.param('id'))));

  app.get(`${SIGNED_DOWNLOAD_PREFIX}:id`, (c) => {
    const file = existing(c.req.param('id'));
    const expiresAtMs = Number(c.req.query('expires'));
    const isRight = c.req.query('signature') === files.sign(file, expiresAtMs);
    if (!isRight || expiresAtMs < clock.nowMs()) throw unauthorized();
    return download(file);
  });
}

function formText(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseOptions(text: string | undefined) {
  if (text === undefined) throw badRequest('options is required');
  try {
    return optionsSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? describeIssues(error) : 'it is not JSON';
    throw badRequest(`options is not valid: ${reason}`);
  }
}

function fileType(file: StoredFile): string {
  return DOCUMENTS.includes(file.extension.toLowerCase()) ? 'DOCUMENT' : 'OTHER';
}

function viewFile(file: StoredFile) {
  const name = file.extension === '' ? file.name : `${file.name}.${file.extension}`;
  const url = `https://sandbox.example.com/hubfs${file.folderPath}/${encodeURIComponent(name)}`;
  return {
    id: file.id,
    createdAt: isoInstant(file.createdAtMs),
    updatedAt: isoInstant(file.createdAtMs),
    archived: false,
    parentFolderId: '1',
    name: file.name,
    path: `${file.folderPath}/${name}`,
    size: file.size,
    type: fileType(file),
    extension: file.extension,
    defaultHostingUrl: url,
    url,
    isUsableInContent: false,
    access: file.access,
    fileMd5: file.md5,
  };
}
