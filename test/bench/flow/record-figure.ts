import { randomUUID } from 'node:crypto';
import { type LoadFunction, loadSource } from '../../../src/local/functions.ts';
import type { LocalHub } from '../../../src/local/hub.ts';
import type { Delivery } from '../../../src/webhooks/delivery.ts';
import type { Figure } from '../figure.ts';
import { median, pairRatios } from '../statistics.ts';
import { type AwsCall, createAwsTap } from './aws-tap.ts';
import { stageEvent, startBenchHub } from './bench-hub.ts';
import { createReplay } from './replay.ts';
import { loadOnly } from './stub-functions.ts';

const DEALS = 150;
const ROUNDS = 6;
/** Nothing hangs on these stages, and two neighbours differ. */
const STAGES = ['1100000002', '1100000004', '1100000005'];
const ROUND_WITHIN_MS = 30_000;
const WRITES = ['PutItem', 'PutEvents'];

/** One delivery per deal and round; round 0 makes the deals. */
function deliveriesOf(round: number, nowMs: number): readonly Delivery[] {
  return Array.from({ length: DEALS }, (_, n) => {
    const stageId = round === 0 ? '1100000001' : (STAGES[round % STAGES.length] ?? '');
    const event = stageEvent(String(70_000 + n), stageId, nowMs - 100_000 + round * 1_000);
    return {
      v: 1,
      kind: 'delivery',
      deliveryId: randomUUID(),
      provider: 'hubspot',
      connectionId: 'hubspot-main',
      receivedAtMs: nowMs,
      traceId: randomUUID(),
      headers: { 'content-type': 'application/json' },
      bodyBase64: Buffer.from(JSON.stringify([event])).toString('base64'),
    };
  });
}

interface Runner {
  /** Deliveries per second, from the first in the queue to the last recorded. */
  run(deliveries: readonly Delivery[]): Promise<number>;
  stop(): Promise<void>;
}

async function startRunner(load: LoadFunction): Promise<Runner> {
  const hub: LocalHub = await startBenchHub(loadOnly(['record'], load));
  const inbox = hub.cloud.queue('inbox');
  return {
    async run(deliveries) {
      const bodies = deliveries.map((delivery) => JSON.stringify(delivery));
      const began = performance.now();
      await Promise.all(bodies.map((body) => inbox.send(body)));
      const { ready, inFlight } = inbox.counts();
      for (let left = ready + inFlight; left > 0; ) {
        if (performance.now() - began > ROUND_WITHIN_MS)
          throw new Error(`${left} deliveries were not recorded in time`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        const counts = inbox.counts();
        left = counts.ready + counts.inFlight;
      }
      const seconds = (performance.now() - began) / 1000;
      await hub.host.whenQuiet(ROUND_WITHIN_MS);
      return deliveries.length / seconds;
    },
    stop: () => hub.stop(),
  };
}

/** The record function without the hub: per message, the calls of these operations that the hub made for it. */
function bareRecorder(callsOf: ReadonlyMap<string, readonly AwsCall[]>, operations: readonly string[]): LoadFunction {
  return async () => ({
    build: (environment) => {
      const replay = createReplay(environment);
      return async (event) => {
        const { Records } = event as { readonly Records: readonly { readonly body: string }[] };
        await Promise.all(
          Records.map(async ({ body }) => {
            const { deliveryId } = JSON.parse(body) as Delivery;
            for (const call of callsOf.get(deliveryId) ?? [])
              if (operations.includes(call.operation)) await replay(call);
          }),
        );
        return { batchItemFailures: [] };
      };
    },
  });
}

/** What the hub writes and publishes for each delivery, listened to once beforehand. */
async function listen(rounds: readonly (readonly Delivery[])[]): Promise<ReadonlyMap<string, readonly AwsCall[]>> {
  const tap = createAwsTap(loadSource, { oneMessageAtATime: true });
  const runner = await startRunner(tap.load);
  for (const deliveries of rounds) await runner.run(deliveries);
  await runner.stop();
  const calls = new Map<string, AwsCall[]>();
  for (const call of tap.take()) {
    if (call.messageId === undefined) continue;
    calls.set(call.messageId, [...(calls.get(call.messageId) ?? []), call]);
  }
  return calls;
}

/** Deliveries recorded per second, against the same writes bare. */
export async function recordFigures(): Promise<readonly Figure[]> {
  const nowMs = Date.now();
  const rounds = Array.from({ length: ROUNDS + 2 }, (_, round) => deliveriesOf(round, nowMs));
  const calls = await listen(rounds);
  const runners = {
    hub: await startRunner(loadSource),
    writes: await startRunner(bareRecorder(calls, WRITES)),
    all: await startRunner(bareRecorder(calls, [...WRITES, 'GetItem', 'Query'])),
  };
  const rates = { hub: [] as number[], writes: [] as number[], all: [] as number[] };
  const order = ['hub', 'writes', 'all'] as const;
  for (const [round, deliveries] of rounds.entries()) {
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const rate = await runners[name].run(deliveries);
      // The first two rounds make the deals and warm the code.
      if (round >= 2) rates[name].push(rate);
    }
  }
  for (const name of order) await runners[name].stop();
  const figure = (floor: 'writes' | 'all', name: string, note: string): Figure => ({
    figure: name,
    unit: '/s',
    value: median(rates.hub),
    floor: median(rates[floor]),
    ratio: median(pairRatios(rates.hub, rates[floor])),
    rounds: rates.hub.length,
    note,
  });
  const what = 'inbox to STATE, SIGNAL and log, for a stage event that starts nothing';
  return [
    figure('writes', 'deliveries recorded', `${what}; floor: its writes alone, bare, behind the same poller`),
    figure('all', 'deliveries recorded, reads in the floor', `${what}; floor: all its AWS calls, bare`),
  ];
}
