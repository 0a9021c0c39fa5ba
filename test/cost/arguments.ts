import { parseArgs } from 'node:util';
import { StartProblem } from '../../src/local/start-problem.ts';

export interface CostArguments {
  readonly dealsPerMonth: number;
  /** Beside those of the deal's own way through the nine stages. */
  readonly stageEventsPerDeal: number;
}

const USAGE = 'npm run cost -- --deals-per-month 50 [--stage-events-per-deal 5]';
const STAGE_EVENTS_PER_DEAL = 5;

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
  throw new StartProblem(`--${name} is "${text}"; it takes a whole number from ${least} to ${most}.`, `Use ${USAGE}`);
}

/** StartProblem for anything that is missing or that it does not know. */
export function costArguments(args: readonly string[]): CostArguments {
  const options = { 'deals-per-month': { type: 'string' }, 'stage-events-per-deal': { type: 'string' } } as const;
  let given: { readonly 'deals-per-month'?: string; readonly 'stage-events-per-deal'?: string };
  try {
    given = parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new StartProblem(`${sentence.replace(/\.$/, '')}.`, `Use ${USAGE}`);
  }
  const { 'deals-per-month': deals, 'stage-events-per-deal': events = String(STAGE_EVENTS_PER_DEAL) } = given;
  if (deals === undefined) throw new StartProblem('--deals-per-month is missing.', `Use ${USAGE}`);
  return {
    dealsPerMonth: wholeNumber('deals-per-month', deals, 0, 1_000_000),
    stageEventsPerDeal: wholeNumber('stage-events-per-deal', events, 0, 10_000),
  };
}
