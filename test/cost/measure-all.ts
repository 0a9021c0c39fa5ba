import { createTopology } from '../../src/topology.ts';
import { HOURS_PER_MONTH } from './assumptions.ts';
import type { Cost } from './bill.ts';
import type { Played, Say } from './metered-hub.ts';
import { type PlayedDays, playDays } from './play-days.ts';
import { type PlayedDeal, playDeals } from './play-deals.ts';
import { playStageEvents } from './play-stage-events.ts';
import { type StandingParts, standingMonth } from './standing.ts';
import { standingParts } from './standing-parts.ts';
import { addUsage, timesUsage, type Usage, usageBeyond } from './usage.ts';

/** Something that was played warm, and cold where that makes a difference. */
export interface Measured<P extends Played = Played> extends Cost {
  readonly warm: P;
}

export interface AllMeasured {
  readonly deals: readonly Measured<PlayedDeal>[];
  /** In the order of the first deals: HubSpot, Salesforce. */
  readonly stageEvents: readonly Measured[];
  readonly idle: Measured;
  /** Beyond the idle month, for every deal. */
  readonly rest: Cost;
  readonly standing: StandingParts;
}

function measured<P extends Played>(warm: P, cold: Played = warm): Measured<P> {
  return {
    what: warm.what,
    warm,
    least: timesUsage(warm.tally.usage, 1 / warm.times),
    most: timesUsage(addUsage(cold.tally.usage, cold.tally.waiting), 1 / cold.times),
  };
}

function pairs<P extends Played>(warm: readonly P[], cold: readonly P[]): readonly Measured<P>[] {
  return warm.map((each, index) => measured(each, cold[index]));
}

/** A day with something beyond one with nothing, one of each. */
function restOf({ idle, contractOut, afterDeal }: PlayedDays): Cost {
  const beyond = (of: (played: Played) => Usage) =>
    addUsage(usageBeyond(of(contractOut), of(idle)), usageBeyond(of(afterDeal), of(idle)));
  const least = beyond(({ tally }) => tally.usage);
  const waiting = beyond(({ tally }) => tally.waiting);
  return { what: 'rest of a deal, a day out for signature and a day after', least, most: addUsage(least, waiting) };
}

/** Plays everything; takes about two minutes, mostly of waiting. */
export async function measureAll(say: Say): Promise<AllMeasured> {
  const stageEvents = pairs(await playStageEvents(false, say), await playStageEvents(true, say));
  const deals = pairs(await playDeals(false, say), await playDeals(true, say));
  const days = await playDays(say);
  const month = { ...days.idle, what: 'month without work', times: 24 / HOURS_PER_MONTH };
  const scheduled = measured(month);
  const standing = standingParts(createTopology(), days.idle.tally.logged, days.connections);
  const stands = standingMonth(standing);
  const atMost = standingMonth({ ...standing, fedMetrics: standing.logMetrics });
  const idle = { ...scheduled, least: addUsage(scheduled.least, stands), most: addUsage(scheduled.most, atMost) };
  return { deals, stageEvents, idle, rest: restOf(days), standing };
}
