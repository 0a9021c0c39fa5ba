/** The value below which `share` (0 to 1) of them lie, by nearest rank. Throws for an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  if (found === undefined) throw new Error('there is nothing to take a quantile of');
  return found;
}

/** The middle one, or between the two in the middle. Throws for an empty list. */
export function median(values: readonly number[]): number {
  return (
    (quantile(values, 0.5) -
      quantile(
        values.map((value) => -value),
        0.5,
      )) /
    2
  );
}

/** Each value over its partner of the same round: what slows both of them down does not count. */
export function pairRatios(values: readonly number[], floors: readonly number[]): readonly number[] {
  if (values.length !== floors.length) throw new Error('every round needs its floor');
  return values.map((value, round) => value / (floors[round] ?? Number.NaN));
}
