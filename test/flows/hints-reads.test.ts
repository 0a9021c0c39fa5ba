import { describe, expect, it } from 'vitest';
import { HubError } from '../../src/domain/errors.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import type { RecordParts } from '../../src/flows/record-parts.ts';
import type { Parsed } from '../../src/webhooks/parser.ts';
import { createMemoryWorld, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';

describe('a delivery that asks for reads', () => {
  const read = { kind: 'read', connectionId: 'crm-main', sinceMs: START_MS, about: 'test' } as const;
  const delivery = {
    ...{ v: 1, kind: 'delivery', deliveryId: 'd-1', provider: 'test', connectionId: 'crm-main' },
    ...{ receivedAtMs: START_MS, traceId: 'trace-1', headers: {}, bodyBase64: 'e30=' },
  };
  const reads = [
    { ...read, id: 'r/1', recordId: '42' },
    { ...read, id: 'r/2', recordId: undefined },
  ];
  const signal = {
    ...({ v: 1, kind: 'transition', id: 't/1', connectionId: 'crm-main', recordId: '42', stageId: 's6' } as const),
    ...{ enteredAtMs: START_MS - 1000, granularityMs: 1 },
  };

  function record(world: MemoryWorld, parsed: Partial<Parsed> = {}, changes: Partial<RecordParts> = {}): Promise<void> {
    const parts: RecordParts = {
      ...world.parts(),
      parserOf: (provider) => ({
        provider,
        parse: () => ({ signals: [], reads, rejects: [], ignored: {}, ...parsed }),
      }),
      providerOfSource: () => undefined,
      accountsOf: async () => [],
      keepFile: async () => {},
      readFile: async () => undefined,
      ...changes,
    };
    return recordInboxMessage(JSON.stringify(delivery), 1, parts);
  }
  const wanted = (world: MemoryWorld) => world.bus.events.map(({ type, detail }) => [type, detail.meta.id]);

  it('has each of them published, also the one that names no record, and counts them', async () => {
    const world = createMemoryWorld();
    await record(world);
    const about = { crm: 'hubspot', wants: ['refresh'] };
    const meta = { v: 1, traceId: 'trace-1', atMs: START_MS };
    expect(world.bus.events).toEqual([
      {
        type: 'record.seen',
        detail: {
          ...{ meta: { ...meta, id: 'r/1/record.seen' }, ...about },
          record: { connectionId: 'crm-main', recordId: '42', sinceMs: START_MS },
        },
      },
      {
        type: 'record.seen',
        detail: {
          ...{ meta: { ...meta, id: 'r/2/record.seen' }, ...about },
          record: { connectionId: 'crm-main', sinceMs: START_MS },
        },
      },
    ]);
    expect(await world.store.listDeliveries('2026-11-02', 10)).toMatchObject([{ reads: 2, signals: 0 }]);
  });

  it('comes back when the bus does not take them, and is not logged as done before', async () => {
    const world = createMemoryWorld();
    const refused = new HubError('bus.unavailable', 'not now', { retry: { afterMs: 1000 } });
    const bus = { publish: () => Promise.reject(refused) };
    await expect(record(world, {}, { bus })).rejects.toBe(refused);
    expect(await world.store.listDeliveries('2026-11-02', 10)).toEqual([]);
    await record(world);
    expect(wanted(world)).toEqual([
      ['record.seen', 'r/1/record.seen'],
      ['record.seen', 'r/2/record.seen'],
    ]);
  });

  it('asks for them although a signal beside them has to be tried again', async () => {
    const world = createMemoryWorld();
    const throttled = new HubError('store.unavailable', 'throttled', { retry: { afterMs: 1000 } });
    const store = { ...world.store, saveDeal: () => Promise.reject(throttled) };
    await expect(record(world, { signals: [signal] }, { store })).rejects.toBe(throttled);
    expect(wanted(world)).toEqual([
      ['record.seen', 'r/1/record.seen'],
      ['record.seen', 'r/2/record.seen'],
    ]);
  });

  it('is left to the dead-letter queue when it names a connection that is not configured; its signals are recorded', async () => {
    const world = createMemoryWorld();
    const [first] = reads;
    if (first === undefined) throw new Error('no read');
    const lost = { signals: [signal], reads: [{ ...first, connectionId: 'crm-gone' }] };
    await expect(record(world, lost)).rejects.toMatchObject({ code: 'connection.unknown', retry: 'never' });
    expect((await world.store.loadDeal('crm-main.42'))?.lanes[0]?.transitions).toHaveLength(1);
    expect(wanted(world).map(([type]) => type)).toEqual(['deal.stage.changed']);
  });
});
