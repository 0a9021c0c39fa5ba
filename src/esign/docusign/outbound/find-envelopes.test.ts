import { afterEach, beforeEach, expect, test } from 'vitest';
import { HubError } from '../../../domain/errors.ts';
import { ACCOUNT, NOW_MS, type ScriptedDocuSign, startScriptedDocuSign } from './scripted-docusign.ts';

const FIRST = '11111111-0000-4000-8000-000000000001';
const SECOND = '22222222-0000-4000-8000-000000000002';
const KEYS = ['d 1/1/1', 'd 1/1/2'];
const INCLUDE = 'custom_fields,recipients';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let docusign: ScriptedDocuSign;
beforeEach(async () => {
  docusign = await startScriptedDocuSign();
});
afterEach(() => docusign.stop());

function envelope(envelopeId: string, contract: string, attempt: string, status = 'created'): object {
  const textCustomFields = [
    { name: 'stagepost_contract', value: contract },
    { name: 'stagepost_attempt', value: attempt },
  ];
  return { envelopeId, status, customFields: { textCustomFields } };
}

function find(sinceMs: number, keys: readonly string[] = KEYS) {
  return docusign.port.findByAttempts('d 1/1', keys, sinceMs);
}

function queries(): readonly unknown[] {
  return docusign.requests.map(({ method, path, query }) => {
    expect(`${method} ${path}`).toBe(`GET /restapi/v2.1/accounts/${ACCOUNT}/envelopes`);
    return query;
  });
}

test('asks by transaction, and that is enough when every attempt is accounted for', async () => {
  docusign.answer({
    status: 200,
    json: {
      envelopes: [envelope(FIRST, 'd 1/1', 'd 1/1/1'), envelope(SECOND, 'd 1/1', 'd 1/1/2', 'sent')],
      envelopeTransactionStatuses: [
        { transactionId: 'd 1/1/1', envelopeId: FIRST, status: 'created' },
        { transactionId: 'd 1/1/2', envelopeId: SECOND, status: 'sent' },
      ],
    },
  });
  const found = await find(NOW_MS - HOUR_MS);
  expect(found.map(({ envelopeId, status, attemptKey }) => [envelopeId, status, attemptKey])).toEqual([
    [FIRST, 'created', 'd 1/1/1'],
    [SECOND, 'sent', 'd 1/1/2'],
  ]);
  expect(queries()).toEqual([{ transaction_ids: 'd 1/1/1,d 1/1/2', include: INCLUDE }]);
});

test('an attempt that the transactions do not account for is searched by our field too', async () => {
  docusign.answer(
    { status: 200, json: { envelopes: [], envelopeTransactionStatuses: [] } },
    { status: 200, json: { envelopes: [envelope(SECOND, 'd 1/1', 'd 1/1/2')] } },
  );
  expect((await find(NOW_MS - HOUR_MS)).map(({ envelopeId }) => envelopeId)).toEqual([SECOND]);
  expect(queries()).toEqual([
    { transaction_ids: 'd 1/1/1,d 1/1/2', include: INCLUDE },
    {
      from_date: '2026-11-20T08:45:00.000Z',
      custom_field: 'stagepost_contract=d 1/1',
      include: INCLUDE,
      count: '100',
      start_position: '0',
    },
  ]);
});

test('an envelope that the transactions name without describing it is read by its id', async () => {
  docusign.answer(
    {
      status: 200,
      json: { envelopeTransactionStatuses: [{ transactionId: 'd 1/1/1', envelopeId: FIRST.toUpperCase() }] },
    },
    { status: 200, json: { envelopes: [{ envelopeId: FIRST, status: 'created' }] } },
  );
  const found = await find(NOW_MS - HOUR_MS, ['d 1/1/1']);
  expect(found.map(({ envelopeId, attemptKey }) => [envelopeId, attemptKey])).toEqual([[FIRST, 'd 1/1/1']]);
  expect(queries()).toEqual([
    { transaction_ids: 'd 1/1/1', include: INCLUDE },
    { envelope_ids: FIRST, include: INCLUDE },
  ]);
});

test.each([
  ['six days', 6 * DAY_MS, ['transaction_ids']],
  ['six and three quarter days', 6.75 * DAY_MS, ['transaction_ids', 'custom_field']],
  ['eight days', 8 * DAY_MS, ['custom_field']],
])('after %s it asks by %s ms: %j', async (_, ageMs, ways) => {
  const listed = { status: 200, json: { envelopes: [envelope(FIRST, 'd 1/1', 'd 1/1/1')] } };
  docusign.answer(listed, listed);
  expect((await find(NOW_MS - ageMs, ['d 1/1/1'])).map(({ envelopeId }) => envelopeId)).toEqual([FIRST]);
  const names = docusign.requests.flatMap(({ query }) => Object.keys(query));
  expect(names.filter((name) => name === 'transaction_ids' || name === 'custom_field')).toEqual(ways);
});

test('the search takes only whole matches of the contract and of the attempts', async () => {
  docusign.answer({
    status: 200,
    json: {
      envelopes: [
        envelope(FIRST, 'd 1/10', 'd 1/1/1'),
        envelope(SECOND, 'd 1/1', 'd 1/1/9'),
        envelope('33333333-0000-4000-8000-000000000003', 'd 1/1', 'd 1/1/2'),
        { envelopeId: '44444444-0000-4000-8000-000000000004', status: 'sent' },
      ],
    },
  });
  const found = await find(NOW_MS - 8 * DAY_MS);
  expect(found.map(({ envelopeId }) => envelopeId)).toEqual(['33333333-0000-4000-8000-000000000003']);
});

test('goes on while DocuSign names a next page', async () => {
  docusign.answer(
    {
      status: 200,
      json: { envelopes: [envelope(FIRST, 'd 1/1', 'd 1/1/1')], nextUri: '/envelopes?start_position=100' },
    },
    { status: 200, json: { envelopes: [envelope(SECOND, 'd 1/1', 'd 1/1/2')], nextUri: '' } },
  );
  expect(await find(NOW_MS - 8 * DAY_MS)).toHaveLength(2);
  expect(docusign.requests.map(({ query }) => query.start_position)).toEqual(['0', '100']);
});

test('finds nothing when there is nothing', async () => {
  docusign.answer({ status: 200, json: { resultSetSize: '0' } }, { status: 200, json: { envelopes: null } });
  expect(await find(NOW_MS - HOUR_MS)).toEqual([]);
});

test.each([
  { status: 200, body: 'ok' },
  { status: 200, json: { envelopes: [{ envelopeId: FIRST, status: 'dancing' }] } },
])('an answer that cannot be understood (%j) never reads as "there is nothing"', async (answer) => {
  docusign.answer(answer);
  const error = await find(NOW_MS - HOUR_MS).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HubError);
  expect(error).toMatchObject({ code: 'esign.answer-unexpected', retry: { afterMs: 60_000 } });
});
