import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT_ID, openStand, type Stand, simpleDefinition } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

async function create(status: 'created' | 'sent'): Promise<string> {
  const response = await stand.call('POST', '/envelopes', simpleDefinition({ status }));
  return ((await response.json()) as { envelopeId: string }).envelopeId;
}

async function put(path: string, body: unknown): Promise<[number, string | undefined]> {
  const response = await stand.call('PUT', path, body);
  return [response.status, ((await response.json()) as { errorCode?: string }).errorCode];
}

test('sending twice is refused and mails nobody twice; the switch makes it a silent success', async () => {
  const id = await create('created');
  expect(await put(`/envelopes/${id}`, { status: 'sent' })).toEqual([200, undefined]);
  expect(await put(`/envelopes/${id}`, { status: 'sent' })).toEqual([400, 'ENVELOPE_INVALID_STATUS']);
  stand.simulator.control.setSwitches({ sendAgain: 'is-ignored' });
  expect(await put(`/envelopes/${id}`, { status: 'sent' })).toEqual([200, undefined]);
  expect(stand.simulator.control.mails('invitation')).toHaveLength(1);
});

test('resend_envelope mails again those whose turn it is', async () => {
  const id = await create('sent');
  expect(await put(`/envelopes/${id}?resend_envelope=true`, {})).toEqual([200, undefined]);
  expect(stand.simulator.control.mails().map((mail) => mail.kind)).toEqual(['invitation', 'resent']);
});

test('voiding needs a reason, works on what is out, and cuts the reason at 200 characters', async () => {
  const id = await create('sent');
  expect(await put(`/envelopes/${id}`, { status: 'voided' })).toEqual([400, 'INVALID_REQUEST_PARAMETER']);
  expect(await put(`/envelopes/${id}`, { status: 'voided', voidedReason: 'r'.repeat(300) })).toEqual([200, undefined]);
  const envelope = stand.simulator.control.envelope(id);
  expect([envelope.status, envelope.voidedReason]).toEqual(['voided', 'r'.repeat(200)]);
  expect(stand.simulator.control.mails().map((mail) => mail.kind)).toEqual(['invitation', 'voided']);
});

test('a draft, a completed and a voided envelope cannot be voided', async () => {
  const draft = await create('created');
  const completed = await create('sent');
  stand.simulator.control.sign(completed, '1');
  const voided = await create('sent');
  stand.simulator.control.voidOutside(voided, 'first');
  for (const id of [draft, completed, voided]) {
    const answer = await put(`/envelopes/${id}`, { status: 'voided', voidedReason: 'late' });
    expect(answer).toEqual([400, 'ENVELOPE_CANNOT_VOID_INVALID_STATE']);
  }
  expect(stand.simulator.control.envelope(completed).status).toBe('completed');
});

test('no status but created, sent and voided can be set', async () => {
  const id = await create('created');
  expect(await put(`/envelopes/${id}`, { status: 'deleted' })).toEqual([400, 'INVALID_REQUEST_PARAMETER']);
});

test('the subject of a draft can be changed, that of a sent envelope cannot', async () => {
  const id = await create('created');
  expect(await put(`/envelopes/${id}`, { emailSubject: 'Better' })).toEqual([200, undefined]);
  expect(stand.simulator.control.envelope(id).emailSubject).toBe('Better');
  await put(`/envelopes/${id}`, { status: 'sent' });
  expect(await put(`/envelopes/${id}`, { emailSubject: 'Too late' })).toEqual([400, 'ENVELOPE_INVALID_STATUS']);
});

test('a draft is deleted through the recycle bin, mails nobody and cannot be sent any more', async () => {
  const { folders, envelopes } = await stand.client();
  const id = await create('created');
  await folders.moveEnvelopes(ACCOUNT_ID, 'recyclebin', { foldersRequest: { envelopeIds: [id] } });
  expect((await envelopes.getEnvelope(ACCOUNT_ID, id)).status).toBe('deleted');
  expect(await put(`/envelopes/${id}`, { status: 'sent' })).toEqual([400, 'ENVELOPE_INVALID_STATUS']);
  expect(stand.simulator.control.mails()).toEqual([]);
});

test.each([
  ['status-stays', 200, 'created'],
  ['not-found', 404, undefined],
] as const)('a deleted draft is read back as the switch %s says', async (recycledDraft, status, shown) => {
  stand.simulator.control.setSwitches({ recycledDraft });
  const id = await create('created');
  expect(await put('/folders/recyclebin', { envelopeIds: [id] })).toEqual([200, undefined]);
  const response = await stand.call('GET', `/envelopes/${id}`);
  expect([response.status, ((await response.json()) as { status?: string }).status]).toEqual([status, shown]);
  expect((await put(`/envelopes/${id}`, { status: 'sent' }))[0]).toBeGreaterThanOrEqual(400);
});

test('the recycle bin voids an envelope that is out, and checks the folder it is said to come from', async () => {
  const id = await create('sent');
  const body = { envelopeIds: [id], fromFolderId: 'draft' };
  expect(await put('/folders/recyclebin', body)).toEqual([400, 'ENVELOPE_NOT_IN_FOLDER']);
  expect(await put('/folders/recyclebin', { envelopeIds: [id] })).toEqual([200, undefined]);
  expect(stand.simulator.control.envelope(id).status).toBe('voided');
});

test('an envelope that does not exist is answered with ENVELOPE_DOES_NOT_EXIST', async () => {
  const response = await stand.call('GET', '/envelopes/00000000-0000-4000-8000-000000000000');
  expect([response.status, await response.json()]).toEqual([
    404,
    {
      errorCode: 'ENVELOPE_DOES_NOT_EXIST',
      message: 'The envelope specified either does not exist or you have no rights to it.',
    },
  ]);
  expect((await stand.call('GET', '/envelopes/no-guid')).status).toBe(400);
});
