import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnvelopeSpec, ESignPort } from '../../src/esign/esign-port.ts';
import { type ESignWorld, failure, PEOPLE, specFor } from './esign-world.ts';

const DAY_MS = 86_400_000;

const PDF_LINES = [
  'Offer',
  'For the customer: /sig-customer-signer/ on /date-customer-signer/',
  'For us: /sig-counter-signer/',
];

/** One suite for every implementation of the e-sign port. */
export function describeESignPort(name: string, setup: () => Promise<ESignWorld>): void {
  describe(`an e-sign port: ${name}`, () => {
    let world: ESignWorld;
    let port: ESignPort;
    beforeEach(async () => {
      world = await setup();
      port = world.port;
    });
    afterEach(() => world.stop());

    const specWith = (changes: Partial<EnvelopeSpec> = {}) => specFor(world, changes);

    function ownPdf(lines: readonly string[]): Partial<EnvelopeSpec> {
      return { documents: [{ name: 'Offer.pdf', source: { pdf: world.pdf(lines) } }], tabs: {} };
    }

    async function sentEnvelope(): Promise<string> {
      const { envelopeId } = await port.createDraft(specWith());
      await port.sendDraft(envelopeId);
      return envelopeId;
    }

    async function completedEnvelope(): Promise<string> {
      const envelopeId = await sentEnvelope();
      for (const recipientId of ['1', '2', '3']) world.sign(envelopeId, recipientId);
      return envelopeId;
    }

    const findIds = async (keys: readonly string[], sinceMs: number) =>
      (await port.findByAttempts('crm.9001/1', keys, sinceMs)).map(({ envelopeId }) => envelopeId);

    it('proves the account', async () => {
      expect(await port.check()).toEqual({ accountId: world.accountId });
    });

    it('makes a draft that nobody hears of, with contract and attempt on it', async () => {
      const { envelopeId } = await port.createDraft(specWith());
      expect(world.invitations(envelopeId)).toEqual([]);
      expect(await port.readEnvelope(envelopeId)).toMatchObject({
        envelopeId,
        status: 'created',
        contractRef: 'crm.9001/1',
        attemptKey: 'crm.9001/1/1',
        sentAtMs: undefined,
        completedAtMs: undefined,
        reason: undefined,
        recipients: ['1', '2', '3', '4'].map((recipientId) =>
          expect.objectContaining({ recipientId, state: 'created' }),
        ),
      });
    });

    it('writes values into the document', async () => {
      const { envelopeId } = await port.createDraft(specWith());
      expect(world.fieldValue(envelopeId, world.templateField)).toBe('Northwind GmbH & Co');
    });

    it('sends once, however often it is told to', async () => {
      const envelopeId = await sentEnvelope();
      await port.sendDraft(envelopeId);
      expect(world.invitations(envelopeId)).toEqual(['dmitri@example.com']);
      const facts = await port.readEnvelope(envelopeId);
      expect(facts).toMatchObject({ status: 'sent', contractRef: 'crm.9001/1', attemptKey: 'crm.9001/1/1' });
      expect(facts?.sentAtMs).toBeTypeOf('number');
    });

    it('asks one after another, once each, and ends completed with a signed document and a certificate', async () => {
      const envelopeId = await sentEnvelope();
      world.sign(envelopeId, '1');
      expect(world.invitations(envelopeId)).toEqual(['dmitri@example.com', 'ana@northwind.example']);
      world.sign(envelopeId, '2');
      expect((await port.readEnvelope(envelopeId))?.recipients.map(({ state }) => state).slice(0, 2)).toEqual([
        'completed',
        'completed',
      ]);
      world.sign(envelopeId, '3');
      expect(world.invitations(envelopeId)).toEqual([
        'dmitri@example.com',
        'ana@northwind.example',
        'marta@example.com',
      ]);
      const facts = await port.readEnvelope(envelopeId);
      expect(facts).toMatchObject({ status: 'completed' });
      expect(facts?.completedAtMs).toBeTypeOf('number');
      await port.sendDraft(envelopeId);
      const signed = Buffer.from(await port.readSignedDocument(envelopeId)).toString('latin1');
      const certificate = Buffer.from(await port.readCertificate(envelopeId)).toString('latin1');
      expect(signed.startsWith('%PDF')).toBe(true);
      expect(certificate.startsWith('%PDF')).toBe(true);
      expect(certificate).not.toBe(signed);
    });

    it('tells who declined and why', async () => {
      const envelopeId = await sentEnvelope();
      world.sign(envelopeId, '1');
      world.decline(envelopeId, '2', 'Clause 7');
      expect(await port.readEnvelope(envelopeId)).toMatchObject({
        status: 'declined',
        reason: 'Clause 7',
        recipients: expect.arrayContaining([expect.objectContaining({ recipientId: '2', state: 'declined' })]),
      });
      expect(await failure(port.voidEnvelope(envelopeId, 'x'))).toMatchObject({
        code: 'esign.not-voidable',
        retry: 'never',
      });
    });

    it('shows an envelope that expired as voided', async () => {
      const envelopeId = await sentEnvelope();
      world.expire(envelopeId);
      expect(await port.readEnvelope(envelopeId)).toMatchObject({ status: 'voided' });
    });

    it('voids once, however often it is told to, with the reason', async () => {
      const envelopeId = await sentEnvelope();
      await port.voidEnvelope(envelopeId, 'the deal was lost');
      await port.voidEnvelope(envelopeId, 'the deal was lost, again');
      expect(await port.readEnvelope(envelopeId)).toMatchObject({ status: 'voided', reason: 'the deal was lost' });
      expect(await failure(port.sendDraft(envelopeId))).toMatchObject({ code: 'esign.not-a-draft', retry: 'never' });
    });

    it('does not void what is completed, nor a draft', async () => {
      const completed = await completedEnvelope();
      expect(await failure(port.voidEnvelope(completed, 'x'))).toMatchObject({
        code: 'esign.not-voidable',
        done: 'no',
      });
      const { envelopeId } = await port.createDraft(specWith({ attemptKey: 'crm.9001/1/2' }));
      expect(await failure(port.voidEnvelope(envelopeId, 'x'))).toMatchObject({
        code: 'esign.not-voidable',
        done: 'no',
      });
    });

    it('discards a draft once, however often it is told to; it cannot be sent any more', async () => {
      const { envelopeId } = await port.createDraft(specWith());
      await port.discardDraft(envelopeId);
      await port.discardDraft(envelopeId);
      expect([undefined, 'deleted']).toContain((await port.readEnvelope(envelopeId))?.status);
      expect(await failure(port.sendDraft(envelopeId))).toMatchObject({ code: 'esign.not-a-draft', done: 'no' });
      expect(world.invitations(envelopeId)).toEqual([]);
    });

    it('does not discard what was sent, and leaves it as it is', async () => {
      const envelopeId = await sentEnvelope();
      expect(await failure(port.discardDraft(envelopeId))).toMatchObject({ code: 'esign.not-a-draft', done: 'no' });
      expect(await port.readEnvelope(envelopeId)).toMatchObject({ status: 'sent' });
    });

    it('knows nothing of an envelope that does not exist', async () => {
      expect(await port.readEnvelope(world.unknownId)).toBeUndefined();
      await port.discardDraft(world.unknownId);
      expect(await failure(port.readSignedDocument(world.unknownId))).toMatchObject({
        code: 'esign.not-found',
        retry: 'never',
      });
    });

    it('finds exactly one draft when the answer to making it was lost', async () => {
      world.loseNextAnswer();
      const sinceMs = Date.now();
      const error = await failure(port.createDraft(specWith()));
      expect(error).toMatchObject({ done: 'unknown', retry: { afterMs: expect.any(Number) } });
      world.passTime(port.capabilities.settleMs);
      const found = await port.findByAttempts('crm.9001/1', ['crm.9001/1/1'], sinceMs);
      expect(found).toEqual([
        expect.objectContaining({ status: 'created', contractRef: 'crm.9001/1', attemptKey: 'crm.9001/1/1' }),
      ]);
      expect(world.envelopeCount()).toBe(1);
    });

    it('finds the drafts of all attempts asked for, and no others', async () => {
      const sinceMs = Date.now();
      const first = await port.createDraft(specWith({ attemptKey: 'crm.9001/1/1' }));
      const second = await port.createDraft(specWith({ attemptKey: 'crm.9001/1/2' }));
      await port.createDraft(specWith({ contractRef: 'crm.9001/10', attemptKey: 'crm.9001/10/1' }));
      world.passTime(port.capabilities.settleMs);
      expect((await findIds(['crm.9001/1/1', 'crm.9001/1/2'], sinceMs)).toSorted()).toEqual(
        [first.envelopeId, second.envelopeId].toSorted(),
      );
      expect(await findIds(['crm.9001/1/2'], sinceMs)).toEqual([second.envelopeId]);
      expect(await findIds(['crm.9001/1/3'], sinceMs)).toEqual([]);
    });

    it('finds an attempt that lies further back than the look-up by attempt', async () => {
      const sinceMs = Date.now();
      const { envelopeId } = await port.createDraft(specWith());
      world.passTime(port.capabilities.attemptLookupMs + 2 * DAY_MS);
      expect(await findIds(['crm.9001/1/1'], sinceMs)).toEqual([envelopeId]);
    });

    it('reads a send whose answer was lost back as sent, with one e-mail', async () => {
      const { envelopeId } = await port.createDraft(specWith());
      world.loseNextAnswer();
      expect(await failure(port.sendDraft(envelopeId))).toMatchObject({ done: 'unknown' });
      await port.sendDraft(envelopeId);
      expect(await port.readEnvelope(envelopeId)).toMatchObject({ status: 'sent' });
      expect(world.invitations(envelopeId)).toEqual(['dmitri@example.com']);
    });

    it('says that a quota was met, how long to wait, and that nothing was done', async () => {
      await port.check();
      world.exhaustQuota();
      const error = await failure(port.createDraft(specWith()));
      expect(error).toMatchObject({ code: 'esign.rate-limited', done: 'no', retry: { afterMs: expect.any(Number) } });
      expect(error.retry === 'never' ? 0 : error.retry.afterMs).toBeLessThanOrEqual(900_000);
      await port.createDraft(specWith());
      expect(world.envelopeCount()).toBe(1);
    });

    it('says that the provider is out of order', async () => {
      await port.check();
      world.breakNextCall();
      expect(await failure(port.readEnvelope(world.unknownId))).toMatchObject({
        code: 'esign.unavailable',
        done: 'no',
      });
    });

    it('gets itself another token when the old one is refused, without doing anything twice', async () => {
      await port.check();
      world.revokeTokens();
      const envelopeId = await sentEnvelope();
      world.passTime(2 * 3_600_000);
      await port.voidEnvelope(envelopeId, 'lost');
      expect(world.envelopeCount()).toBe(1);
    });

    it.each<[string, (template: string) => Partial<EnvelopeSpec>, string]>([
      [
        'a template that does not exist',
        () => ({ documents: [{ name: 'X', source: { template: '00000000-0000-4000-8000-000000000000' } }] }),
        'esign.template-missing',
      ],
      ['a field that the template lacks', () => ({ tabs: { 'No such field': 'x' } }), 'esign.tab-missing'],
      [
        'a role that the template lacks',
        () => ({ recipients: PEOPLE.map((each) => (each.recipientId === '3' ? { ...each, role: 'Nobody' } : each)) }),
        'esign.role-missing',
      ],
    ])('refuses %s, for good, and makes nothing', async (_, changes, code) => {
      expect(await failure(port.createDraft(specWith(changes(world.template))))).toMatchObject({
        code,
        retry: 'never',
        done: 'no',
      });
      expect(world.envelopeCount()).toBe(0);
    });

    it('has our own PDF signed where it carries anchors', async () => {
      const { envelopeId } = await port.createDraft(specWith(ownPdf(PDF_LINES)));
      await port.sendDraft(envelopeId);
      for (const recipientId of ['1', '2', '3']) world.sign(envelopeId, recipientId);
      expect(await port.readEnvelope(envelopeId)).toMatchObject({ status: 'completed', contractRef: 'crm.9001/1' });
      expect(world.invitations(envelopeId)).toEqual([
        'dmitri@example.com',
        'ana@northwind.example',
        'marta@example.com',
      ]);
    });

    it('names the anchor that our own PDF lacks, and makes nothing', async () => {
      const error = await failure(port.createDraft(specWith(ownPdf(['For the customer: /sig-customer-signer/']))));
      expect(error).toMatchObject({ code: 'esign.anchor-missing', retry: 'never', done: 'no' });
      expect(error.message).toContain('/sig-counter-signer/');
      expect(world.envelopeCount()).toBe(0);
    });

    it('puts template and PDF into one envelope with one e-mail per person', async () => {
      const documents = [
        { name: 'Agreement', source: { template: world.template } },
        { name: 'Prices.pdf', source: { pdf: world.pdf(['Prices', 'Seen: /sig-customer-signer/']) } },
      ];
      const { envelopeId } = await port.createDraft(specWith({ documents }));
      expect((await port.readEnvelope(envelopeId))?.recipients).toHaveLength(4);
      await port.sendDraft(envelopeId);
      for (const recipientId of ['1', '2', '3']) world.sign(envelopeId, recipientId);
      expect(world.invitations(envelopeId)).toEqual([
        'dmitri@example.com',
        'ana@northwind.example',
        'marta@example.com',
      ]);
      expect(await port.readEnvelope(envelopeId)).toMatchObject({ status: 'completed' });
    });
  });
}
