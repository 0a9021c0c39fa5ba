import { HubError } from '../../../domain/errors.ts';
import type { EnvelopeRecipient, EnvelopeSpec } from '../../esign-port.ts';
import type { ScriptedAnswer } from './scripted-docusign.ts';

// For tests only: a contract as policies make it, and templates as DocuSign describes them.

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

export const ENVELOPE = '1c8a7d52-6f0b-4c1d-9a5e-0b7c2d3e4f50';
export const MSA = '5e1a0c9d-0f3b-4a55-9b1c-6d7e8f901234';
export const DPA = '6f2b1dae-1f4c-4b66-8c2d-7e8f90123456';
export const PDF = Buffer.from('%PDF-1.7 own');
export const CREATED = { status: 201, json: { envelopeId: ENVELOPE.toUpperCase(), status: 'created' } };

export const LEGAL = person('1', 'Legal approver', 'approver', 'Dmitri Sokolov', 'dmitri@example.com', 1);
export const CUSTOMER = person('2', 'Customer signer', 'signer', 'Ana Torres', 'ana@northwind.example', 2);
export const COUNTER = person('3', 'Counter signer', 'signer', 'Marta Lind', 'marta@example.com', 3);
export const OWNER = person('4', 'Account owner', 'copy', 'Priya Raman', 'priya@example.com', 4);

export function specWith(changes: Partial<EnvelopeSpec>): EnvelopeSpec {
  return {
    contractRef: 'crm.9001/1',
    attemptKey: 'crm.9001/1/1',
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

export function role(roleName: string, routingOrder: string, tabs: object = {}): object {
  return { roleName, routingOrder, name: '', email: '', recipientId: '9', tabs };
}

export function template(name: string, recipients: object): ScriptedAnswer {
  return { status: 200, json: { templateId: 'x', name, recipients: { ...recipients, recipientCount: '3' } } };
}

export const MSA_TEMPLATE = template('Master services agreement', {
  signers: [
    role('Legal approver', '1', { approveTabs: [{ tabLabel: 'Approve' }] }),
    role('Customer signer', '2', {
      signHereTabs: [{ tabLabel: 'SignatureTab' }],
      textTabs: [{ tabLabel: 'ClientName' }, { tabLabel: 'ContractValue' }, { tabLabel: 'StartDate' }],
    }),
    role('Counter signer', '3', { numericalTabs: [{ tabLabel: 'ContractValue' }] }),
  ],
});

/** The HubError that a promise must end in. */
export async function failure(promise: Promise<unknown>): Promise<HubError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw new Error(`no HubError but ${String(error)}`);
}

/** A part of a request's body, e.g. `compositeTemplates.0.document`; '' for all of it. */
export function partOf(request: { readonly body: string } | undefined, path: string): unknown {
  const body: unknown = JSON.parse(request?.body ?? '');
  const steps = path === '' ? [] : path.split('.');
  return steps.reduce<unknown>((value, step) => Object.entries(value ?? {}).find(([key]) => key === step)?.[1], body);
}
