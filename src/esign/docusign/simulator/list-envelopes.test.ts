import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT_ID, openStand, type Stand, simpleDefinition } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

async function create(more: Record<string, unknown>): Promise<string> {
  const response = await stand.call('POST', '/envelopes', simpleDefinition(more));
  return ((await response.json()) as { envelopeId: string }).envelopeId;
}

function reference(value: string) {
  return { customFields: { textCustomFields: [{ name: 'contract', value }] } };
}

test('envelopes are found by transaction id for seven days', async () => {
  const id = await create({ transactionId: 'attempt-1' });
  await create({ transactionId: 'attempt-2' });
  const { envelopes } = await stand.client();
  const found = await envelopes.listStatusChanges(ACCOUNT_ID, { transactionIds: 'attempt-1,attempt-9' });
  expect(found.envelopes?.map((envelope) => [envelope.envelopeId, envelope.status])).toEqual([[id, 'created']]);
  expect(found.envelopeTransactionStatuses).toEqual([
    { transactionId: 'attempt-1', envelopeId: id, status: 'created' },
  ]);

  stand.clock.advance(7 * 86_400_000 + 1);
  const late = await (await stand.client()).envelopes.listStatusChanges(ACCOUNT_ID, { transactionIds: 'attempt-1' });
  expect([late.resultSetSize, late.envelopes]).toEqual(['0', undefined]);
});

test('envelopes are found by custom field, exactly, with what was asked to be included', async () => {
  const id = await create(reference('hs.42/1'));
  await create(reference('hs.42/10'));
  const { envelopes } = await stand.client();
  const found = await envelopes.listStatusChanges(ACCOUNT_ID, {
    fromDate: '2026-03-01T00:00:00Z',
    customField: 'contract=hs.42/1',
    include: 'custom_fields,recipients',
  });
  expect(found.envelopes?.map((envelope) => envelope.envelopeId)).toEqual([id]);
  expect(found.envelopes?.[0]?.customFields?.textCustomFields?.[0]).toMatchObject({
    name: 'contract',
    value: 'hs.42/1',
  });
  expect(found.envelopes?.[0]?.recipients?.signers?.[0]?.email).toBe('ada@customer.example');
});

test('the index behind the search by custom field lags when the switch says so', async () => {
  stand.simulator.control.setSwitches({ customFieldLagMs: 5000 });
  await create(reference('a/1'));
  const search = async () => {
    const response = await stand.call('GET', '/envelopes?from_date=2026-03-01&custom_field=contract%3Da%2F1');
    return ((await response.json()) as { totalSetSize: string }).totalSetSize;
  };
  expect(await search()).toBe('0');
  stand.clock.advance(5000);
  expect(await search()).toBe('1');
});

test('without from_date, envelope_ids or transaction_ids the search is refused', async () => {
  const response = await stand.call('GET', '/envelopes?custom_field=contract%3Da%2F1');
  expect([response.status, await response.json()]).toEqual([
    400,
    {
      errorCode: 'INVALID_REQUEST_PARAMETER',
      message:
        "The request contained at least one invalid parameter. Query parameter 'from_date' must be set to a valid DateTime, or 'envelope_ids' or 'transaction_ids' must be specified.",
    },
  ]);
});

test('a long list comes in pages, filtered by status and time of the last change', async () => {
  const early = await create({ status: 'sent' });
  stand.clock.advance(60_000);
  const ids = [await create({ status: 'sent' }), await create({ status: 'sent' }), await create({})];
  type Page = { envelopes: { envelopeId: string }[]; nextUri: string; totalSetSize: string };
  const query = '/envelopes?from_date=2026-03-02T09:00:30Z&status=sent&count=1';
  const first = (await (await stand.call('GET', query)).json()) as Page;
  expect([first.envelopes[0]?.envelopeId, first.totalSetSize]).toEqual([ids[0], '2']);
  const second = (await (await stand.call('GET', first.nextUri)).json()) as Page;
  expect([second.envelopes[0]?.envelopeId, second.nextUri]).toEqual([ids[1], '']);
  const byId = (await (await stand.call('GET', `/envelopes?envelope_ids=${early},${ids[2]}`)).json()) as Page;
  expect(byId.envelopes.map((envelope) => envelope.envelopeId)).toEqual([early, ids[2]]);
});
