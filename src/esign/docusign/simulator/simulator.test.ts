import type { EnvelopeDefinition } from 'docusign-esign';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPdfText } from './pdf-text.ts';
import { ACCOUNT_ID, openStand, type Stand } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

/** Written out, so that the ids of the seed cannot change by accident. */
const MSA = '6f0a1c9e-2b7d-4e35-9c48-51d0e7a3b801';

const AGREEMENT: EnvelopeDefinition = {
  status: 'created',
  emailSubject: 'Contract for Globex',
  templateId: MSA,
  templateRoles: [
    { roleName: 'Legal approver', name: 'Lea Legal', email: 'lea@supplier.example' },
    {
      roleName: 'Customer signer',
      name: 'Ada Customer',
      email: 'ada@customer.example',
      tabs: {
        textTabs: [
          { tabLabel: 'ClientName', value: 'Globex' },
          { tabLabel: 'NoSuchTab', value: 'x' },
        ],
      },
    },
    { roleName: 'Counter signer', name: 'Cid Counter', email: 'cid@supplier.example' },
  ],
};

test('an agreement goes from draft through three people to a signed PDF, driven by the real SDK', async () => {
  const { envelopes } = await stand.client();
  const { control } = stand.simulator;
  const made = await envelopes.createEnvelope(ACCOUNT_ID, { envelopeDefinition: AGREEMENT });
  const id = made.envelopeId ?? '';
  expect(made.status).toBe('created');
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(control.mails()).toEqual([]);

  await envelopes.update(ACCOUNT_ID, id, { envelope: { status: 'sent' } });
  expect(control.mails().map((mail) => [mail.kind, mail.to])).toEqual([['invitation', 'lea@supplier.example']]);
  expect(() => control.sign(id, '2')).toThrow('It is not the turn of recipient "2": Ada Customer is created.');

  control.sign(id, '1');
  stand.clock.advance(60_000);
  control.open(id, '2');
  control.sign(id, '2');
  control.sign(id, '3');
  const invited = control.mails('invitation').map((mail) => mail.to);
  expect(invited).toEqual(['lea@supplier.example', 'ada@customer.example', 'cid@supplier.example']);

  const read = await envelopes.getEnvelope(ACCOUNT_ID, id, { include: 'recipients' });
  expect(read.status).toBe('completed');
  expect(read.sentDateTime).toBe('2026-03-02T09:00:00.0000000Z');
  expect(read.completedDateTime).toBe('2026-03-02T09:01:00.0000000Z');
  expect(read.recipients?.signers?.map((signer) => [signer.roleName, signer.status, signer.routingOrder])).toEqual([
    ['Legal approver', 'completed', '1'],
    ['Customer signer', 'completed', '2'],
    ['Counter signer', 'completed', '3'],
  ]);

  // The typings say void; the SDK gives a Buffer.
  const combined = (await envelopes.getDocument(ACCOUNT_ID, id, 'combined', {})) as unknown as Buffer;
  expect(combined.subarray(0, 8).toString()).toBe('%PDF-1.4');
  const shown = readPdfText(combined);
  expect(shown).toContain('ClientName: Globex');
  expect(shown).toContain('Approved by Lea Legal <lea@supplier.example> at 2026-03-02T09:00:00.0000000Z');
  expect(shown).toContain('Signed by Ada Customer <ada@customer.example> at 2026-03-02T09:01:00.0000000Z');
  expect(shown).not.toContain('NoSuchTab');
});

test('recipients of the same routing order are asked at the same time, and a copy needs no action', async () => {
  const { envelopes } = await stand.client();
  const { control } = stand.simulator;
  const pdf = Buffer.from('%PDF-1.4\n').toString('base64');
  const made = await envelopes.createEnvelope(ACCOUNT_ID, {
    envelopeDefinition: {
      status: 'sent',
      emailSubject: 'Two at once',
      documents: [{ documentId: '7', name: 'a.pdf', documentBase64: pdf }],
      recipients: {
        signers: [
          { recipientId: '1', name: 'One', email: 'one@customer.example', routingOrder: '2' },
          { recipientId: '2', name: 'Two', email: 'two@customer.example', routingOrder: '2' },
        ],
        carbonCopies: [{ recipientId: '3', name: 'Legal', email: 'legal@supplier.example', routingOrder: '1' }],
        certifiedDeliveries: [{ recipientId: '4', name: 'Last', email: 'last@supplier.example', routingOrder: '3' }],
      },
    },
  });
  const id = made.envelopeId ?? '';
  expect(control.mails().map((mail) => [mail.kind, mail.to])).toEqual([
    ['copy', 'legal@supplier.example'],
    ['invitation', 'one@customer.example'],
    ['invitation', 'two@customer.example'],
  ]);
  control.sign(id, '2');
  expect(control.mails('invitation')).toHaveLength(2);
  control.sign(id, '1');
  expect(control.envelope(id).status).toBe('delivered');
  control.open(id, '4');
  expect(control.envelope(id).status).toBe('completed');
});

test('an embedded recipient gets no e-mail', async () => {
  const { envelopes } = await stand.client();
  const role = { roleName: 'Customer signer', name: 'Ada', email: 'ada@customer.example', clientUserId: 'portal-1' };
  await envelopes.createEnvelope(ACCOUNT_ID, {
    envelopeDefinition: { status: 'sent', templateId: MSA, templateRoles: [role] },
  });
  expect(stand.simulator.control.mails()).toEqual([]);
});

test('a decline ends the envelope with the reason at the recipient', async () => {
  const { envelopes } = await stand.client();
  const made = await envelopes.createEnvelope(ACCOUNT_ID, { envelopeDefinition: { ...AGREEMENT, status: 'sent' } });
  const id = made.envelopeId ?? '';
  stand.simulator.control.decline(id, '1', 'Clause 7 is missing');
  const read = await envelopes.getEnvelope(ACCOUNT_ID, id, { include: 'recipients' });
  expect(read.status).toBe('declined');
  expect(read.declinedDateTime).toBe('2026-03-02T09:00:00.0000000Z');
  const [lea] = read.recipients?.signers ?? [];
  expect([lea?.status, lea?.declinedReason]).toEqual(['declined', 'Clause 7 is missing']);
});

test('the passing of time reminds, and then lets the envelope expire as voided', async () => {
  const { envelopes } = await stand.client();
  const { control } = stand.simulator;
  const made = await envelopes.createEnvelope(ACCOUNT_ID, {
    envelopeDefinition: {
      ...AGREEMENT,
      status: 'sent',
      notification: {
        useAccountDefaults: 'false',
        reminders: { reminderEnabled: 'true', reminderDelay: '2', reminderFrequency: '3' },
        expirations: { expireEnabled: 'true', expireAfter: '10', expireWarn: '0' },
      },
    },
  });
  const id = made.envelopeId ?? '';
  const day = 86_400_000;
  stand.clock.advance(2 * day - 1);
  await stand.grant(stand.assertion());
  expect(control.mails('reminder')).toEqual([]);
  stand.clock.advance(3 * day + 1);
  await stand.grant(stand.assertion());
  expect(control.envelope(id).remindersSent).toBe(2);
  expect(control.mails('reminder').map((mail) => mail.to)).toEqual(['lea@supplier.example', 'lea@supplier.example']);
  stand.clock.advance(5 * day);
  await stand.grant(stand.assertion());
  expect([control.envelope(id).status, control.envelope(id).voidedReason]).toEqual(['voided', 'Envelope has expired.']);
});

test('templates are listed with their roles and tabs', async () => {
  const { templates } = await stand.client();
  const all = await templates.listTemplates(ACCOUNT_ID);
  expect(all.envelopeTemplates?.map((template) => [template.templateId, template.name])).toEqual([
    ['6f0a1c9e-2b7d-4e35-9c48-51d0e7a3b801', 'Master services agreement'],
    ['c2e84d17-90b3-4f6a-8a5e-7d31f2c60b92', 'Data processing addendum'],
  ]);
  const one = await templates.get(ACCOUNT_ID, MSA, { include: 'tabs' });
  const signers = one.recipients?.signers ?? [];
  expect(signers.map((signer) => [signer.roleName, signer.routingOrder])).toEqual([
    ['Legal approver', '1'],
    ['Customer signer', '2'],
    ['Counter signer', '3'],
  ]);
  expect(signers[1]?.tabs?.textTabs?.map((tab) => tab.tabLabel)).toEqual(['ClientName', 'ContractValue', 'StartDate']);
});
