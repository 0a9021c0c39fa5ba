import { afterEach, beforeEach, expect, test } from 'vitest';
import { HubError } from '../../../domain/errors.ts';
import type { EnvelopeRecipient, EnvelopeSpec } from '../../esign-port.ts';
import { ACCOUNT, type ScriptedAnswer, type ScriptedDocuSign, startScriptedDocuSign } from './scripted-docusign.ts';

const ENVELOPE = '1c8a7d52-6f0b-4c1d-9a5e-0b7c2d3e4f50';
const MSA = '5e1a0c9d-0f3b-4a55-9b1c-6d7e8f901234';
const DPA = '6f2b1dae-1f4c-4b66-8c2d-7e8f90123456';
const PDF = Buffer.from('%PDF-1.7 own');
const CREATED = { status: 201, json: { envelopeId: ENVELOPE.toUpperCase(), status: 'created' } };

const LEGAL = person('1', 'Legal approver', 'approver', 'Dmitri Sokolov', 'dmitri@example.com', 1);
const CUSTOMER = person('2', 'Customer signer', 'signer', 'Ana Torres', 'ana@northwind.example', 2);
const COUNTER = person('3', 'Counter signer', 'signer', 'Marta Lind', 'marta@example.com', 3);
const OWNER = person('4', 'Account owner', 'copy', 'Priya Raman', 'priya@example.com', 4);

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

function person(
  recipientId: string,
  role: string,
  kind: EnvelopeRecipient['kind'],
  name: string,
  email: string,
  routingOrder: number,
): EnvelopeRecipient {
  return { recipientId, role, kind, name, email, routingOrder };
}

function specWith(changes: Partial<EnvelopeSpec>): EnvelopeSpec {
  return {
    contractRef: 'hubspot-main.9001/1',
    attemptKey: 'hubspot-main.9001/1/1',
    subject: 'Contract: Northwind rollout',
    message: 'Please sign.',
    documents: [{ name: 'Master services agreement', source: { template: MSA } }],
    recipients: [LEGAL, CUSTOMER, COUNTER, OWNER],
    tabs: { ClientName: 'Northwind', ContractValue: 'EUR 120,000.00' },
    reminders: { firstAfterDays: 3, everyDays: 2 },
    expiresAfterDays: 30,
    notifyUrl: 'https://hub.example.com/webhooks/docusign/docusign-main',
    ...changes,
  };
}

function role(roleName: string, routingOrder: string, tabs: object = {}): object {
  return { roleName, routingOrder, name: '', email: '', recipientId: '9', tabs };
}

function template(name: string, recipients: object): ScriptedAnswer {
  return { status: 200, json: { templateId: 'x', name, recipients: { ...recipients, recipientCount: '3' } } };
}

const MSA_TEMPLATE = template('Master services agreement', {
  signers: [
    role('Legal approver', '1', { approveTabs: [{ tabLabel: 'Approve' }] }),
    role('Customer signer', '2', {
      signHereTabs: [{ tabLabel: 'SignatureTab' }],
      textTabs: [{ tabLabel: 'ClientName' }, { tabLabel: 'ContractValue' }, { tabLabel: 'StartDate' }],
    }),
    role('Counter signer', '3', { numericalTabs: [{ tabLabel: 'ContractValue' }] }),
  ],
});

async function failure(promise: Promise<unknown>): Promise<HubError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw new Error(`no HubError but ${String(error)}`);
}

/** A part of the last request's body, e.g. `compositeTemplates.0.document`. */
function sent(path: string): unknown {
  const body: unknown = JSON.parse(docusign.requests.at(-1)?.body ?? '');
  const steps = path === '' ? [] : path.split('.');
  return steps.reduce<unknown>((value, step) => Object.entries(value ?? {}).find(([key]) => key === step)?.[1], body);
}

function idsOf(recipients: unknown): readonly unknown[] {
  return Array.isArray(recipients) ? recipients.map((each) => each.recipientId) : [];
}

test('creates a draft of a template: the whole request, written out', async () => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  expect(await docusign.port.createDraft(specWith({}))).toEqual({ envelopeId: ENVELOPE });

  expect(docusign.requests.map(({ method, path, query }) => [`${method} ${path}`, query])).toEqual([
    [`GET /restapi/v2.1/accounts/${ACCOUNT}/templates/${MSA}`, { include: 'tabs' }],
    [`POST /restapi/v2.1/accounts/${ACCOUNT}/envelopes`, {}],
  ]);
  const customFields = {
    textCustomFields: [
      { name: 'stagepost_contract', value: 'hubspot-main.9001/1', required: 'false', show: 'false' },
      { name: 'stagepost_attempt', value: 'hubspot-main.9001/1/1', required: 'false', show: 'false' },
    ],
  };
  expect(sent('')).toEqual({
    status: 'created',
    emailSubject: 'Contract: Northwind rollout',
    emailBlurb: 'Please sign.',
    transactionId: 'hubspot-main.9001/1/1',
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

test('creates a draft of our own PDF with places by anchor', async () => {
  docusign.answer(CREATED);
  await docusign.port.createDraft(
    specWith({ documents: [{ name: 'Offer.pdf', source: { pdf: PDF } }], tabs: { 'Contract Value': '120000' } }),
  );
  expect(docusign.requests).toHaveLength(1);
  const anchor = { anchorUnits: 'pixels', anchorXOffset: '0', anchorYOffset: '0', anchorCaseSensitive: 'false' };
  expect(sent('compositeTemplates')).toEqual([
    {
      compositeTemplateId: '1',
      document: { documentId: '101', name: 'Offer.pdf', fileExtension: 'pdf', documentBase64: 'JVBERi0xLjcgb3du' },
      inlineTemplates: [
        {
          sequence: '1',
          recipients: {
            signers: [
              {
                recipientId: '1',
                name: 'Dmitri Sokolov',
                email: 'dmitri@example.com',
                routingOrder: '1',
                roleName: 'Legal approver',
                tabs: {
                  approveTabs: [
                    {
                      documentId: '101',
                      pageNumber: '1',
                      xPosition: '380',
                      yPosition: '20',
                      buttonText: 'Approve',
                      tabLabel: 'stagepost-approve',
                    },
                  ],
                  declineTabs: [
                    {
                      documentId: '101',
                      pageNumber: '1',
                      xPosition: '470',
                      yPosition: '20',
                      buttonText: 'Decline',
                      tabLabel: 'stagepost-decline',
                    },
                  ],
                },
              },
              {
                recipientId: '2',
                name: 'Ana Torres',
                email: 'ana@northwind.example',
                routingOrder: '2',
                roleName: 'Customer signer',
                tabs: {
                  signHereTabs: [
                    { ...anchor, anchorString: '/sig-customer-signer/', anchorIgnoreIfNotPresent: 'false' },
                  ],
                  dateSignedTabs: [
                    { ...anchor, anchorString: '/date-customer-signer/', anchorIgnoreIfNotPresent: 'true' },
                  ],
                  textTabs: [
                    {
                      ...anchor,
                      anchorString: '/field-contract-value/',
                      anchorIgnoreIfNotPresent: 'false',
                      tabLabel: 'Contract Value',
                      value: '120000',
                      locked: 'true',
                    },
                  ],
                },
              },
              {
                recipientId: '3',
                name: 'Marta Lind',
                email: 'marta@example.com',
                routingOrder: '3',
                roleName: 'Counter signer',
                tabs: {
                  signHereTabs: [
                    { ...anchor, anchorString: '/sig-counter-signer/', anchorIgnoreIfNotPresent: 'false' },
                  ],
                  dateSignedTabs: [
                    { ...anchor, anchorString: '/date-counter-signer/', anchorIgnoreIfNotPresent: 'true' },
                  ],
                },
              },
            ],
            carbonCopies: [{ recipientId: '4', name: 'Priya Raman', email: 'priya@example.com', routingOrder: '4' }],
          },
          customFields: sent('customFields'),
        },
      ],
    },
  ]);
});

test('composes template and PDF: who signs in the template may sign in the PDF', async () => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  const documents = [
    { name: 'Master services agreement', source: { template: MSA } },
    { name: 'Prices.pdf', source: { pdf: PDF } },
  ];
  await docusign.port.createDraft(specWith({ documents, tabs: { ClientName: 'Northwind' } }));
  expect(idsOf(sent('compositeTemplates.0.inlineTemplates.0.recipients.signers'))).toEqual(['1', '2', '3']);
  expect(sent('compositeTemplates.1.document.documentId')).toBe('102');
  expect(sent('compositeTemplates.1.inlineTemplates.0')).not.toHaveProperty('customFields');
  expect(sent('compositeTemplates.1.inlineTemplates.0.recipients')).not.toHaveProperty('carbonCopies');
  const signers = 'compositeTemplates.1.inlineTemplates.0.recipients.signers';
  expect(idsOf(sent(signers))).toEqual(['2', '3']);
  expect(sent(`${signers}.0.tabs.signHereTabs.0.anchorIgnoreIfNotPresent`)).toBe('true');
  expect(sent(`${signers}.1.tabs.signHereTabs.0.anchorIgnoreIfNotPresent`)).toBe('true');
});

test('two templates: each recipient appears where it has a role, with one id', async () => {
  const dpa = template('Data processing addendum', {
    signers: [role('customer signer ', '2', { textTabs: [{ tabLabel: 'StartDate' }] })],
  });
  docusign.answer(MSA_TEMPLATE, dpa, CREATED);
  const documents = [
    { name: 'MSA', source: { template: MSA } },
    { name: 'DPA', source: { template: DPA } },
  ];
  await docusign.port.createDraft(specWith({ documents, tabs: { StartDate: '2027-01-01' } }));
  expect(sent('compositeTemplates.0.inlineTemplates.0.recipients.signers.1.tabs')).toEqual({
    textTabs: [{ tabLabel: 'StartDate', value: '2027-01-01' }],
  });
  expect(sent('compositeTemplates.1.inlineTemplates.0.recipients')).toEqual({
    signers: [
      {
        recipientId: '2',
        name: 'Ana Torres',
        email: 'ana@northwind.example',
        routingOrder: '2',
        roleName: 'customer signer ',
        tabs: { textTabs: [{ tabLabel: 'StartDate', value: '2027-01-01' }] },
      },
    ],
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

const BARE_TEMPLATE = template('Bare', { signers: [role('Customer signer', '2')] });
const FIXED = { ...role('Archivist', '9'), email: 'archive@example.com' };

test.each<[string, ScriptedAnswer, Partial<EnvelopeSpec>, string, RegExp]>([
  [
    'a field that the template lacks',
    BARE_TEMPLATE,
    { recipients: [CUSTOMER] },
    'esign.tab-missing',
    /template "Bare" has no field with the data label "ClientName", "ContractValue"/,
  ],
  [
    'a label that belongs to a signature',
    MSA_TEMPLATE,
    { tabs: { SignatureTab: 'x' } },
    'esign.tab-missing',
    /"SignatureTab"/,
  ],
  [
    'a role that the template lacks',
    BARE_TEMPLATE,
    { recipients: [CUSTOMER, COUNTER], tabs: {} },
    'esign.role-missing',
    /template "Bare" has no role "Counter signer"/,
  ],
  [
    'a role that nobody fills',
    MSA_TEMPLATE,
    { recipients: [LEGAL, CUSTOMER], tabs: {} },
    'esign.role-unfilled',
    /nobody fills role "Counter signer"/,
  ],
  [
    'another signing order',
    MSA_TEMPLATE,
    { recipients: [LEGAL, { ...CUSTOMER, routingOrder: 5 }, COUNTER] },
    'esign.role-mismatch',
    /order 2 in template "Master services agreement" but 5/,
  ],
  [
    'a copy where the template has a signer',
    MSA_TEMPLATE,
    { recipients: [LEGAL, CUSTOMER, { ...COUNTER, kind: 'copy' }] },
    'esign.role-mismatch',
    /"Receives a Copy"/,
  ],
  [
    'a template of a kind of its own',
    template('Odd', { inPersonSigners: [role('Customer signer', '2')] }),
    { recipients: [CUSTOMER], tabs: {} },
    'esign.role-mismatch',
    /"Needs to Sign"/,
  ],
])('refuses %s, before anything is created', async (_, answer, changes, code, sentence) => {
  docusign.answer(answer, CREATED);
  const error = await failure(docusign.port.createDraft(specWith(changes)));
  expect(error).toMatchObject({ code, retry: 'never', done: 'no' });
  expect(error.message).toMatch(sentence);
  expect(docusign.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('a role that the template itself fills is left to it', async () => {
  docusign.answer(template('Filled', { signers: [role('Customer signer', '2')], carbonCopies: [FIXED] }), CREATED);
  await docusign.port.createDraft(specWith({ recipients: [CUSTOMER], tabs: {} }));
  expect(sent('compositeTemplates.0.inlineTemplates.0.recipients')).not.toHaveProperty('carbonCopies');
});

test.each<[string, Partial<EnvelopeSpec>, RegExp]>([
  ['no document', { documents: [] }, /no document/],
  ['nobody who signs', { recipients: [OWNER] }, /no signer/],
  ['a reference that is too long', { contractRef: 'x'.repeat(101) }, /100 characters/],
  ['a key that is too long', { attemptKey: 'x'.repeat(101) }, /100 characters/],
  ['two recipients of one id', { recipients: [CUSTOMER, { ...COUNTER, recipientId: '2' }] }, /share a recipient id/],
  [
    'a recipient without e-mail',
    { recipients: [{ ...CUSTOMER, email: '' }] },
    /recipient "Customer signer" cannot be used/,
  ],
  [
    'a name that is too long',
    { recipients: [{ ...CUSTOMER, name: 'n'.repeat(101) }] },
    /"Customer signer" cannot be used/,
  ],
])('refuses %s without asking DocuSign to create it', async (_, changes, sentence) => {
  docusign.answer(MSA_TEMPLATE, CREATED);
  const error = await failure(docusign.port.createDraft(specWith(changes)));
  expect(error).toMatchObject({ code: 'esign.spec-invalid', retry: 'never', done: 'no' });
  expect(error.message).toMatch(sentence);
  expect(docusign.requests.filter(({ method }) => method === 'POST')).toEqual([]);
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
