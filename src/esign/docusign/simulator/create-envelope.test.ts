import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStand, SMALL_PDF, type Stand, simpleDefinition } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

const MSA = '6f0a1c9e-2b7d-4e35-9c48-51d0e7a3b801';
const DPA = 'c2e84d17-90b3-4f6a-8a5e-7d31f2c60b92';

async function create(definition: unknown) {
  const response = await stand.call('POST', '/envelopes', definition);
  const body = (await response.json()) as Record<string, string>;
  return { status: response.status, body };
}

function made(body: Record<string, string>) {
  return stand.simulator.control.envelope(body.envelopeId ?? '');
}

const ADA = { recipientId: '20', name: 'Ada', email: 'ada@customer.example', roleName: 'Customer signer' };

test('two templates and a document of our own compose into one envelope with one Ada', async () => {
  const inline = (tabLabel: string) => ({
    sequence: '2',
    recipients: {
      signers: [{ ...ADA, routingOrder: '2', tabs: { textTabs: [{ tabLabel, value: 'Globex' }] } }],
    },
    customFields: { textCustomFields: [{ name: 'from_inline', value: 'yes' }] },
  });
  const { status, body } = await create({
    status: 'created',
    emailSubject: 'Composed',
    customFields: { textCustomFields: [{ name: 'from_root', value: 'ignored' }] },
    compositeTemplates: [
      { serverTemplates: [{ sequence: '1', templateId: MSA }], inlineTemplates: [inline('ContractValue')] },
      { serverTemplates: [{ sequence: '1', templateId: DPA }], inlineTemplates: [inline('ClientName')] },
      {
        inlineTemplates: [{ sequence: '1', recipients: { signers: [] } }],
        document: { documentId: '1', name: 'own.pdf', documentBase64: Buffer.from(SMALL_PDF).toString('base64') },
      },
    ],
  });
  expect(status).toBe(201);
  const envelope = made(body);
  expect(envelope.documents.map((document) => [document.documentId, document.name])).toEqual([
    ['2', 'Master services agreement.pdf'],
    ['3', 'Data processing addendum.pdf'],
    ['1', 'own.pdf'],
  ]);
  expect(envelope.recipients.map(({ recipientId, routingOrder }) => [recipientId, routingOrder])).toEqual([['20', 2]]);
  const filled = envelope.recipients[0]?.tabs.filter((tab) => tab.properties.value === 'Globex');
  expect(filled?.map((tab) => tab.properties.tabLabel)).toEqual(['ContractValue', 'ClientName']);
  expect(envelope.customFields.map((field) => [field.name, field.value])).toEqual([['from_inline', 'yes']]);
});

test('with a wrong routing order the person does not match the role and gets none of its tabs', async () => {
  const { body } = await create({
    templateId: MSA,
    templateRoles: [{ ...ADA, routingOrder: '1' }],
  });
  expect(made(body).recipients.map(({ routingOrder, tabs }) => [routingOrder, tabs])).toEqual([[1, []]]);
});

test('a value for a tab that the template does not have is ignored, or refused by the switch', async () => {
  const role = { ...ADA, tabs: { textTabs: [{ tabLabel: 'Discount', value: '10' }] } };
  const definition = { templateId: MSA, templateRoles: [role] };
  expect((await create(definition)).status).toBe(201);
  stand.simulator.control.setSwitches({ unknownTabs: 'refused' });
  const { status, body } = await create(definition);
  expect([status, body.errorCode]).toEqual([400, 'INVALID_TAB_OPERATION']);
});

test('an anchor that is in the PDF is accepted, one that is not fails the call unless it is to be ignored', async () => {
  const withAnchor = (tab: Record<string, string>) =>
    simpleDefinition({
      recipients: {
        signers: [{ recipientId: '1', name: 'Ada', email: 'ada@customer.example', tabs: { signHereTabs: [tab] } }],
      },
    });
  expect((await create(withAnchor({ anchorString: '/SIG1/' }))).status).toBe(201);
  const missing = await create(withAnchor({ anchorString: '/sig2/' }));
  expect([missing.status, missing.body.errorCode]).toEqual([400, 'ANCHOR_TAG_PROCESSING_FAILURE']);
  const ignored = await create(withAnchor({ anchorString: '/sig2/', anchorIgnoreIfNotPresent: 'true' }));
  expect(made(ignored.body).recipients[0]?.tabs).toEqual([]);
});

test.each([
  ['an unknown template', { templateId: '00000000-0000-4000-8000-000000000000' }, 'TEMPLATE_ID_INVALID'],
  [
    'a recipient without a name',
    { recipients: { signers: [{ recipientId: '1', email: 'ada@customer.example' }] } },
    'INVALID_USERNAME_FOR_RECIPIENT',
  ],
  [
    'a recipient without an e-mail address',
    { recipients: { signers: [{ recipientId: '1', name: 'Ada' }] } },
    'INVALID_EMAIL_ADDRESS_FOR_RECIPIENT',
  ],
  [
    'two recipients with one id',
    {
      recipients: {
        signers: [
          { recipientId: '1', name: 'Ada', email: 'ada@customer.example' },
          { recipientId: '1', name: 'Bob', email: 'bob@customer.example' },
        ],
      },
    },
    'ENVELOPE_HAS_DUPLICATE_RECIPIENTS',
  ],
  [
    'a custom field of 101 characters',
    { customFields: { textCustomFields: [{ name: 'ref', value: 'x'.repeat(101) }] } },
    'INVALID_CUSTOM_FIELD_VALUE',
  ],
  [
    'a document that is no PDF',
    { documents: [{ documentId: '1', name: 'a.pdf', documentBase64: 'aGVsbG8=' }] },
    'PDF_VALIDATION_FAILED',
  ],
  ['sending without documents', { status: 'sent', documents: [] }, 'ENVELOPE_IS_INCOMPLETE'],
  ['an unknown status', { status: 'completed' }, 'INVALID_REQUEST_PARAMETER'],
  [
    'an address for Connect without https',
    { eventNotification: { url: 'http://hub.example/hook', eventData: { version: 'restv2.1', format: 'json' } } },
    'INVALID_REQUEST_PARAMETER',
  ],
])('%s is refused and leaves nothing behind', async (_, more, errorCode) => {
  const { status, body } = await create(simpleDefinition(more));
  expect([status, body.errorCode]).toEqual([400, errorCode]);
  expect(body.message).toMatch(/\w/);
  expect(stand.simulator.control.envelopes()).toEqual([]);
});

test('a body that is not JSON is refused in words', async () => {
  const { status, body } = await create('{"status":');
  expect([status, body.errorCode]).toEqual([400, 'INVALID_REQUEST_BODY']);
});

test('a second create with the same transactionId does what the switch says', async () => {
  const definition = simpleDefinition({ transactionId: 'deal-1/1' });
  const first = await create(definition);
  const second = await create(definition);
  expect(second.status).toBe(201);
  expect(second.body.envelopeId).not.toBe(first.body.envelopeId);

  stand.simulator.control.setSwitches({ duplicateTransactionId: 'returns-first' });
  expect((await create(definition)).body.envelopeId).toBe(first.body.envelopeId);

  stand.simulator.control.setSwitches({ duplicateTransactionId: 'refuses' });
  const refused = await create(definition);
  expect([refused.status, refused.body.errorCode]).toEqual([400, 'DUPLICATE_TRANSACTION_ID']);
  expect(stand.simulator.control.envelopes()).toHaveLength(2);
});

test('an asynchronous create answers without an envelope id, and needs a transactionId', async () => {
  const { status, body } = await create(simpleDefinition({ asynchronous: 'true', transactionId: 't' }));
  expect([status, body]).toEqual([201, { status: 'processing', statusDateTime: '2026-03-02T09:00:00.0000000Z' }]);
  expect((await create(simpleDefinition({ asynchronous: true }))).status).toBe(400);
});

test('whatever JSON comes, the answer is 201 or an error in words, never a failure of the sandbox', async () => {
  stand.simulator.control.setSwitches({ hourlyLimit: 1e9, burstLimit: 1e9 });
  const part = fc.jsonValue({ maxDepth: 4 });
  const loose = fc.record(
    {
      status: fc.constantFrom('created', 'sent', 1, null),
      documents: fc.oneof(part, fc.array(fc.record({ name: part, documentBase64: part, documentId: part }))),
      recipients: fc.oneof(part, fc.record({ signers: fc.array(fc.record({ name: part, email: part, tabs: part })) })),
      compositeTemplates: fc.oneof(
        part,
        fc.array(fc.record({ serverTemplates: part, inlineTemplates: fc.array(fc.record({ recipients: part })) })),
      ),
      customFields: part,
      notification: part,
      eventNotification: part,
      transactionId: part,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(loose, async (definition) => {
      const { status, body } = await create(definition);
      expect([201, 400], JSON.stringify(body)).toContain(status);
    }),
    { numRuns: 150 },
  );
});
