import { describe, expect, it } from 'vitest';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import type { RecordParts } from '../../src/flows/record-parts.ts';
import type { Delivery } from '../../src/webhooks/delivery.ts';
import type { Parsed } from '../../src/webhooks/parser.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld, START_MS } from '../fakes/memory-world.ts';

const delivery: Delivery = {
  v: 1,
  kind: 'delivery',
  deliveryId: 'd-1',
  provider: 'test',
  connectionId: 'crm-main',
  receivedAtMs: START_MS,
  traceId: 'trace-1',
  headers: {},
  bodyBase64: 'e30=',
};

function partsOf(world: MemoryWorld, parsed: Parsed): RecordParts {
  return {
    ...world.parts(),
    parserOf: (provider) => (provider === 'test' ? { provider, parse: () => parsed } : undefined),
    providerOfSource: () => undefined,
    accountsOf: async () => [],
    keepFile: (key, bytes, contentType) => world.files.put(key, bytes, contentType),
    readFile: (key) => world.files.get(key),
  };
}

function transition(recordId: string, stageId: string, enteredAtMs: number) {
  const id = `t/crm-main/${recordId}/${stageId}/${enteredAtMs}`;
  return {
    v: 1,
    kind: 'transition',
    id,
    connectionId: 'crm-main',
    recordId,
    stageId,
    enteredAtMs,
    granularityMs: 1,
  } as const;
}

describe('recording a delivery', () => {
  it('lets 99 good signals proceed when one of the batch is from the future, and keeps that one with its reason', async () => {
    const world = createMemoryWorld();
    const signals = Array.from({ length: 100 }, (_, index) =>
      transition(`${index}`, 's1', index === 40 ? START_MS + 3_600_000 : START_MS - 1000),
    );
    await recordInboxMessage(JSON.stringify(delivery), 1, partsOf(world, { signals, rejects: [], ignored: {} }));
    expect(await world.store.listDeals('prospecting', 200)).toHaveLength(99);
    const [kept, ...others] = await world.store.listQuarantine(['2026-11-02']);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      code: 'signal.from-the-future',
      index: 40,
      deliveryId: 'd-1',
      connectionId: 'crm-main',
    });
    expect(kept?.delivery?.bodyBase64).toBe('e30=');
  });

  it('records nothing twice, and does not wake anybody again for what is done', async () => {
    const world = createMemoryWorld();
    const parsed = { signals: [transition('42', 's6', START_MS - 1000)], rejects: [], ignored: {} };
    await recordInboxMessage(JSON.stringify(delivery), 1, partsOf(world, parsed));
    await recordInboxMessage(JSON.stringify(delivery), 2, partsOf(world, parsed));
    const items = await world.store.loadDealItems(DEAL_ID);
    expect(items.signals).toHaveLength(1);
    expect(items.deal?.version).toBe(1);
    expect(world.bus.events.map((event) => event.detail.wants)).toEqual([['contract', 'writes', 'refresh']]);
  });

  it('publishes what it saved before it died, when the message comes back', async () => {
    const world = createMemoryWorld();
    const parsed = { signals: [transition('42', 's6', START_MS - 1000)], rejects: [], ignored: {} };
    const dying = { ...partsOf(world, parsed), bus: { publish: () => Promise.reject(new Error('killed')) } };
    await expect(recordInboxMessage(JSON.stringify(delivery), 1, dying)).rejects.toMatchObject({
      code: 'record.failed',
    });
    expect((await world.store.loadDeal(DEAL_ID))?.version).toBe(1);
    await recordInboxMessage(JSON.stringify(delivery), 2, partsOf(world, parsed));
    expect(world.bus.events.map((event) => event.detail.wants)).toEqual([['contract', 'writes', 'refresh']]);
    expect((await world.store.loadDeal(DEAL_ID))?.version).toBe(1);
  });

  it('saves once and publishes once for a whole stage history', async () => {
    const world = createMemoryWorld();
    const signals = ['s1', 's2', 's3', 's4', 's5', 's6'].map((stageId, index) =>
      transition('42', stageId, START_MS - 60_000 + index * 1000),
    );
    await recordInboxMessage(JSON.stringify(delivery), 1, partsOf(world, { signals, rejects: [], ignored: {} }));
    expect((await world.store.loadDeal(DEAL_ID))?.version).toBe(1);
    expect(world.bus.events).toHaveLength(1);
    expect((await world.store.loadDealItems(DEAL_ID)).signals).toHaveLength(6);
  });

  it('publishes nothing that nobody wants', async () => {
    const world = createMemoryWorld();
    const named = { ...transition('42', 's1', START_MS - 5000) };
    const observation = {
      v: 1,
      kind: 'observation',
      id: 'o/1',
      connectionId: 'crm-main',
      recordId: '42',
      stageId: 's1',
      observedAtMs: START_MS - 1000,
      details: { name: 'Northwind rollout' },
    } as const;
    const first = partsOf(world, { signals: [named, observation], rejects: [], ignored: {} });
    await recordInboxMessage(JSON.stringify(delivery), 1, first);
    const before = world.bus.events.length;
    const second = partsOf(world, { signals: [transition('42', 's2', START_MS - 500)], rejects: [], ignored: {} });
    await recordInboxMessage(JSON.stringify({ ...delivery, deliveryId: 'd-2' }), 1, second);
    expect(world.bus.events.length - before).toBe(0);
  });

  it.each([
    ['the newest', ['s6', 's5']],
    ['the oldest', ['s5', 's6']],
  ])('wakes whoever any signal of a batch wants, with %s first', async (_, stageIds) => {
    const world = createMemoryWorld();
    const enteredAtMs: Record<string, number> = { s5: START_MS - 60_000, s6: START_MS - 1000 };
    const signals = stageIds.map((stageId) => transition('42', stageId, enteredAtMs[stageId] ?? 0));
    await recordInboxMessage(JSON.stringify(delivery), 1, partsOf(world, { signals, rejects: [], ignored: {} }));
    expect(world.bus.events.map((event) => event.detail.wants)).toEqual([['contract', 'writes', 'refresh']]);
  });

  it('wakes nobody when a read found nothing new, however often it is told', async () => {
    const world = createMemoryWorld();
    const seen = (atMs: number) => {
      const base = { v: 1, kind: 'observation', connectionId: 'crm-main', recordId: '42', stageId: 's6' } as const;
      return { ...base, id: `o/${atMs}`, observedAtMs: atMs, details: { name: 'Northwind rollout' } };
    };
    const tell = (deliveryId: string, signals: Parsed['signals']) => {
      const told = { ...delivery, deliveryId, receivedAtMs: world.clock.nowMs() };
      return recordInboxMessage(JSON.stringify(told), 1, partsOf(world, { signals, rejects: [], ignored: {} }));
    };
    await tell('d-1', [transition('42', 's6', START_MS - 1000), seen(START_MS)]);
    expect(world.bus.events.map((event) => event.detail.wants)).toEqual([['contract', 'writes']]);
    world.clock.advance(10_000);
    await tell('d-2', [transition('42', 's6', START_MS - 1000), seen(START_MS + 10_000)]);
    await tell('d-3', [seen(START_MS + 10_000)]);
    expect(world.bus.events).toHaveLength(1);
    expect((await world.store.loadDeal(DEAL_ID))?.version).toBe(1);
  });

  it('publishes what an observation changed before the process died, when the message comes back', async () => {
    const world = createMemoryWorld();
    await world.enter('s6');
    world.clock.advance(60_000);
    const nowMs = world.clock.nowMs();
    const base = { v: 1, kind: 'observation', id: 'o/1', connectionId: 'crm-main', recordId: '42' } as const;
    const signals = [{ ...base, stageId: 's6', observedAtMs: nowMs, details: { name: 'Northwind rollout' } }];
    const parts = partsOf(world, { signals, rejects: [], ignored: {} });
    const message = JSON.stringify({ ...delivery, receivedAtMs: nowMs });
    const dying = { ...parts, bus: { publish: () => Promise.reject(new Error('killed')) } };
    await expect(recordInboxMessage(message, 1, dying)).rejects.toMatchObject({ code: 'record.failed' });
    const before = world.bus.events.length;
    await recordInboxMessage(message, 2, parts);
    expect(world.bus.events.slice(before).map((event) => event.detail.wants)).toEqual([['contract', 'writes']]);
  });

  it('keeps a message of an unknown form instead of dropping it', async () => {
    const world = createMemoryWorld();
    await recordInboxMessage('{"kind":"party"}', 1, partsOf(world, { signals: [], rejects: [], ignored: {} }));
    const [kept] = await world.store.listQuarantine(['2026-11-02']);
    expect(kept).toMatchObject({ code: 'message.unreadable', excerpt: '{"kind":"party"}' });
  });

  it('asks again about an envelope whose contract is not known, and gives it to quarantine in the end', async () => {
    const world = createMemoryWorld();
    const signal = {
      v: 1,
      kind: 'envelope',
      id: 'e/1',
      connectionId: 'sign-main',
      envelopeId: 'env-9',
      contractRef: 'crm-main.77/1',
      event: 'completed',
      atMs: START_MS,
    } as const;
    const parts = partsOf(world, { signals: [signal], rejects: [], ignored: {} });
    await expect(recordInboxMessage(JSON.stringify(delivery), 1, parts)).rejects.toMatchObject({
      code: 'contract.unknown',
      retry: { afterMs: 5000 },
    });
    expect(await world.store.listQuarantine(['2026-11-02'])).toEqual([]);
    await recordInboxMessage(JSON.stringify(delivery), 5, parts);
    const [kept] = await world.store.listQuarantine(['2026-11-02']);
    expect(kept?.code).toBe('contract.unknown');
  });

  it('notes a refusal for ops without making a delivery of it', async () => {
    const world = createMemoryWorld();
    const note = {
      v: 1,
      kind: 'refusal',
      connectionId: 'crm-main',
      provider: 'test',
      cause: 'signature-wrong',
      url: 'https://hub.example.com/webhooks/test/crm-main',
      atMs: START_MS,
    };
    await recordInboxMessage(JSON.stringify(note), 1, partsOf(world, { signals: [], rejects: [], ignored: {} }));
    const kept = await world.store.loadConnectionNote('crm-main', 'last-refusal');
    expect(kept?.data).toMatchObject({
      cause: 'signature-wrong',
      url: 'https://hub.example.com/webhooks/test/crm-main',
    });
    expect(await world.store.listDeliveries('2026-11-02', 10)).toEqual([]);
  });
});
