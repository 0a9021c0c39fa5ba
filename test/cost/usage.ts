import { LOGS, PRICES, type Price, type Priced } from './prices.ts';

/** How much of what AWS counts; what is not in it is nothing. */
export type Usage = Readonly<Partial<Record<Priced, number>>>;

const NAMES = Object.keys(PRICES) as readonly Priced[];

function combine(value: (name: Priced) => number): Usage {
  return Object.fromEntries(NAMES.map((name) => [name, value(name)] as const).filter(([, amount]) => amount !== 0));
}

export function addUsage(...all: readonly Usage[]): Usage {
  return combine((name) => all.reduce((sum, usage) => sum + (usage[name] ?? 0), 0));
}

export function timesUsage(usage: Usage, factor: number): Usage {
  return combine((name) => (usage[name] ?? 0) * factor);
}

/** What the first has beyond the second; never less than nothing. */
export function usageBeyond(usage: Usage, other: Usage): Usage {
  return combine((name) => Math.max(0, (usage[name] ?? 0) - (other[name] ?? 0)));
}

/** Dollars of one thing. */
export function priceOf(name: Priced, amount: number): number {
  const { dollars, per } = PRICES[name];
  return (amount * dollars) / per;
}

/** Dollars of everything but the logs. */
export function dollarsOf(usage: Usage): number {
  return NAMES.filter((name) => name !== LOGS).reduce((sum, name) => sum + priceOf(name, usage[name] ?? 0), 0);
}

/** What every account gets for nothing every month, as far as this uses it up; logs are left out. */
export function freeDollarsOf(usage: Usage): number {
  return NAMES.filter((name) => name !== LOGS).reduce((sum, name) => {
    const price: Price = PRICES[name];
    return sum + priceOf(name, Math.min(usage[name] ?? 0, price.free ?? 0));
  }, 0);
}

/** One line of a bill. */
export interface BillLine {
  readonly name: Priced;
  readonly what: string;
  readonly amount: number;
  /** E.g. `$0.4 per 1,000,000`. */
  readonly unitPrice: string;
  readonly dollars: number;
}

/** The lines that cost something, dearest first; the logs are a line of their own, see `logLine`. */
export function billLines(usage: Usage): readonly BillLine[] {
  return NAMES.filter((name) => name !== LOGS && (usage[name] ?? 0) > 0)
    .map((name) => lineOf(name, usage[name] ?? 0))
    .sort((one, other) => other.dollars - one.dollars);
}

export function logLine(usage: Usage): BillLine {
  return lineOf(LOGS, usage[LOGS] ?? 0);
}

function lineOf(name: Priced, amount: number): BillLine {
  const { what, dollars, per } = PRICES[name];
  const unitPrice = `$${dollars} per ${per.toLocaleString('en-US')}`;
  return { name, what, amount, unitPrice, dollars: priceOf(name, amount) };
}
