import { ADVICE } from './advice.ts';
import type { Cost, Target } from './bill.ts';
import type { TableShare } from './table-shares.ts';
import { type BillLine, billLines, dollarsOf, freeDollarsOf, logLine } from './usage.ts';

/** Dollars with as many digits as say something. */
export function money(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars >= 0.01 ? `$${dollars.toFixed(2)}` : `$${dollars.toFixed(7)}`;
}

export function amountText(amount: number): string {
  if (amount >= 1000) return Math.round(amount).toLocaleString('en-US');
  return Number.isInteger(amount) ? String(amount) : String(Number(amount.toPrecision(3)));
}

/** Columns of equal width; the first is text, the others are numbers. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => (row[column] ?? '').length));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column))))
      .join('  ')
      .trimEnd(),
  );
}

const row = ({ what, amount, unitPrice, dollars }: BillLine) => [what, amountText(amount), unitPrice, money(dollars)];

/** The bill of a month, dearest line first. */
export function monthText(month: Cost): readonly string[] {
  return [
    ...table([
      ['', 'usage', 'unit price', 'dollars'],
      ...billLines(month.least).map(row),
      ['total without logs', '', '', money(dollarsOf(month.least))],
      row(logLine(month.least)),
    ]),
    `What every account has free every month is not subtracted; of this it would cover ${money(freeDollarsOf(month.least))}.`,
    `At most, every invocation cold and providers slow: ${money(dollarsOf(month.most))} without logs.`,
  ];
}

/** The three lines to begin with, each with its share and what helps. */
export function attackText(month: Cost): readonly string[] {
  const total = dollarsOf(month.least);
  return billLines(month.least)
    .slice(0, 3)
    .map(({ name, what, dollars }) => {
      const share = Math.round((dollars / total) * 100);
      return `${what}: ${share} %${ADVICE[name] === undefined ? '' : `; ${ADVICE[name]}`}`;
    });
}

const verdict = (met: boolean) => (met ? 'met' : 'missed');

export function targetText({ what, belowDollars, per, ...target }: Target): string {
  const of = per === 1 ? what : `${per.toLocaleString('en-US')} x ${what}`;
  const { dollars, met, atMostDollars, metAtMost } = target;
  const most = `at most ${money(atMostDollars)}: ${verdict(metAtMost)}`;
  return `${of}: ${money(dollars)}, below ${money(belowDollars)}: ${verdict(met)} (${most})`;
}

/** Who spent most in the table, for one of something. */
export function shareText(shares: readonly TableShare[], times: number): readonly string[] {
  return shares.slice(0, 6).map(({ who, writeUnits, readUnits }) => {
    return `${who}: ${amountText(writeUnits / times)} write, ${amountText(readUnits / times)} read units`;
  });
}
