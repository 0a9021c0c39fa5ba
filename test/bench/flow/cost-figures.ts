import type { Figure } from '../figure.ts';
import { type EventCost, measureEventCosts, measureWholeDeal } from './event-costs.ts';

/** What the design allows a stage event that starts nothing, delivery log and index included. */
const BUDGET = { writeUnits: 5, readUnits: 2, sqsRequests: 3, busEntries: 1 } as const;
const BUDGETED = 'stage event that starts nothing';

const COUNTS = [
  ['writeUnits', 'write units', 'units'],
  ['readUnits', 'read units', 'units'],
  ['sqsRequests', 'SQS requests', 'requests'],
  ['busEntries', 'bus entries', 'entries'],
] as const;

function figuresOf(cost: EventCost): readonly Figure[] {
  return COUNTS.map(([count, words, unit]): Figure => {
    const value = cost[count];
    const note =
      count === 'writeUnits' ? `${cost.listingWriteUnits} of them in the index; ${cost.detail.join(', ')}` : '';
    const budget = cost.kind === BUDGETED ? BUDGET[count] : undefined;
    return {
      figure: `${words} of: ${cost.kind}`,
      unit,
      value,
      ...(note === '' ? {} : { note }),
      ...(budget === undefined
        ? {}
        : { floor: budget, ratio: value / budget, aim: `at most ${budget}`, meetsAim: value <= budget }),
    };
  });
}

/** What AWS would bill for each kind of event. */
export async function costFigures(): Promise<readonly Figure[]> {
  const costs = [...(await measureEventCosts()), await measureWholeDeal()];
  return costs.flatMap(figuresOf);
}
