import type { SimTemplate } from './state.ts';

/** "Master services agreement": Legal approves, Customer signs, Counter signs. */
export const MASTER_SERVICES_AGREEMENT_TEMPLATE_ID = '6f0a1c9e-2b7d-4e35-9c48-51d0e7a3b801';
/** "Data processing addendum": the same roles, so that both compose into one envelope. */
export const DATA_PROCESSING_ADDENDUM_TEMPLATE_ID = 'c2e84d17-90b3-4f6a-8a5e-7d31f2c60b92';

function textTab(tabLabel: string, yPosition: string) {
  return {
    tabType: 'textTabs',
    properties: { tabLabel, value: '', documentId: '1', pageNumber: '1', xPosition: '180', yPosition, locked: 'true' },
  };
}

function placed(tabType: string, tabLabel: string, yPosition: string) {
  return { tabType, properties: { tabLabel, documentId: '1', pageNumber: '1', xPosition: '80', yPosition } };
}

export const SEED_TEMPLATES: readonly SimTemplate[] = [
  {
    templateId: MASTER_SERVICES_AGREEMENT_TEMPLATE_ID,
    name: 'Master services agreement',
    description: 'Approved by legal, signed by the customer, counter-signed by us.',
    emailSubject: 'Please sign: Master services agreement',
    emailBlurb: 'Please read and sign the agreement.',
    documents: [
      {
        documentId: '1',
        name: 'Master services agreement.pdf',
        lines: [
          'MASTER SERVICES AGREEMENT',
          '',
          'Client:',
          'Contract value:',
          'Start date:',
          '',
          '1. Services. The supplier provides the services that the order names.',
          '2. Fees. The client pays the contract value as the order says.',
          '3. Term. The agreement begins on the start date.',
        ],
      },
    ],
    recipients: [
      {
        type: 'signers',
        recipientId: '1',
        roleName: 'Legal approver',
        routingOrder: 1,
        tabs: [placed('approveTabs', 'Approve', '600'), placed('declineTabs', 'Decline', '630')],
      },
      {
        type: 'signers',
        recipientId: '2',
        roleName: 'Customer signer',
        routingOrder: 2,
        tabs: [
          textTab('ClientName', '130'),
          textTab('ContractValue', '150'),
          textTab('StartDate', '170'),
          placed('signHereTabs', 'CustomerSignature', '660'),
          placed('dateSignedTabs', 'CustomerDate', '690'),
        ],
      },
      {
        type: 'signers',
        recipientId: '3',
        roleName: 'Counter signer',
        routingOrder: 3,
        tabs: [placed('signHereTabs', 'CounterSignature', '720'), placed('dateSignedTabs', 'CounterDate', '750')],
      },
    ],
  },
  {
    templateId: DATA_PROCESSING_ADDENDUM_TEMPLATE_ID,
    name: 'Data processing addendum',
    description: 'Goes with the master services agreement where personal data is processed.',
    emailSubject: 'Please sign: Data processing addendum',
    emailBlurb: 'Please read and sign the addendum.',
    documents: [
      {
        documentId: '1',
        name: 'Data processing addendum.pdf',
        lines: [
          'DATA PROCESSING ADDENDUM',
          '',
          'Client:',
          '',
          '1. The processor processes personal data only on documented instructions.',
        ],
      },
    ],
    recipients: [
      {
        type: 'signers',
        recipientId: '1',
        roleName: 'Legal approver',
        routingOrder: 1,
        tabs: [placed('approveTabs', 'ApproveAddendum', '600')],
      },
      {
        type: 'signers',
        recipientId: '2',
        roleName: 'Customer signer',
        routingOrder: 2,
        tabs: [textTab('ClientName', '130'), placed('signHereTabs', 'CustomerSignatureAddendum', '660')],
      },
      {
        type: 'signers',
        recipientId: '3',
        roleName: 'Counter signer',
        routingOrder: 3,
        tabs: [placed('signHereTabs', 'CounterSignatureAddendum', '720')],
      },
    ],
  },
];
