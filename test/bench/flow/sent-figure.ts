import { type Cloud, startCloud } from '../../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../../src/local/cloud/switches.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createTopology } from '../../../src/topology.ts';
import type { Figure } from '../figure.ts';
import { median, pairRatios, quantile } from '../statistics.ts';
import { type AwsCall, createAwsTap } from './aws-tap.ts';
import { postHubSpot, stageEvent, startBenchHub } from './bench-hub.ts';
import { createReplay } from './replay.ts';
import { loadWithStubs } from './stub-functions.ts';
import { createStubWorld, dealFacts } from './stub-ports.ts';

const DEALS = 40;
const WARM_UP = 10;
const QUIET_MS = 20_000;
/** What stands between the webhook and the envelope; other functions work at the same time. */
const ON_THE_WAY = ['webhooks', 'record', 'send-contract'];

interface Sending {
  /** From the webhook's first byte to the e-sign provider's call. */
  readonly ms: number;
  /** Everything that functions asked of AWS, in order; before, during and after. */
  readonly before: readonly AwsCall[];
  readonly during: readonly AwsCall[];
  readonly after: readonly AwsCall[];
}

/** Contracts one after the other, and after each of them its floor: what slows the machine down slows both. */
async function sendContracts(): Promise<readonly (Sending & { readonly floorMs: number })[]> {
  const floor = await startReplay();
  const world = createStubWorld();
  const tap = createAwsTap(loadWithStubs(world), { oneMessageAtATime: false });
  const hub = await startBenchHub(tap.load);
  const sendings: (Sending & { readonly floorMs: number })[] = [];
  try {
    for (let n = 0; n < DEALS + WARM_UP; n += 1) {
      const id = String(80_000 + n);
      world.deals.set(id, dealFacts(id, '1100000005'));
      await postHubSpot(hub, [stageEvent(id, '1100000005', Date.now() - 10_000)]);
      await hub.host.whenQuiet(QUIET_MS);
      const before = tap.take();
      world.deals.set(id, dealFacts(id, '1100000006'));
      const sent = new Promise<readonly AwsCall[]>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no contract was sent for deal ${id}`)), QUIET_MS);
        world.onSent = () => {
          clearTimeout(timer);
          resolve(tap.take());
        };
      });
      const began = performance.now();
      const posted = postHubSpot(hub, [stageEvent(id, '1100000006')]);
      const during = await sent;
      const ms = performance.now() - began;
      await posted;
      await hub.host.whenQuiet(QUIET_MS);
      const sending = { ms, before, during, after: tap.take() };
      sendings.push({ ...sending, floorMs: await floor.timeOf(sending) });
    }
  } finally {
    await hub.stop();
    await floor.stop();
  }
  return sendings;
}

/** Makes the same calls one after the other in another cloud, with nothing between them. */
async function startReplay() {
  const cloud: Cloud = await startCloud({
    folder: undefined,
    topology: createTopology(),
    clock: systemClock,
    random: Math.random,
    switches: calmSwitches(),
  });
  const environment = { variables: cloud.variables, clock: systemClock, awsRequestHandler: cloud.requestHandler };
  const replay = createReplay(environment);
  return {
    /** Milliseconds of the calls on the way; the others are made too, because conditions depend on them. */
    async timeOf({ before, during, after }: Sending): Promise<number> {
      let ms = 0;
      for (const call of before) await replay(call);
      for (const call of during) {
        const began = performance.now();
        await replay(call);
        if (ON_THE_WAY.includes(call.functionName)) ms += performance.now() - began;
      }
      for (const call of after) await replay(call);
      return ms;
    },
    stop: () => cloud.stop(),
  };
}

/** Milliseconds from a stage change to the envelope, without the providers: they are stubs that answer at once. */
export async function sentFigures(): Promise<readonly Figure[]> {
  const sendings = (await sendContracts()).slice(WARM_UP);
  const floors = sendings.map(({ floorMs }) => floorMs);
  const times = sendings.map(({ ms }) => ms);
  const calls = sendings.at(-1)?.during.filter(({ functionName }) => ON_THE_WAY.includes(functionName)).length;
  const note = `webhook to the e-sign provider's send call, providers at zero; floor: its ${calls} AWS calls bare, one after the other`;
  return [
    {
      figure: 'stage change to envelope sent, p50',
      unit: 'ms',
      value: median(times),
      floor: median(floors),
      ratio: median(pairRatios(times, floors)),
      rounds: times.length,
      note,
    },
    {
      figure: 'stage change to envelope sent, p90',
      unit: 'ms',
      value: quantile(times, 0.9),
      floor: quantile(floors, 0.9),
      ratio: quantile(times, 0.9) / quantile(floors, 0.9),
      rounds: times.length,
      note,
    },
  ];
}
