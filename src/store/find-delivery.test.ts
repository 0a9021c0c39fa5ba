import { describe, expect, it } from 'vitest';
import { createDeliveryLog, type DeliveryLogEntry } from './delivery-log.ts';
import { createMemoryTable } from './memory-table.ts';
import { timeOfId } from './time-of-id.ts';

// The specification's own example: 1469918176385 ms is 01ARYZ6S41, on 30 July 2016 at 22:36:16 UTC.
const AT_MS = 1_469_918_176_385;
const ID = '01ARYZ6S410000000000000000';
/** A few seconds after midnight of 31 July 2016, UTC. */
const AFTER_MIDNIGHT_ID = '01ARZ404YG0000000000000000';
const MIDNIGHT_MS = Date.parse('2016-07-31T00:00:00Z');

function row(deliveryId: string, receivedAtMs: number, traceId = deliveryId): DeliveryLogEntry {
  return {
    v: 1,
    deliveryId,
    provider: 'somecrm',
    connectionId: 'crm-main',
    receivedAtMs,
    traceId,
    signals: 1,
    rejects: 0,
    ignored: {},
    dealIds: [],
  };
}

async function logOf(...rows: readonly DeliveryLogEntry[]) {
  const log = createDeliveryLog(createMemoryTable({ nowMs: () => AT_MS }));
  for (const each of rows) await log.logDelivery(each);
  return log;
}

describe('the time of an id', () => {
  it.each([
    [ID, AT_MS],
    ['00000000000000000000000000', 0],
    ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 281_474_976_710_655],
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', undefined],
    ['01ARYZ6S41', undefined],
    ['01aryz6s410000000000000000', undefined],
    ['3f2b6c1e-7f0a-4a86-9c2e-0d8d9a1b2c3d', undefined],
  ])('%s', (id, expected) => {
    expect(timeOfId(id)).toBe(expected);
  });
});

describe('a delivery', () => {
  it('is found by its id alone, whatever its day', async () => {
    const log = await logOf(row(ID, AT_MS - 40), row('01ARYZ6S420000000000000000', AT_MS));
    expect((await log.findDelivery(ID, []))?.deliveryId).toBe(ID);
    expect(await log.findDelivery('01ARYZ6S430000000000000000', [])).toBeUndefined();
  });

  it('is found when it came before midnight and got its id after', async () => {
    expect(timeOfId(AFTER_MIDNIGHT_ID)).toBe(MIDNIGHT_MS + 2_000);
    const log = await logOf(row(AFTER_MIDNIGHT_ID, MIDNIGHT_MS - 500));
    expect((await log.findDelivery(AFTER_MIDNIGHT_ID, []))?.receivedAtMs).toBe(MIDNIGHT_MS - 500);
  });

  it('is found by the trace that it began, the first of those that carry it', async () => {
    const trace = '01ARYZ6S41TRACE00000000000';
    const log = await logOf(
      row('01ARYZ6S410000000000000002', AT_MS + 5, trace),
      row('01ARYZ6S410000000000000001', AT_MS, trace),
    );
    expect((await log.findDelivery(trace, []))?.deliveryId).toBe('01ARYZ6S410000000000000001');
  });

  it('is found among many of the same minute', async () => {
    const others = Array.from({ length: 450 }, (_, n) => row(`01ARYZ6S41${String(n).padStart(16, '0')}`, AT_MS - n));
    const log = await logOf(...others);
    expect((await log.findDelivery('01ARYZ6S410000000000000449', []))?.receivedAtMs).toBe(AT_MS - 449);
  });

  it('with an id that others made is looked for on the days that are named', async () => {
    const id = '3f2b6c1e-7f0a-4a86-9c2e-0d8d9a1b2c3d';
    const log = await logOf(row(id, AT_MS));
    expect(await log.findDelivery(id, ['2016-07-31', '2016-07-29'])).toBeUndefined();
    expect((await log.findDelivery(id, ['2016-07-31', '2016-07-30']))?.deliveryId).toBe(id);
  });
});
