import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const PDF = '%PDF-1.7 signed contract';
/** `printf '%%PDF-1.7 signed contract' | openssl dgst -sha256` */
const PDF_SHA256 = '722c85cd82c0d4e87ec15092ac51a28743809bd5f1258e4059bccb7e4b00b585';

const upload = (options: Record<string, unknown>, name = 'contract.pdf', content = PDF, folder = '/stagepost') =>
  hubspot.sdk.files.filesApi.upload(
    { data: Buffer.from(content), name },
    undefined,
    folder,
    name,
    undefined,
    JSON.stringify({ access: 'PRIVATE', ...options }),
  ) as Promise<{ id: string; name: string; extension: string }>;

test('takes a file from the SDK, attaches it through a note, and keeps its very bytes', async () => {
  const file = await upload({});
  expect([file.name, file.extension]).toEqual(['contract', 'pdf']);
  const deal = hubspot.control.createDeal({ name: 'Fleet' });
  const note = await hubspot.call('POST', '/crm/v3/objects/notes', {
    properties: { hs_timestamp: '1772442000000', hs_note_body: 'Signed', hs_attachment_ids: file.id },
    associations: [
      { to: { id: deal.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 214 }] },
    ],
  });
  expect(note.status).toBe(201);
  expect(hubspot.control.deal(deal.id).notes).toEqual([
    {
      id: '64500000001',
      body: 'Signed',
      files: [
        {
          id: '182000000001',
          name: 'contract.pdf',
          size: 24,
          contentType: 'application/pdf',
          access: 'PRIVATE',
          sha256: PDF_SHA256,
        },
      ],
    },
  ]);
});

test('returns the existing file instead of a second one when asked to', async () => {
  const strategy = { duplicateValidationStrategy: 'RETURN_EXISTING', duplicateValidationScope: 'EXACT_FOLDER' };
  const first = await upload(strategy);
  expect((await upload(strategy)).id).toBe(first.id);
  expect((await upload(strategy, 'contract.pdf', 'other')).id).not.toBe(first.id);
  expect((await upload(strategy, 'contract.pdf', PDF, '/elsewhere')).id).not.toBe(first.id);
  const anywhere = { duplicateValidationStrategy: 'RETURN_EXISTING' };
  expect((await upload(anywhere, 'contract.pdf', PDF, '/third')).id).toBe(first.id);
});

test('refuses a duplicate, numbers a taken name, or overwrites', async () => {
  const first = await upload({});
  await expect(upload({ duplicateValidationStrategy: 'REJECT' })).rejects.toMatchObject({ code: 409 });
  expect((await upload({})).name).toBe('contract-1');
  const replaced = await upload({ overwrite: true });
  expect(replaced.name).toBe('contract');
  expect((await hubspot.call('GET', `/files/v3/files/${first.id}`)).status).toBe(404);
});

test('a private file is downloaded through a signed address until it expires', async () => {
  const { id } = await upload({});
  const signed = await hubspot.sdk.files.filesApi.getSignedUrl(id, undefined, 60);
  expect(signed.url.startsWith(`${hubspot.url}/_signed-files/${id}?expires=1772442060000&signature=`)).toBe(true);
  expect(await (await fetch(signed.url)).text()).toBe(PDF);
  expect((await fetch(signed.url.replace('expires=1772442060000', 'expires=1772442099999'))).status).toBe(401);
  expect(await (await hubspot.call('GET', `/files/v3/files/${id}/download`)).text()).toBe(PDF);
  hubspot.advance(60_001);
  expect((await fetch(signed.url)).status).toBe(401);
});

const call = async (fields: Record<string, string>, withFile = true) => {
  const body = new FormData();
  if (withFile) body.set('file', new File([PDF], 'c.pdf'));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const headers = { authorization: 'Bearer pat-na1-0000-test' };
  return fetch(`${hubspot.url}/files/v3/files`, { method: 'POST', headers, body });
};

test.each([
  ['no file', { folderPath: '/a', options: '{"access":"PRIVATE"}' }, false],
  ['no folder', { options: '{"access":"PRIVATE"}' }, true],
  ['two folders', { folderPath: '/a', folderId: '1', options: '{"access":"PRIVATE"}' }, true],
  ['no options', { folderPath: '/a' }, true],
  ['options that are no JSON', { folderPath: '/a', options: '{' }, true],
  ['an unknown access', { folderPath: '/a', options: '{"access":"ALL"}' }, true],
])('answers 400 to an upload with %s', async (_, fields, withFile) => {
  const response = await call(fields as unknown as Record<string, string>, withFile);
  expect(response.status).toBe(400);
  expect((await response.json()).category).toBe('VALIDATION_ERROR');
});
