import type { LocalHub } from '../../src/local/hub.ts';
import { playJourney, SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type Played, QUIET_MS, type Say, settle, withMeteredHub } from './metered-hub.ts';
import { tally } from './tally.ts';

const FIVE_MINUTES_MS = 5 * 60_000;
const RUNS_PER_DAY = 288;
/** The first runs look back further than any later one. */
const RUNS_BEFORE = 12;

/** A day of the schedules alone, with the clock put forward between their runs. */
function playDay(what: string, say: Say, prepare: (hub: LocalHub) => Promise<void>): Promise<Played> {
  let aheadMs = 0;
  const clock = { nowMs: () => systemClock.nowMs() + aheadMs };
  say(what);
  return withMeteredHub(
    false,
    async (hub, meter) => {
      const run = async (schedule: string) => {
        await hub.host.fire(schedule);
        if (!hub.host.isQuiet()) await hub.host.whenQuiet(QUIET_MS);
      };
      const catchUps = async (runs: number) => {
        for (let done = 0; done < runs; done += 1) {
          await run('catch-up');
          aheadMs += FIVE_MINUTES_MS;
        }
      };
      await catchUps(RUNS_BEFORE);
      await prepare(hub);
      await settle(hub, meter);
      meter.take();
      await catchUps(RUNS_PER_DAY);
      await run('full-sweep');
      const counted = tally(meter.take());
      // What a day writes replaces what the day before wrote: it does not add up to storage.
      const usage = { ...counted.usage, tableGbMonth: 0, tableBackupGbMonth: 0 };
      return { what, tally: { ...counted, usage }, times: 1 };
    },
    clock,
  );
}

async function sendContract(hub: LocalHub): Promise<void> {
  const crm = hub.sandbox.hubspot.control;
  const { id } = crm.createDeal(SAMPLE_DEAL);
  const dealId = await until('the new deal is recorded', () => hub.store.resolveAlias('hubspot-main', id));
  crm.moveDeal(id, 'Procurement');
  await until('the contract is sent', async () => {
    const contract = await hub.store.loadContract(dealId, 1);
    return contract?.sentAtMs === undefined ? undefined : true;
  });
}

export interface PlayedDays {
  /** Each has a secret. */
  readonly connections: number;
  readonly idle: Played;
  /** Its first day; on later ones it is asked after less often. */
  readonly contractOut: Played;
  readonly afterDeal: Played;
}

/** What the schedules do on a day without deals, and on one with a deal that rests. */
export async function playDays(say: Say): Promise<PlayedDays> {
  let connections = 0;
  const idle = await playDay('day without work', say, async ({ config }) => {
    connections = config.connections.length;
  });
  return {
    connections,
    idle,
    contractOut: await playDay('day with one contract out for signature', say, sendContract),
    afterDeal: await playDay('day after a whole deal', say, async (hub) => void (await playJourney(hub, () => {}))),
  };
}
