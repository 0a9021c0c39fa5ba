import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPdfText } from './pdf-text.ts';
import { openStand, SMALL_PDF, type Stand, simpleDefinition } from './test-stand.ts';

let stand: Stand;
let id: string;
beforeEach(async () => {
  stand = await openStand();
  const tabs = {
    textTabs: [{ tabLabel: 'Price', value: '10', documentId: '1', xPosition: '10', yPosition: '10' }],
    dateSignedTabs: [{ tabLabel: 'Date', documentId: '1', xPosition: '10', yPosition: '30' }],
  };
  const response = await stand.call(
    'POST',
    '/envelopes',
    simpleDefinition({
      status: 'sent',
      recipients: { signers: [{ recipientId: '1', name: 'Ada', email: 'ada@customer.example', tabs }] },
      customFields: { listCustomFields: [{ name: 'Region', value: 'West', listItems: ['West', 'East'] }] },
      notification: { useAccountDefaults: 'false', expirations: { expireEnabled: 'true', expireAfter: '30' } },
    }),
  );
  id = ((await response.json()) as { envelopeId: string }).envelopeId;
});
afterEach(() => stand.close());

async function bytes(path: string): Promise<Buffer> {
  const response = await stand.call('GET', `/envelopes/${id}/documents/${path}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function json(path: string): Promise<unknown> {
  return (await stand.call('GET', `/envelopes/${id}${path}`)).json();
}

test('a document comes back byte for byte until somebody signs, and then shows what was filled in', async () => {
  expect((await bytes('1')).toString()).toBe(SMALL_PDF);
  stand.simulator.control.sign(id, '1', { Price: '12' });
  const shown = readPdfText(await bytes('1'));
  expect(shown).toContain('Our own agreement');
  expect(shown).toContain('Price: 12');
  expect(shown).toContain('Date: 2026-03-02');
  expect(shown).toContain('Signed by Ada <ada@customer.example> at 2026-03-02T09:00:00.0000000Z');
});

test('combined ends with the certificate when the envelope is completed, unless told not to', async () => {
  stand.simulator.control.sign(id, '1');
  expect(readPdfText(await bytes('combined'))).toContain('Certificate Of Completion');
  expect(readPdfText(await bytes('combined?certificate=false'))).not.toContain('Certificate Of Completion');
  const certificate = readPdfText(await bytes('certificate'));
  expect(certificate).toContain('Ada <ada@customer.example>: completed');
  expect(certificate).toContain('2026-03-02T09:00:00.0000000Z Completed (DocuSign)');
});

test('the archive is a ZIP of the documents and the certificate', async () => {
  const archive = (await bytes('archive')).toString('latin1');
  expect(archive.startsWith('PK\x03\x04')).toBe(true);
  expect(archive).toContain(SMALL_PDF);
  expect(archive.split('PK\x01\x02')).toHaveLength(3);
});

test('a document that is not there is answered with DOCUMENT_DOES_NOT_EXIST', async () => {
  const response = await stand.call('GET', `/envelopes/${id}/documents/9`);
  expect([response.status, await response.json()]).toMatchObject([404, { errorCode: 'DOCUMENT_DOES_NOT_EXIST' }]);
});

test('documents, custom fields, notification, recipients with tabs and the audit trail can be read', async () => {
  expect(await json('/documents')).toMatchObject({
    envelopeId: id,
    envelopeDocuments: [
      { documentId: '1', name: 'own.pdf', type: 'content' },
      { documentId: 'certificate', type: 'summary' },
    ],
  });
  expect(await json('/custom_fields')).toMatchObject({
    textCustomFields: [],
    listCustomFields: [{ name: 'Region', value: 'West', listItems: ['West', 'East'] }],
  });
  expect(await json('/notification')).toMatchObject({
    reminders: { reminderEnabled: 'false' },
    expirations: { expireEnabled: 'true', expireAfter: '30' },
  });
  expect(await json('/recipients?include_tabs=true')).toMatchObject({
    signers: [{ recipientId: '1', tabs: { textTabs: [{ tabLabel: 'Price', value: '10', recipientId: '1' }] } }],
    carbonCopies: [],
    recipientCount: '1',
    currentRoutingOrder: '1',
  });
  expect(await json('/audit_events')).toMatchObject({
    auditEvents: [{ eventFields: expect.arrayContaining([{ name: 'Action', value: 'Sent' }]) }, {}],
  });
});
