/** One figure, with its floor out of the same run. */
export interface Figure {
  readonly figure: string;
  readonly unit: '/s' | 'ms' | 'KB' | 'MB' | 'units' | 'requests' | 'entries';
  readonly value: number;
  /** The least that the same machine can do, or what the design allows; undefined where there is no such thing. */
  readonly floor?: number;
  /** Value over floor; of several rounds the median of the pairs. */
  readonly ratio?: number;
  readonly rounds?: number;
  /** What the project aims at, in words. */
  readonly aim?: string;
  readonly meetsAim?: boolean;
  readonly note?: string;
}

function number(value: number | undefined): string {
  if (value === undefined) return '';
  return Number.isInteger(value) || Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** The figures as people read them. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ figure, unit, value, floor, ratio, aim, meetsAim }) => [
    figure,
    `${number(value)} ${unit}`,
    floor === undefined ? '' : `${number(floor)} ${unit}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    aim === undefined ? '' : `${aim}${meetsAim === undefined ? '' : meetsAim ? ': yes' : ': NO'}`,
  ]);
  const table = [['figure', 'value', 'floor', 'ratio', 'aim'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, n) => (n === 0 || n === 4 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One line per figure for machines; numbers to four digits that mean something. */
export function figureLine(figure: Figure): string {
  return JSON.stringify(figure, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  );
}
