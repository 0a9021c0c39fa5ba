import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  CREATED,
  CUSTOMER,
  ENVELOPE,
  failure,
  MSA,
  MSA_TEMPLATE,
  PDF,
  partOf,
  role,
  specWith,
  template,
} from './draft-samples.ts';
import { ACCOUNT, type ScriptedAnswer, type ScriptedDocuSign, startScriptedDocuSign } from './scripted-docusign.ts';

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

const sent = (path: string) => partOf(docusign.requests.at(-1), path);

test('creates a draft of a template: the whole request, written out', async () => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  expect(await docusign.port.createDraft(specWith({}))).toEqual({ envelopeId: ENVELOPE });

  expect(docusign.requests.map(({ method, path, query }) => [`${method} ${path}`, query])).toEqual([
    [`GET /restapi/v2.1/accounts/${ACCOUNT}/templates/${MSA}`, { include: 'tabs' }],
    [`POST /restapi/v2.1/accounts/${ACCOUNT}/envelopes`, {}],
  ]);
  const customFields = {
    textCustomFields: [
      { name: 'stagepost_contract', value: 'crm.9001/1', required: 'false', show: 'false' },
      { name: 'stagepost_attempt', value: 'crm.9001/1/1', required: 'false', show: 'false' },
    ],
  };
  expect(sent('')).toEqual({
    status: 'created',
    emailSubject: 'Contract: Northwind rollout',
    emailBlurb: 'Please sign.',
    transactionId: 'crm.9001/1/1',
    customFields,
    compositeTemplates: [
      {
        compositeTemplateId: '1',
        serverTemplates: [{ sequence: '1', templateId: MSA }],
        inlineTemplates: [
          {
            sequence: '2',
            recipients: {
              signers: [
                {
                  recipientId: '1',
                  name: 'Dmitri Sokolov',
                  email: 'dmitri@example.com',
                  routingOrder: '1',
                  roleName: 'Legal approver',
                },
                {
                  recipientId: '2',
                  name: 'Ana Torres',
                  email: 'ana@northwind.example',
                  routingOrder: '2',
                  roleName: 'Customer signer',
                  tabs: {
                    textTabs: [
                      { tabLabel: 'ClientName', value: 'Northwind' },
                      { tabLabel: 'ContractValue', value: 'EUR 120,000.00' },
                    ],
                  },
                },
                {
                  recipientId: '3',
                  name: 'Marta Lind',
                  email: 'marta@example.com',
                  routingOrder: '3',
                  roleName: 'Counter signer',
                  tabs: { numericalTabs: [{ tabLabel: 'ContractValue', numericalValue: 'EUR 120,000.00' }] },
                },
              ],
              carbonCopies: [{ recipientId: '4', name: 'Priya Raman', email: 'priya@example.com', routingOrder: '4' }],
            },
            customFields,
          },
        ],
      },
    ],
    notification: {
      useAccountDefaults: 'false',
      reminders: { reminderEnabled: 'true', reminderDelay: '3', reminderFrequency: '2' },
      expirations: { expireEnabled: 'true', expireAfter: '30', expireWarn: '3' },
    },
    eventNotification: {
      url: 'https://hub.example.com/webhooks/docusign/docusign-main',
      deliveryMode: 'SIM',
      events: [
        'envelope-created',
        'envelope-sent',
        'envelope-delivered',
        'envelope-completed',
        'envelope-declined',
        'envelope-voided',
        'envelope-deleted',
        'envelope-discard',
        'recipient-sent',
        'recipient-delivered',
        'recipient-completed',
        'recipient-declined',
        'recipient-authenticationfailed',
        'recipient-autoresponded',
        'recipient-reassign',
        'recipient-delegate',
      ],
      eventData: { version: 'restv2.1', format: 'json', includeData: ['custom_fields', 'recipients'] },
      includeHMAC: 'true',
      requireAcknowledgment: 'true',
      loggingEnabled: 'true',
    },
  });
});

test('reads a template once, however often it is used', async () => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  const twice = { name: 'MSA', source: { template: MSA } };
  await docusign.port.createDraft(specWith({ documents: [twice, twice], tabs: {} }));
  expect(docusign.requests).toHaveLength(2);
});

test('without reminders there are none; the warning comes before the end', async () => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  await docusign.port.createDraft(specWith({ reminders: undefined, expiresAfterDays: 1 }));
  expect(sent('notification')).toEqual({
    useAccountDefaults: 'false',
    reminders: { reminderEnabled: 'false' },
    expirations: { expireEnabled: 'true', expireAfter: '1', expireWarn: '0' },
  });
});

test('a long subject is cut to what DocuSign takes', async () => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  await docusign.port.createDraft(specWith({ subject: 'S'.repeat(150) }));
  expect(sent('emailSubject')).toBe(`${'S'.repeat(99)}…`);
});

const FIXED = { ...role('Archivist', '9'), email: 'archive@example.com' };

test('a role that the template itself fills is left to it', async () => {
  docusign.answer(template('Filled', { signers: [role('Customer signer', '2')], carbonCopies: [FIXED] }), CREATED);
  await docusign.port.createDraft(specWith({ recipients: [CUSTOMER], tabs: {} }));
  expect(sent('compositeTemplates.0.inlineTemplates.0.recipients')).not.toHaveProperty('carbonCopies');
});

test.each([
  { status: 400, json: { errorCode: 'TEMPLATE_ID_INVALID', message: 'Invalid template ID.' } },
  { status: 404, json: { errorCode: 'ENVELOPE_DOES_NOT_EXIST', message: '' } },
  { status: 400, json: { errorCode: 'INVALID_REQUEST_PARAMETER', message: '' } },
])('a template that DocuSign does not have (%j) is named', async (answer) => {
  docusign.answer(answer);
  const error = await failure(docusign.port.createDraft(specWith({})));
  expect(error).toMatchObject({ code: 'esign.template-missing', retry: 'never', done: 'no' });
});

test.each([
  [
    "The anchor '/sig-counter-signer/' was not found.",
    'a PDF lacks the anchor text /sig-counter-signer/; put it where',
  ],
  ['An anchor was not found.', 'a PDF lacks the anchor text /sig-customer-signer/, /sig-counter-signer/; put it where'],
])('an anchor that the PDF lacks is named: %s', async (message, sentence) => {
  docusign.answer({ status: 400, json: { errorCode: 'ANCHOR_TAG_PROCESSING_FAILURE', message } });
  const documents = [{ name: 'Offer.pdf', source: { pdf: PDF } }];
  const error = await failure(docusign.port.createDraft(specWith({ documents, tabs: {} })));
  expect(error).toMatchObject({ code: 'esign.anchor-missing', retry: 'never', done: 'no' });
  expect(error.message.startsWith(sentence)).toBe(true);
});

test.each<[ScriptedAnswer, string]>([
  ['hang-up', 'esign.unavailable'],
  [{ status: 500 }, 'esign.unavailable'],
  [{ status: 201, body: '' }, 'esign.answer-unexpected'],
  [{ status: 201, json: { status: 'created' } }, 'esign.answer-unexpected'],
])('a create that got %j may have made a draft, and is not repeated', async (answer, code) => {
  docusign.answer(MSA_TEMPLATE, answer);
  expect(await failure(docusign.port.createDraft(specWith({})))).toMatchObject({ code, done: 'unknown' });
  expect(docusign.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test('a template that cannot be read is no effect, even when the line breaks', async () => {
  docusign.answer('hang-up');
  expect(await failure(docusign.port.createDraft(specWith({})))).toMatchObject({
    code: 'esign.unavailable',
    done: 'no',
  });
  docusign.answer({ status: 200, json: [] });
  expect(await failure(docusign.port.createDraft(specWith({})))).toMatchObject({
    code: 'esign.answer-unexpected',
    done: 'no',
  });
});
