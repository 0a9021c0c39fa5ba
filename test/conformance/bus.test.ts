import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventBridgeBus } from '../../src/bus/eventbridge-bus.ts';
import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import type { HubEvent, Want } from '../../src/domain/events.ts';
import { type Cloud, startCloud } from '../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../src/local/cloud/switches.ts';
import { createEventBridgeClient } from '../../src/platform/aws/eventbridge-client.ts';
import { createTopology } from '../../src/topology.ts';

const clock = { nowMs: () => 1_800_000_000_000 };
const switches = calmSwitches();
let cloud: Cloud;
/** The same numbers in every run (a linear congruential generator). */
let seed = 7;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

beforeAll(async () => {
  cloud = await startCloud({ folder: undefined, topology: createTopology(['hubspot']), clock, random, switches });
});
afterAll(() => cloud.stop());

function event(id: string, wants: readonly Want[]): HubEvent {
  return {
    type: 'deal.stage.changed',
    detail: {
      meta: { v: 1, id, traceId: 't-1', atMs: 1_800_000_000_000 },
      dealId: 'hs.1',
      crm: 'hubspot',
      wants,
      stage: 'procurement',
    },
  };
}

const implementations = [
  [
    'memory',
    () => {
      const bus = createMemoryBus();
      return { bus, accepted: () => bus.events.map(({ type, detail }) => ({ type, detail })) };
    },
  ],
  [
    'EventBridge over the embedded cloud',
    () => {
      const before = cloud.events().length;
      const bus = createEventBridgeBus({
        client: createEventBridgeClient({ variables: {}, clock, awsRequestHandler: cloud.requestHandler }),
        busName: 'stagepost',
        source: 'stagepost',
        sleep: async () => {},
      });
      const accepted = () =>
        cloud
          .events()
          .slice(before)
          .map((each) => ({ type: each['detail-type'], detail: each.detail }));
      return { bus, accepted };
    },
  ],
] as const;

describe.each(implementations)('a bus: %s', (_, create) => {
  it('accepts every event, whole and in order', async () => {
    const { bus, accepted } = create();
    await bus.publish([event('e-1', ['contract']), event('e-2', [])]);
    expect(accepted()).toEqual([
      {
        type: 'deal.stage.changed',
        detail: {
          meta: { v: 1, id: 'e-1', traceId: 't-1', atMs: 1_800_000_000_000 },
          dealId: 'hs.1',
          crm: 'hubspot',
          wants: ['contract'],
          stage: 'procurement',
        },
      },
      expect.objectContaining({ detail: expect.objectContaining({ wants: [] }) }),
    ]);
  });

  it('takes no events as nothing to do', async () => {
    const { bus, accepted } = create();
    await bus.publish([]);
    expect(accepted()).toEqual([]);
  });

  it('takes more events than fit one call', async () => {
    const { bus, accepted } = create();
    await bus.publish(Array.from({ length: 23 }, (_each, n) => event(`e-${n}`, [])));
    expect(accepted()).toHaveLength(23);
  });
});

describe('the rules of the topology on the embedded bus', () => {
  const bodies = (queue: string) => cloud.queue(queue).bodies();

  it('bring an event to the queues of those who want it, as EventBridge shapes it', async () => {
    const [, create] = implementations[1];
    await create().bus.publish([event('e-77', ['plans', 'writes'])]);
    const [message] = bodies('start-onboarding-hubspot').filter((body) => body.includes('e-77'));
    expect(JSON.parse(message ?? '{}')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'deal.stage.changed',
      source: 'stagepost',
      account: '000000000000',
      time: '2027-01-15T08:00:00.000Z',
      region: 'us-east-1',
      resources: [],
      detail: {
        meta: { v: 1, id: 'e-77', traceId: 't-1', atMs: 1_800_000_000_000 },
        dealId: 'hs.1',
        crm: 'hubspot',
        wants: ['plans', 'writes'],
        stage: 'procurement',
      },
    });
    expect(bodies('write-back-hubspot').filter((body) => body.includes('e-77'))).toHaveLength(1);
    expect(bodies('send-contract-hubspot').filter((body) => body.includes('e-77'))).toEqual([]);
  });

  it('publish refused entries again until all are in, and the accepted ones only once', async () => {
    const [, create] = implementations[1];
    switches.refusedEntries = 0.25;
    const { bus, accepted } = create();
    await bus.publish(Array.from({ length: 10 }, (_each, n) => event(`refused-${n}`, ['contract'])));
    switches.refusedEntries = 0;
    const ids = accepted().map(({ detail }) => (detail as HubEvent['detail']).meta.id);
    expect(ids.toSorted()).toEqual([
      'refused-0',
      'refused-1',
      'refused-2',
      'refused-3',
      'refused-4',
      'refused-5',
      'refused-6',
      'refused-7',
      'refused-8',
      'refused-9',
    ]);
  });

  it('deliver an event twice, or late, when the switches say so', async () => {
    const [, create] = implementations[1];
    const queue = cloud.queue('send-contract-hubspot');
    const copies = (id: string) => queue.bodies().filter((body) => body.includes(id)).length;
    switches.duplicateEvents = 1;
    await create().bus.publish([event('twice', ['contract'])]);
    switches.duplicateEvents = 0;
    expect(copies('twice')).toBe(2);
    const { delayed } = queue.counts();
    switches.reorderEvents = 1;
    await create().bus.publish([event('late', ['contract'])]);
    switches.reorderEvents = 0;
    expect([copies('late'), queue.counts().delayed]).toEqual([1, delayed + 1]);
  });

  it('end in bus.unavailable, worth another try, when entries stay refused', async () => {
    const [, create] = implementations[1];
    switches.refusedEntries = 1;
    await expect(create().bus.publish([event('never', [])])).rejects.toMatchObject({
      code: 'bus.unavailable',
      retry: { afterMs: 1_000 },
    });
    switches.refusedEntries = 0;
  });
});
