import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EnvelopeSpec } from '../../esign-port.ts';
import {
  COUNTER,
  CREATED,
  CUSTOMER,
  failure,
  LEGAL,
  MSA_TEMPLATE,
  OWNER,
  role,
  specWith,
  template,
} from './draft-samples.ts';
import { type ScriptedAnswer, type ScriptedDocuSign, startScriptedDocuSign } from './scripted-docusign.ts';

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

const BARE_TEMPLATE = template('Bare', { signers: [role('Customer signer', '2')] });

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
