import { afterEach, beforeEach, expect, test } from 'vitest';
import { API, startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

// SHA-256 and MD5 of the five letters, by openssl.
const HELLO = { base64: 'aGVsbG8=', sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' };
const HELLO_MD5 = '5d41402abc4b2a76b9719d911017c592';

test('a version makes the document around it and the link to the record', async () => {
  const { id: opportunityId } = salesforce.control.createOpportunity({ name: 'Fleet' });
  const { id } = await salesforce.sdk.sobject('ContentVersion').create({
    Title: 'Contract 1',
    PathOnClient: 'contract-1.pdf',
    VersionData: HELLO.base64,
    FirstPublishLocationId: opportunityId,
  });
  const { records } = await salesforce.sdk.query(
    `SELECT ContentDocumentId, ContentSize, FileExtension, FileType, Checksum, IsLatest, VersionData FROM ContentVersion WHERE Id = '${id}'`,
  );
  expect(records).toEqual([
    {
      attributes: expect.anything(),
      ContentDocumentId: expect.stringMatching(/^069/),
      ContentSize: 5,
      FileExtension: 'pdf',
      FileType: 'PDF',
      Checksum: HELLO_MD5,
      IsLatest: true,
      VersionData: `${API}/sobjects/ContentVersion/${id}/VersionData`,
    },
  ]);
  const links = await salesforce.sdk.query(
    `SELECT ContentDocumentId, ContentDocument.Title, ContentDocument.LatestPublishedVersionId, ShareType FROM ContentDocumentLink WHERE LinkedEntityId = '${opportunityId}'`,
  );
  expect(links.records).toMatchObject([
    {
      ContentDocumentId: records[0]?.['ContentDocumentId'],
      ContentDocument: { Title: 'Contract 1', LatestPublishedVersionId: id },
      ShareType: 'V',
    },
  ]);
  expect(salesforce.control.opportunity(opportunityId).files).toEqual([
    { id: records[0]?.['ContentDocumentId'], name: 'Contract 1.pdf', size: 5, sha256: HELLO.sha256 },
  ]);
  const bytes = await salesforce.call('GET', `/sobjects/ContentVersion/${id}/VersionData`);
  expect(await bytes.text()).toBe('hello');
});

test('takes a multipart upload, from the SDK and with the part names of the guide', async () => {
  const { id: FirstPublishLocationId } = salesforce.control.createOpportunity({ name: 'Fleet' });
  const fields = { Title: 'One', PathOnClient: 'one.bin', FirstPublishLocationId };
  // Bytes that are no text: a wrong decoding would show.
  const bytes = new Uint8Array([0, 255, 254, 13, 10, 128]);
  await salesforce.sdk
    .sobject('ContentVersion')
    .create(
      { ...fields, VersionData: Buffer.from(bytes).toString('base64') },
      { multipartFileFields: { VersionData: { filename: 'one.bin', contentType: 'application/octet-stream' } } },
    );
  const form = new FormData();
  form.append('entity_content', new Blob([JSON.stringify({ ...fields, Title: 'Two' })], { type: 'application/json' }));
  form.append('VersionData', new Blob([bytes]), 'two.bin');
  const answer = await fetch(`${salesforce.url}${API}/sobjects/ContentVersion`, {
    method: 'POST',
    headers: { authorization: `Bearer ${salesforce.sdk.accessToken}` },
    body: form,
  });
  expect(answer.status).toBe(201);
  const [one, two] = salesforce.control.opportunity(FirstPublishLocationId).files;
  expect([one?.name, one?.size, two?.name, two?.size]).toEqual(['One.bin', 6, 'Two.bin', 6]);
  expect(one?.sha256).toBe(two?.sha256);
});

test.each([
  [{ PathOnClient: 'a.txt' }, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [VersionData]'],
  [{ VersionData: HELLO.base64 }, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [PathOnClient]'],
  [{ PathOnClient: 'a.txt', VersionData: 'no base64!' }, 'INVALID_BASE64', 'VersionData: not a valid base64 value'],
])('refuses %j', async (body, errorCode, message) => {
  const response = await salesforce.call('POST', '/sobjects/ContentVersion', body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode, message }]);
});

test('a second version of a document becomes its latest', async () => {
  const first = await salesforce.sdk
    .sobject('ContentVersion')
    .create({ PathOnClient: 'a.txt', VersionData: HELLO.base64 });
  const [version] = (
    await salesforce.sdk.query(`SELECT ContentDocumentId FROM ContentVersion WHERE Id = '${first.id}'`)
  ).records;
  const ContentDocumentId = String(version?.['ContentDocumentId']);
  const second = await salesforce.sdk
    .sobject('ContentVersion')
    .create({ PathOnClient: 'a.txt', VersionData: 'aGVsbG8h', ContentDocumentId });
  const { records } = await salesforce.sdk.query(
    `SELECT Id, IsLatest, ContentDocument.LatestPublishedVersionId FROM ContentVersion ORDER BY Id`,
  );
  expect(records).toMatchObject([
    { Id: first.id, IsLatest: false, ContentDocument: { LatestPublishedVersionId: second.id } },
    { Id: second.id, IsLatest: true },
  ]);
});
