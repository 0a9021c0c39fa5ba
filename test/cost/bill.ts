import type { CostArguments } from './arguments.ts';
import { addUsage, dollarsOf, timesUsage, type Usage } from './usage.ts';

/** One of something, in both readings. */
export interface Cost {
  readonly what: string;
  /** Counted with warm functions and providers that answer at once. */
  readonly least: Usage;
  /** Every invocation cold, and every call to a provider waited for one after the other. */
  readonly most: Usage;
}

export interface MonthParts {
  readonly deal: Cost;
  /** What the schedules ask because a deal is there, and its contract out. */
  readonly rest: Cost;
  readonly stageEvent: Cost;
  readonly idle: Cost;
}

/** A whole month: what stands, what is asked on schedule, the deals and their further stage events. */
export function monthOf(
  { dealsPerMonth, stageEventsPerDeal }: CostArguments,
  { deal, rest, stageEvent, idle }: MonthParts,
): Cost {
  const month = (reading: 'least' | 'most') =>
    addUsage(
      idle[reading],
      timesUsage(addUsage(deal[reading], rest[reading]), dealsPerMonth),
      timesUsage(stageEvent[reading], dealsPerMonth * stageEventsPerDeal),
    );
  return { what: `every deal a ${deal.what}`, least: month('least'), most: month('most') };
}

export interface Target {
  readonly what: string;
  /** Logs are never in it. */
  readonly belowDollars: number;
  /** So many of the thing are meant, e.g. a million. */
  readonly per: number;
  readonly dollars: number;
  readonly met: boolean;
  /** The same with cold functions and slow providers. */
  readonly atMostDollars: number;
  readonly metAtMost: boolean;
}

export function judge(cost: Cost, belowDollars: number, per: number): Target {
  const dollars = dollarsOf(cost.least) * per;
  const atMostDollars = dollarsOf(cost.most) * per;
  return {
    what: cost.what,
    belowDollars,
    per,
    dollars,
    met: dollars < belowDollars,
    atMostDollars,
    metAtMost: atMostDollars < belowDollars,
  };
}

export const STAGE_EVENTS_BELOW = 8;
export const STAGE_EVENTS_PER = 1_000_000;
export const IDLE_BELOW = 10;
export const DEAL_BELOW = 0.0005;

/** What the project aims at: stage events per million, the idle month, every kind of whole deal. */
export function targetsOf(stageEvents: readonly Cost[], idle: Cost, deals: readonly Cost[]): readonly Target[] {
  return [
    ...stageEvents.map((cost) => judge(cost, STAGE_EVENTS_BELOW, STAGE_EVENTS_PER)),
    judge(idle, IDLE_BELOW, 1),
    ...deals.map((cost) => judge(cost, DEAL_BELOW, 1)),
  ];
}
