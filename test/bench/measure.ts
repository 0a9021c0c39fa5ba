/** What was measured of one case. Times in milliseconds per operation. */
export interface Measurement {
  readonly name: string;
  readonly operations: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Something that is worth knowing the speed of. */
export interface BenchCase {
  readonly name: string;
  /** Runs the operation once; `n` counts from 0, so that each may work on something of its own. */
  readonly run: (n: number) => Promise<unknown> | unknown;
  /** Operations to measure; a fifth of them runs before, unmeasured, so that the code is compiled. */
  readonly operations: number;
}

/** @param nowMs a clock that never goes back, with fractions */
export async function measure(bench: BenchCase, nowMs: () => number): Promise<Measurement> {
  const warmUp = Math.floor(bench.operations / 5);
  for (let n = 0; n < warmUp; n += 1) await bench.run(n);
  const times: number[] = [];
  for (let n = 0; n < bench.operations; n += 1) {
    const began = nowMs();
    await bench.run(warmUp + n);
    times.push(nowMs() - began);
  }
  return summarise(bench.name, times);
}

/** Throws when there is nothing to summarise. */
export function summarise(name: string, times: readonly number[]): Measurement {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const totalMs = times.reduce((sum, time) => sum + time, 0);
  if (times.length === 0 || totalMs <= 0) throw new Error(`nothing was measured of "${name}"`);
  return {
    name,
    operations: times.length,
    perSecond: (times.length / totalMs) * 1000,
    medianMs: at(0.5),
    p99Ms: at(0.99),
  };
}

export function measurementTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ name, operations, perSecond, medianMs, p99Ms }) => [
    name,
    String(operations),
    perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toFixed(1),
    medianMs.toFixed(3),
    p99Ms.toFixed(3),
  ]);
  const table = [['what', 'operations', 'per second', 'median ms', 'p99 ms'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}
