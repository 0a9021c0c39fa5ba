import { afterEach, beforeEach, expect, test } from 'vitest';
import { HubError } from '../../../domain/errors.ts';
import { ACCOUNT, type ScriptedAnswer, type ScriptedDocuSign, startScriptedDocuSign } from './scripted-docusign.ts';

const ENVELOPE = '1c8a7d52-6f0b-4c1d-9a5e-0b7c2d3e4f50';
const ENVELOPES = `/restapi/v2.1/accounts/${ACCOUNT}/envelopes`;
const INVALID_STATE = { status: 400, json: { errorCode: 'ENVELOPE_CANNOT_VOID_INVALID_STATE', message: 'No.' } };
const INVALID = { status: 400, json: { errorCode: 'ENVELOPE_INVALID_STATUS', message: 'No.' } };
const GONE = { status: 404, json: { errorCode: 'ENVELOPE_DOES_NOT_EXIST', message: 'The envelope does not exist.' } };

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

function inState(status: string, more: object = {}): ScriptedAnswer {
  return { status: 200, json: { envelopeId: ENVELOPE, status, ...more } };
}

/** Method, path, query and body of what was asked. */
function asked(): readonly unknown[] {
  return docusign.requests.map(({ method, path, query, body }) => [
    `${method} ${path.replace(ENVELOPES, 'ENVELOPES')}`,
    query,
    body === '' ? undefined : JSON.parse(body),
  ]);
}

const READ = [`GET ENVELOPES/${ENVELOPE}`, { include: 'custom_fields,recipients' }, undefined];

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof HubError ? error.code : `no HubError: ${String(error)}`),
  );
}

test('reads an envelope with its fields and recipients', async () => {
  docusign.answer(
    inState('delivered', {
      createdDateTime: '2026-11-20T09:00:00.5Z',
      sentDateTime: '2026-11-20T09:00:05.2500000Z',
      customFields: {
        textCustomFields: [
          { name: 'stagepost_contract', value: 'd1/1' },
          { name: 'stagepost_attempt', value: 'd1/1/2' },
        ],
      },
      recipients: {
        signers: [
          { recipientId: '1', status: 'completed', signedDateTime: '2026-11-20T09:21:10.0Z' },
          { recipientId: '2', status: 'delivered', deliveredDateTime: '2026-11-20T09:22:00Z' },
        ],
        carbonCopies: [{ recipientId: '3', status: 'created' }],
        recipientCount: '3',
      },
    }),
  );
  expect(await docusign.port.readEnvelope(ENVELOPE)).toEqual({
    envelopeId: ENVELOPE,
    status: 'delivered',
    contractRef: 'd1/1',
    attemptKey: 'd1/1/2',
    createdAtMs: 1795165200500,
    sentAtMs: 1795165205250,
    completedAtMs: undefined,
    reason: undefined,
    recipients: [
      { recipientId: '1', state: 'completed', atMs: 1795166470000 },
      { recipientId: '2', state: 'delivered', atMs: 1795166520000 },
      { recipientId: '3', state: 'created' },
    ],
    url: `${docusign.url}/_sandbox#${ENVELOPE}`,
  });
  expect(asked()).toEqual([READ]);
  expect(docusign.requests[0]?.headers).toMatchObject({ accept: 'application/json', authorization: 'Bearer token-1' });
});

test.each([
  ['created', {}, 'created'],
  ['created', { deletedDateTime: '2026-11-20T09:00:00Z' }, 'deleted'],
  ['signed', {}, 'delivered'],
  ['correct', {}, 'sent'],
  ['Completed', {}, 'completed'],
  ['voided', { voidedReason: 'gone', deletedDateTime: '2026-11-20T09:00:00Z' }, 'voided'],
])('status %s with %j is %s', async (status, more, expected) => {
  docusign.answer(inState(status, more));
  expect((await docusign.port.readEnvelope(ENVELOPE))?.status).toBe(expected);
});

test('an envelope that DocuSign does not know is undefined, whatever the status of the answer', async () => {
  docusign.answer(GONE, { status: 400, json: { errorCode: 'ENVELOPE_DOES_NOT_EXIST', message: '' } });
  expect(await docusign.port.readEnvelope(ENVELOPE)).toBeUndefined();
  expect(await docusign.port.readEnvelope(ENVELOPE)).toBeUndefined();
});

test.each([inState('dancing'), { status: 200, body: 'ok' }, { status: 200, json: [] }])(
  'an answer that is no envelope (%j) is an error, not a guess',
  async (answer) => {
    docusign.answer(answer);
    expect(await codeOf(docusign.port.readEnvelope(ENVELOPE))).toBe('esign.answer-unexpected');
  },
);

test('sends a draft with its status and nothing else', async () => {
  docusign.answer({ status: 200, json: { envelopeId: ENVELOPE } });
  await docusign.port.sendDraft(ENVELOPE);
  expect(asked()).toEqual([[`PUT ENVELOPES/${ENVELOPE}`, {}, { status: 'sent' }]]);
  expect(docusign.requests[0]?.headers['content-type']).toBe('application/json');
});

test.each([
  ['sent', 'no error'],
  ['delivered', 'no error'],
  ['completed', 'no error'],
  ['created', 'esign.refused'],
  ['voided', 'esign.not-a-draft'],
  ['declined', 'esign.not-a-draft'],
  ['deleted', 'esign.not-a-draft'],
])('a send that is refused for an envelope that is %s ends with %s', async (status, code) => {
  docusign.answer(INVALID, inState(status));
  expect(await codeOf(docusign.port.sendDraft(ENVELOPE))).toBe(code);
  expect(asked()).toEqual([[`PUT ENVELOPES/${ENVELOPE}`, {}, { status: 'sent' }], READ]);
});

test('a send of an envelope that is gone says so', async () => {
  docusign.answer(GONE, GONE);
  expect(await codeOf(docusign.port.sendDraft(ENVELOPE))).toBe('esign.not-a-draft');
});

test('voids with a reason of at most 200 characters', async () => {
  docusign.answer({ status: 200, json: { envelopeId: ENVELOPE } });
  await docusign.port.voidEnvelope(ENVELOPE, 'r'.repeat(400));
  expect(asked()).toEqual([[`PUT ENVELOPES/${ENVELOPE}`, {}, { status: 'voided', voidedReason: 'r'.repeat(200) }]]);
});

test.each([
  ['voided', 'no error'],
  ['deleted', 'no error'],
  ['completed', 'esign.not-voidable'],
  ['declined', 'esign.not-voidable'],
  ['created', 'esign.not-voidable'],
  ['sent', 'esign.refused'],
])('a void that is refused for an envelope that is %s ends with %s', async (status, code) => {
  docusign.answer(INVALID_STATE, inState(status));
  expect(await codeOf(docusign.port.voidEnvelope(ENVELOPE, 'deal lost'))).toBe(code);
});

test('a void whose answer is lost is not asked about: that is for the caller, later', async () => {
  docusign.answer('hang-up');
  expect(await codeOf(docusign.port.voidEnvelope(ENVELOPE, 'deal lost'))).toBe('esign.unavailable');
  expect(docusign.requests).toHaveLength(1);
});

test('discards a draft by moving it to the recycle bin, after a look at it', async () => {
  docusign.answer(inState('created'), { status: 200, json: { folders: [] } });
  await docusign.port.discardDraft(ENVELOPE);
  expect(asked()).toEqual([
    READ,
    [`PUT /restapi/v2.1/accounts/${ACCOUNT}/folders/recyclebin`, {}, { envelopeIds: [ENVELOPE] }],
  ]);
});

test.each([
  ['sent', 'esign.not-a-draft'],
  ['delivered', 'esign.not-a-draft'],
  ['completed', 'esign.not-a-draft'],
  ['voided', 'esign.not-a-draft'],
  ['deleted', 'no error'],
])('never moves an envelope that is %s: that would void it', async (status, code) => {
  docusign.answer(inState(status));
  expect(await codeOf(docusign.port.discardDraft(ENVELOPE))).toBe(code);
  expect(asked()).toEqual([READ]);
});

test('discarding what is gone, before or meanwhile, is a success', async () => {
  docusign.answer(GONE);
  await docusign.port.discardDraft(ENVELOPE);
  docusign.answer(inState('created'), GONE, GONE);
  await docusign.port.discardDraft(ENVELOPE);
  docusign.answer(inState('created'), INVALID, inState('sent'));
  expect(await codeOf(docusign.port.discardDraft(ENVELOPE))).toBe('esign.not-a-draft');
});

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from([0xff, 0x00, 0x80, 0xe2])]);

test('reads the signed document without the certificate, byte for byte', async () => {
  docusign.answer({ status: 200, headers: { 'content-type': 'application/pdf' }, body: PDF });
  const bytes = await docusign.port.readSignedDocument(ENVELOPE);
  expect(Buffer.from(bytes).toString('hex')).toBe('255044462d312e370aff0080e2');
  expect(asked()).toEqual([[`GET ENVELOPES/${ENVELOPE}/documents/combined`, { certificate: 'false' }, undefined]]);
  expect(docusign.requests[0]?.headers.accept).toBe('application/pdf');
});

test('reads the certificate of completion', async () => {
  docusign.answer({ status: 200, headers: { 'content-type': 'application/pdf' }, body: PDF });
  const bytes = await docusign.port.readCertificate(ENVELOPE);
  expect(Buffer.from(bytes).toString('hex')).toBe('255044462d312e370aff0080e2');
  expect(asked()).toEqual([[`GET ENVELOPES/${ENVELOPE}/documents/certificate`, {}, undefined]]);
});

test.each([
  [{ status: 200, body: 'UEsDBA==' }, 'esign.answer-unexpected'],
  [{ status: 200, body: '' }, 'esign.answer-unexpected'],
  ['break-off', 'esign.unavailable'],
  [{ status: 404, json: { errorCode: 'DOCUMENT_DOES_NOT_EXIST', message: '' } }, 'esign.not-found'],
] as const)('a document that arrives as %j is %s', async (answer, code) => {
  docusign.answer(answer);
  expect(await codeOf(docusign.port.readSignedDocument(ENVELOPE))).toBe(code);
});

test('the check asks for one envelope of the last minute', async () => {
  docusign.answer({ status: 200, json: { resultSetSize: '0' } });
  expect(await docusign.port.check()).toEqual({ accountId: ACCOUNT });
  expect(asked()).toEqual([['GET ENVELOPES', { from_date: '2026-11-20T09:59:00.000Z', count: '1' }, undefined]]);
});

test('says what may be relied on', () => {
  expect(docusign.port.capabilities).toEqual({ settleMs: 30_000, attemptLookupMs: 561_600_000, longestCallMs: 25_000 });
  expect(docusign.port.connectionId).toBe('docusign-main');
});
