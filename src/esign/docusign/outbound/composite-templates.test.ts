import { afterEach, beforeEach, expect, test } from 'vitest';
import { CREATED, DPA, MSA, MSA_TEMPLATE, PDF, partOf, role, specWith, template } from './draft-samples.ts';
import { type ScriptedDocuSign, startScriptedDocuSign } from './scripted-docusign.ts';

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

const sent = (path: string) => partOf(docusign.requests.at(-1), path);

function idsOf(recipients: unknown): readonly unknown[] {
  return Array.isArray(recipients) ? recipients.map((each) => each.recipientId) : [];
}

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
